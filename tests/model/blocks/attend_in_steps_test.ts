import { attendInSteps } from "../../../lib/model/blocks/attend_in_steps.ts";
import type { Site } from "../../../lib/model/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert } from "../../assert.ts";
import { largestGap } from "../../near.ts";
import { blockContext } from "../block_context.ts";
import { fixtureModel } from "../fixture.ts";
import { watched } from "../watched_pass.ts";

Deno.test("attendInSteps() makes what heads mix of queries, keys and values, of one head too", async () => {
  for (const family of ["gpt2", "llama", "olmo"]) {
    const model = await fixtureModel(family);
    tf.tidy(() => {
      const { sites } = watched(model, { ids: [[3, 17, 24, 40]], stop: 1 });
      const at = (name: string) => sites.get(`blocks.0.attn.${name}` as Site)!;
      const context = blockContext(model, 0, 4);
      const last = (x: tf.Tensor) => x.slice([x.shape[0]! - 1, 0, 0, 0], [1, -1, -1, -1]);
      for (const own of [(x: tf.Tensor) => x, last]) {
        const made = attendInSteps({ q: own(at("q")), k: own(at("k")), v: own(at("v")) }, context);
        assert(largestGap(made.dataSync(), own(at("z")).dataSync()) < 1e-6, family);
      }
      tf.dispose([...sites.values()]);
    });
  }
});
