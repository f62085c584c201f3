import { assertEquals, assertThrows } from "../../assert.ts";
import { openSafetensors, writeSafetensors } from "../../../lib/model/files/mod.ts";
import { inFolder } from "./raw_safetensors.ts";

Deno.test("writeSafetensors() writes the bytes that the format asks for", async () => {
  await inFolder((folder) => {
    writeSafetensors(
      `${folder}/x`,
      new Map([["a", { dtype: "F32" as const, shape: [1, 2], values: [1, 2] }]]),
      { format: "pt" },
    );
    const bytes = Deno.readFileSync(`${folder}/x`);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    assertEquals(length % 8, 0);
    assertEquals(
      new TextDecoder().decode(bytes.subarray(8, 8 + length)).trimEnd(),
      '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}',
    );
    assertEquals([...bytes.subarray(8 + length)], [0, 0, 128, 63, 0, 0, 0, 64]);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["x"]);
  });
});

Deno.test("writeSafetensors() rounds to the nearest, ties to even", async () => {
  await inFolder((folder) => {
    const step = 2 ** -7; // of bfloat16 at 1
    const values = [1 + step / 2, 1 + 1.5 * step, 1 + 0.6 * step, 3.4e38, -1 - step / 2];
    writeSafetensors(
      `${folder}/x`,
      new Map([["a", { dtype: "BF16" as const, shape: [5], values }]]),
    );
    assertEquals([...openSafetensors(`${folder}/x`).get("a")!.read()], [
      1,
      1 + 2 * step,
      1 + step,
      Infinity, // past the largest bfloat16 by more than half a step
      -1,
    ]);
  });
});

Deno.test("writeSafetensors() leaves a file in use as it was for those who use it", async () => {
  await inFolder((folder) => {
    const write = (value: number): void =>
      writeSafetensors(
        `${folder}/x`,
        new Map([["a", { dtype: "F32" as const, shape: [4000], values: Array(4000).fill(value) }]]),
      );
    write(1);
    const values = openSafetensors(`${folder}/x`).get("a")!.read();
    write(2);
    assertEquals(values[3999], 1);
    assertEquals(openSafetensors(`${folder}/x`).get("a")!.read()[3999], 2);
  });
});

Deno.test("writeSafetensors() refuses numbers that do not fill the shape, before it writes", async () => {
  await inFolder((folder) => {
    assertThrows(
      () =>
        writeSafetensors(
          `${folder}/x`,
          new Map([["a", { dtype: "F32" as const, shape: [2, 2], values: [1] }]]),
        ),
      RangeError,
      'Cannot write tensor "a" as [2, 2] must have 4 numbers: current value is 1',
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});
