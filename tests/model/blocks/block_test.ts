import { block } from "../../../lib/model/blocks/block.ts";
import { unembed } from "../../../lib/model/blocks/embedding.ts";
import { nobody } from "../../../lib/model/observer.ts";
import type { Transformer } from "../../../lib/model/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { run } from "../../../lib/run/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { largestGap, near, same } from "../../near.ts";
import { blockContext } from "../block_context.ts";
import { type FixtureName, withModel } from "../fixture.ts";
import { randomCheckpoint } from "../random_checkpoint.ts";
import { recorder } from "../recorder.ts";

const IDS = [[3, 39, 0, 17, 17, 21, 8], [1, 2, 3, 4, 5, 6, 7]];

/** Every way in which blocks are wired. */
const WIRINGS: readonly [title: string, family: FixtureName, fields: Record<string, unknown>][] = [
  ["gpt2", "gpt2", { n_layer: 3 }],
  ["llama", "llama", { num_hidden_layers: 3 }],
  ["gpt_neox side by side", "gpt_neox", { num_hidden_layers: 3 }],
  ["gpt_neox in turn", "gpt_neox", { num_hidden_layers: 3, use_parallel_residual: false }],
];

/** Runs one block on a stream. */
function through(model: Transformer, layer: number, stream: tf.Tensor, observer = nobody) {
  return block(stream, blockContext(model, layer, stream.shape[1]!, observer));
}

for (const [title, family, fields] of WIRINGS) {
  Deno.test(`A-07 A-25 ${title}: the embedding and what components write add up to the last stream`, async () => {
    await withModel(randomCheckpoint(family, fields), async (model) => {
      using result = await run(model, IDS, { capture: ["*"] });
      const at = (site: string) => result.cache.get(site).dataSync();
      const sums = Float64Array.from(at("embed"));
      const add = (values: ArrayLike<number>) => sums.forEach((x, i) => sums[i] = x + values[i]!);
      if (family === "gpt2") add(at("pos_embed"));
      for (const layer of [0, 1, 2]) {
        add(at(`blocks.${layer}.attn_out`));
        add(at(`blocks.${layer}.mlp_out`));
        near(at(`blocks.${layer}.resid_post`), sums, 1e-5, `layer ${layer}`);
      }
      near(at("blocks.2.resid_post"), sums, 1e-5);
    });
  });

  Deno.test(`A-26 ${title}: from a captured stream onwards the blocks give the run again, bit by bit`, async () => {
    await withModel(randomCheckpoint(family, fields), async (model) => {
      using result = await run(model, IDS, { capture: ["resid_pre", "resid_post"] });
      for (const start of [0, 1, 2]) {
        tf.tidy(() => {
          let stream: tf.Tensor = result.cache.get(`blocks.${start}.resid_pre`);
          for (let layer = start; layer < 3; layer++) {
            stream = through(model, layer, stream);
            const captured = result.cache.get(`blocks.${layer}.resid_post`);
            same(stream.dataSync(), captured.dataSync(), `layer ${layer} from ${start}`);
          }
          const logits = unembed(stream, blockContext(model, 0, 1));
          same(logits.dataSync(), result.logits.dataSync(), `logits from ${start}`);
        });
      }
    });
  });
}

Deno.test("A-25 side by side, the feed-forward network does not read what attention writes; in turn it does", async () => {
  for (const parallel of [true, false]) {
    const fields = { use_parallel_residual: parallel };
    await withModel(randomCheckpoint("gpt_neox", fields), async (model) => {
      using result = await run(model, IDS, { capture: ["resid_pre"] });
      const written = (changes: Record<string, (x: tf.Tensor) => tf.Tensor>) => {
        const observer = recorder(["blocks.1.mlp_out", "blocks.1.resid_post"], changes);
        tf.tidy(() => through(model, 1, result.cache.get("blocks.1.resid_pre"), observer));
        return observer.kept;
      };
      const plain = written({}), silent = written({ "blocks.1.attn_out": (x) => x.mul(0) });
      const gap = largestGap(silent.get("blocks.1.mlp_out")!, plain.get("blocks.1.mlp_out")!);
      if (parallel) assertEquals(gap, 0);
      else assert(gap > 0.1, `${gap}`);
      assert(model.match("*").includes("blocks.0.resid_mid") === !parallel);
    });
  }
});

Deno.test("A-25 the two wirings agree where attention writes nothing, and there alone", async () => {
  const logits = async (parallel: boolean, silent: boolean) => {
    const checkpoint = randomCheckpoint("gpt_neox", { use_parallel_residual: parallel });
    for (const [name, { values }] of checkpoint.tensors) {
      if (silent && name.includes("attention.dense")) values.fill(0);
    }
    return await withModel(checkpoint, async (model) => {
      using result = await run(model, IDS);
      return result.logits.dataSync<"float32">().slice();
    });
  };
  near(await logits(true, true), await logits(false, true), 1e-5);
  assert(largestGap(await logits(true, false), await logits(false, false)) > 0.1);
});

Deno.test("block() reaches its sites in the listed order", async () => {
  for (const [title, family, fields] of WIRINGS) {
    await withModel(randomCheckpoint(family, fields), (model) => {
      const observer = recorder();
      tf.tidy(() => through(model, 1, tf.ones([1, 4, 24]), observer));
      const listed = model.match("blocks.1.*");
      assertEquals([...observer.kept.keys()], listed, title);
    });
  }
});
