import { randomComposition } from "../../lib/decompose/random_composition.ts";
import { inSlices } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { near } from "../near.ts";

for (const [width, expected] of [[64, 0.125], [256, 0.0625]] as const) {
  Deno.test(`A-19 random heads compose with 1/√d, ${expected} at d = ${width}`, async () => {
    const options = { width, headWidth: 16, samples: 40, seed: 3 };
    const found = await inSlices(randomComposition(options));
    assertEquals(found.expected, expected);
    // The root mean square of the drawn ones, five of its standard errors away at most.
    const square = Math.sqrt(found.mean ** 2 + found.deviation ** 2);
    near([square], [expected], 5 * found.deviation / Math.sqrt(40));
    assertEquals(await inSlices(randomComposition(options)), found);
  });
}
