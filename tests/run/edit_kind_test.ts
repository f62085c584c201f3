import {
  add,
  apply,
  Cache,
  type Edit,
  freeze,
  knockout,
  mean,
  Means,
  noise,
  project,
  replace,
  resample,
  scale,
  splice,
  swapSubspace,
  zero,
} from "../../lib/run/mod.ts";
import { checkEdit, kindOf } from "../../lib/run/check_edit.ts";
import { editKinds } from "../../lib/run/edits/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

const FACTS = {
  model: "m",
  examples: 1,
  tokens: 1,
  byPosition: false,
  beginning: true,
  positions: null,
  complete: true,
};

/** An edit of each kind, with every field that it may have beside where. */
const EDITS: readonly Edit[] = [
  zero("embed"),
  mean("embed", new Means(FACTS, new Map())),
  resample("embed", { seed: 1 }),
  replace("embed", 1),
  add("embed", 1),
  scale("embed", 2),
  noise("embed", { deviation: 1, seed: 1 }),
  project("embed", [1]),
  swapSubspace("embed", [1], 0),
  knockout(0, { pairs: [[1, 0]] }),
  freeze("embed", { source: new Cache() }),
  splice("embed", { encode: (x) => x, decode: (x) => x }),
  apply("embed", (x) => x),
];

Deno.test("each kind of edit says the fields that its constructor makes", () => {
  assertEquals(EDITS.map(({ kind }) => kind), Object.keys(editKinds) as Edit["kind"][]);
  for (const edit of EDITS) {
    checkEdit(edit);
    const made = Object.keys(edit).filter((name) => !["kind", "at"].includes(name));
    assertEquals(made.sort(), Object.keys(kindOf(edit).fields).sort(), edit.kind);
  }
});

Deno.test("each kind of edit refuses to lack a field that it needs", () => {
  for (const edit of EDITS) {
    for (const [field, how] of Object.entries(kindOf(edit).fields)) {
      const without = { ...edit, [field]: undefined } as unknown as Edit;
      if (how === "needed") {
        const { message } = assertThrows(() => checkEdit(without), TypeError);
        const end = ` as the edit must have a ${field}: it has none`;
        assertEquals(message.slice(-end.length), end, edit.kind);
      } else {
        assertThrows(
          () => checkEdit(without),
          TypeError,
          `${field} must have a value or be left out`,
        );
        const { [field]: _, ...rest } = edit as unknown as Record<string, unknown>;
        if (edit.kind !== "knockout") checkEdit(rest as unknown as Edit);
      }
    }
  }
});
