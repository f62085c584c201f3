/** Every kind of edit at every site that admits it equals a forward written by hand; other sites say why not. */

import { knockout, run } from "../../lib/run/mod.ts";
import { assert, assertRejects } from "../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS, readFixture } from "../model/fixture.ts";
import { referenceForward } from "../model/reference_forward.ts";
import { near } from "../near.ts";
import { admits, CASES, spotOf } from "./edit_cases.ts";

for (const family of FAMILIES) {
  Deno.test(`C-15 ${family}: every kind of edit at every site equals a forward written by hand`, async () => {
    const model = await fixtureModel(family), checkpoint = await readFixture(family);
    let checked = 0, refused = 0;
    // The two blocks are alike, and what is edited in the second one shows sooner.
    const sites = model.match("*").filter((site) => !site.startsWith("blocks.0."));
    for (const site of sites) {
      for (const [seed, [name, make]] of Object.entries(CASES).entries()) {
        const spot = spotOf(model, family, site, seed);
        // A norm's scale of 0 would divide by it.
        if (name === "zero" && site.endsWith("scale")) continue;
        if (!admits(name, spot)) {
          refused++;
          const edits = name === "knockout"
            ? [knockout(site, { keys: 0 })]
            : (await make(spot)).edits;
          const error = await assertRejects(() => run(model, PROMPTS, { edits }), Error);
          assert(/ as .*: (its|the site's) axes are /.test(error.message), error.message);
          continue;
        }
        const { edits, change, before } = await make(spot);
        const reference = referenceForward(checkpoint, PROMPTS, (at, values) => {
          before?.(at, values);
          if (at === site) change(values);
        });
        using result = await run(model, PROMPTS, { edits, capture: [site] });
        for (
          const [what, actual] of [[site, result.cache.get(site)], [
            "logits",
            result.logits,
          ]] as const
        ) {
          const expected = reference.get(what)!;
          // float32 against float64; what a coder or a small norm makes large keeps as many digits.
          const most = expected.reduce(
            (most, x) => Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most,
            1,
          );
          near(actual.dataSync(), expected, 1e-5 * most + 9e-5, `${name} at ${site}: ${what}`);
        }
        checked++;
      }
    }
    assert(checked > 300 && refused > 40, `${checked} checked, ${refused} refused`);
  });
}
