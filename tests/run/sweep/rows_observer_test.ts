import { RowsObserver } from "../../../lib/run/sweep/rows_observer.ts";
import { Instrument } from "../../../lib/run/instrument.ts";
import { add, type Edit, ofRun, replace } from "../../../lib/run/mod.ts";
import { plainWindow } from "../../../lib/run/window.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("RowsObserver makes each variant's edits in its own rows, and gives the very tensor where there are none", async () => {
  const model = await fixtureModel("gpt2"),
    window = plainWindow(2, 3),
    at = "blocks.0.attn.z" as const;
  const of = (...edits: Edit[]) => new Instrument(model, new Set(), edits, window);
  const [heads, width] = [model.architecture.heads, model.architecture.headWidth];
  const observer = new RowsObserver(model, 2, [
    of(add(at, 1, { heads: 0, positions: 1 })),
    of(),
    of(add(at, 5, { heads: 1, examples: 1, positions: 2 })),
    of(replace("blocks.1.attn.z", ofRun({ at }), { positions: 0 })),
  ]);
  assert(observer.watches(at) && !observer.watches("blocks.1.attn.q"));
  const z = tf.zeros([heads, 8, 3, width]), changed = observer.change(at, z);
  observer.keep(at, changed);
  const values = changed.arraySync() as number[][][][];
  const where = values.flatMap((rows, head) =>
    rows.flatMap((columns, row) =>
      columns.flatMap((own, column) => own[0] === 0 ? [] : [[head, row, column, own[0]]])
    )
  );
  assertEquals(where, [[0, 0, 1, 1], [0, 1, 1, 1], [1, 5, 2, 5]]);
  // The last variant kept what it reads: its rows of the later site become zeros there.
  const later = observer.change("blocks.1.attn.z", tf.ones([heads, 8, 3, width]));
  assertEquals(later.slice([0, 6, 0, 0], [1, 1, 3, 1]).dataSync().join(), "0,1,1");
  assertEquals(later.slice([0, 0, 0, 0], [1, 6, 3, 1]).sum().dataSync()[0], 18);
  assert(new RowsObserver(model, 2, [of()]).change(at, z) === z);
});
