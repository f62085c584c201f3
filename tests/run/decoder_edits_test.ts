/** Edits at every site of every decoder: a look changes no bit, a change is felt. */

import { add, apply, run } from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { DECODERS, FAMILIES, fixtureModel } from "../model/fixture.ts";
import { largestGap, near } from "../near.ts";

const PROMPT = [3, 30, 17, 8, 9, 22, 30, 1, 2];

for (const family of DECODERS.filter((family) => !FAMILIES.some((other) => other === family))) {
  Deno.test(`${family}: an edit that puts back what it read changes nothing, one that adds is felt, at every site`, async () => {
    const model = await fixtureModel(family);
    using plain = await run(model, PROMPT);
    const logits = plain.logits.dataSync(), unfelt: string[] = [];
    for (const site of model.match("*")) {
      using same = await run(model, PROMPT, { edits: [apply(site, (x) => x.clone())] });
      // From heads' own sums, and from copies of the stream, sums are taken in another order.
      near(same.logits.dataSync(), logits, 1e-5, site);
      if (site.endsWith("moe.indices")) continue;
      const shape = model.shapeOf(site, 1, PROMPT.length);
      const size = shape.reduce((product, n) => product * n, 1);
      const shift = tf.tensor(new RandomStream(1, site).normals(size), shape);
      using moved = await run(model, PROMPT, { edits: [add(site, shift)] });
      shift.dispose();
      if (!(largestGap(moved.logits.dataSync(), logits) > 1e-4)) unfelt.push(site);
    }
    // An expert that no token uses writes nothing, whatever its neurons are.
    using watched = await run(model, PROMPT, { capture: ["*"] });
    const unused = model.match("*").filter((site) =>
      site.includes("experts") && watched.cache.get(site).dataSync().every(Number.isNaN)
    );
    assertEquals(unfelt, unused);
  });
}
