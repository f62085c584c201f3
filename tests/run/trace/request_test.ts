import { zero } from "../../../lib/run/mod.ts";
import { awaited, Requests } from "../../../lib/run/trace/request.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const { at } = new Requests();

Deno.test("at() makes requests as plain data, which say the site that they wait for", () => {
  const edit = zero("blocks.0.attn.z", { heads: 1 });
  assertEquals(at("embed", { positions: -1 }), {
    kind: "read",
    at: "embed",
    where: { positions: -1 },
  });
  assertEquals(at.edit(edit), { kind: "edit", edit });
  const set = at.set("logits", 0, { positions: [0, 1] });
  assertEquals([set.kind, set.edit.kind, set.edit.at], ["edit", "replace", "logits"]);
  assertEquals(set.edit.positions, [0, 1]);
  assertEquals([at("embed"), at.edit(edit), set, at.stop()].map(awaited), [
    "embed",
    "blocks.0.attn.z",
    "logits",
    null,
  ]);
});

Deno.test("at() refuses a misspelt part, when it is asked for", () => {
  assertEquals(
    assertThrows(() => at("embed", { position: -1 } as never), TypeError).message,
    'Cannot read a site as its options must be among heads, neurons, positions, keys, examples: "position" is not, perhaps "positions" is meant',
  );
});

Deno.test("at.set() refuses a part that is no object, and arguments after it", () => {
  const set = at.set as (...given: unknown[]) => unknown;
  assertThrows(() => set("embed", 0, 5), TypeError, "where must be an object");
  assertThrows(() => set("embed", 0, { heads: 1 }, { positions: 1 }), TypeError, "one object");
});
