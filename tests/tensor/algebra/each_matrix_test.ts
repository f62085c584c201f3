import { eachMatrix, refuseOddOptions } from "../../../lib/tensor/algebra/each_matrix.ts";
import { matrix } from "../../../lib/tensor/algebra/matrix.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";

const list = [1, 2, 3].map((value) => matrix(1, 1, () => value));

Deno.test("eachMatrix() solves in order", async () => {
  const found = await eachMatrix(list, (by, of, i) => Promise.resolve([by.name, of.values[0], i]));
  assertEquals(found.map(([, value, i]) => [value, i]), [[1, 0], [2, 1], [3, 2]]);
});

Deno.test("eachMatrix() gives way between long matrices, and hears a signal", async () => {
  let solved = 0;
  const slow = () => {
    for (const end = performance.now() + 60; performance.now() < end;);
    return Promise.resolve(solved++);
  };
  await assertRejects(() => eachMatrix(list, slow, AbortSignal.timeout(70)), DOMException);
  assert(solved < 3, `${solved} of 3`);
});

Deno.test("refuseOddOptions() names the nearest option", () => {
  assertThrows(
    () => refuseOddOptions("fit", { rige: 1 } as object, ["ridge"]),
    TypeError,
    'Cannot fit as its options must be among ridge, signal: "rige" is not, perhaps "ridge" is meant',
  );
  assertThrows(() => refuseOddOptions("fit", { signal: 3 } as object), TypeError, "AbortSignal");
});
