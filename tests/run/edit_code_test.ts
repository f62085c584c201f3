import * as library from "../../mod.ts";
import type { Edit } from "../../mod.ts";
import { editsCode } from "../../lib/run/edit_code.ts";
import { assertEquals } from "../assert.ts";
import { ranCode } from "../copied_code.ts";
import { seedling } from "../model/fixture.ts";

const { add, apply, freeze, knockout, noise, ofRun, project, replace, resample, scale, tf, zero } =
  library;

Deno.test("editsCode() writes calls that make the same edits, whatever is in them", async () => {
  const edits: Edit[] = [
    zero("blocks.3.attn.z", {
      heads: new Int8Array([5, -1]) as unknown as number[],
      positions: { from: 2 },
    }),
    zero("blocks.*.mlp_out"),
    scale("blocks.0.attn.q", -0, { positions: 'the {name} "of" a */ span' }),
    add("blocks.2.resid_pre", [1, 0, 1e-30], { scale: 4, steps: "generated" }),
    replace("embed", [[1, 2], [3, 4]], { positions: [0, -1] }),
    replace("blocks.1.attn.z", ofRun({ heads: 3 }), { heads: 1 }),
    resample("blocks.1.attn.z", { seed: 7 }),
    noise("embed", { deviation: 0.1, seed: 3 }),
    project("blocks.2.resid_post", [[1, 0, 0], [1, 1, 0]], { mode: "keep" }),
    library.swapSubspace("blocks.2.resid_post", [1, 0], ofRun({ examples: 1 }), { examples: 0 }),
    knockout(3, { positions: -1, keys: 2 }),
    knockout(1, { pairs: [[2, 0], [-1, 1]] }),
    freeze("blocks.2.attn.pattern"),
  ];
  const model = await seedling();
  // Of undefined fields, and of kinds of arrays, nothing depends.
  const plain = (edit: unknown) =>
    JSON.stringify(
      edit,
      (_, value) => ArrayBuffer.isView(value) ? [...value as Uint8Array] : value,
    );
  for (const edit of edits) {
    const again = await ranCode(`({ ${editsCode([edit])} })`, model) as { edits: Edit[] };
    assertEquals(again.edits.map(plain), [plain(edit)]);
  }
  assertEquals(
    editsCode(edits.slice(10, 12)),
    'edits: [knockout("blocks.3.attn.scores", { positions: -1, keys: 2 }), knockout("blocks.1.attn.scores", { pairs: [[2, 0], [-1, 1]] })]',
  );
  assertEquals(editsCode([]), "");
});

Deno.test("editsCode() names edits of tensors, runs and functions, and very long ones, with what they are", () => {
  const site = "blocks.0.mlp.post", value = tf.tensor1d([1]);
  const named = [
    apply(site, (part) => part),
    replace(site, value),
    resample(site, {} as library.Cache),
    library.mean(site, {} as library.Means),
    replace(site, new Float32Array(2000)),
  ];
  // Of no kind of class anything is known.
  (named[2] as { source: unknown }).source = new (class {})();
  (named[3] as { source: unknown }).source = new (class {})();
  assertEquals(
    named.map((edit) => editsCode([zero("embed"), edit])),
    named.map(({ kind }) => `edits /* your edits: zero embed; ${kind} ${site} */`),
  );
  value.dispose();
});
