/** Every decoder among the fixtures, against the numbers that transformers computed from the same files. */

import { DECODERS, fixtureModel } from "../fixture.ts";
import { checkExpected } from "./families_check.ts";

for (const name of DECODERS) {
  Deno.test(`${name}: logits, streams and attention are those of transformers`, async () => {
    await checkExpected(await fixtureModel(name), name, 1e-4);
  });
}
