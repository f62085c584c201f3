import { feedForward } from "../../../lib/model/blocks/feed_forward.ts";
import { nobody, type Observer } from "../../../lib/model/observer.ts";
import type { Transformer } from "../../../lib/model/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { largestGap, near, same } from "../../near.ts";
import { blockContext } from "../block_context.ts";
import { FAMILIES, randomTensor, withModel } from "../fixture.ts";
import { randomCheckpoint } from "../random_checkpoint.ts";
import { recorder } from "../recorder.ts";

const ROWS = 6, WIDTH = 24;
const { values: STREAM } = randomTensor(1, "stream", [2, 3, WIDTH], 1);

/** What the feed-forward network of layer 1 adds to a stream. */
function written(model: Transformer, observer: Observer = nobody): Float32Array {
  return tf.tidy(() => {
    const stream = tf.tensor3d(STREAM, [2, 3, WIDTH]);
    const out = feedForward(stream, blockContext(model, 1, 3, observer), null);
    assertEquals(out.shape, [2, 3, WIDTH]);
    return out.dataSync<"float32">().slice();
  });
}

for (const family of FAMILIES) {
  const fields = family === "llama" ? { mlp_bias: true } : {};

  Deno.test(`A-13 A-14 ${family}: the output is what each neuron writes, and one bias`, async () => {
    await withModel(randomCheckpoint(family, fields), async (model) => {
      const observer = recorder(), plain = written(model);
      same(written(model, observer), plain, "to look changes no bit");
      const post = observer.kept.get("blocks.1.mlp.post")!;
      const [W_out, b_out] = [
        await model.layerWeight(1, "W_out")!.data(),
        await model.layerWeight(1, "b_out")!.data(),
      ];
      const { neurons } = model.architecture;
      const expected = plain.map((_, i) => {
        const row = Math.floor(i / WIDTH), out = i % WIDTH;
        let total = b_out[out]!;
        for (let u = 0; u < neurons; u++) {
          total += post[row * neurons + u]! * W_out[u * WIDTH + out]!;
        }
        return total;
      });
      near(plain, expected, 1e-5);
      // Without neuron 5 exactly its value is missing, in proportion to its activation.
      const others = tf.tensor1d(Array.from({ length: neurons }, (_, u) => u === 5 ? 0 : 1));
      const without = recorder([], { "blocks.1.mlp.post": (x) => x.mul(others) });
      const missing = plain.map((x, i) =>
        x - post[Math.floor(i / WIDTH) * neurons + 5]! * W_out[5 * WIDTH + i % WIDTH]!
      );
      near(written(model, without), missing, 1e-5);
      others.dispose();
    });
  });

  Deno.test(`feedForward() (${family}) reads its own copy of the stream, after its own norm`, async () => {
    await withModel(randomCheckpoint(family, fields), (model) => {
      const observer = recorder();
      written(model, observer);
      const reached = model.match("blocks.1.*").filter((site) => /mlp[._]|ln2/.test(site))
        .filter((site) => !site.endsWith("mlp_out"));
      assertEquals([...observer.kept.keys()], reached);
      same(observer.kept.get("blocks.1.mlp_in")!, STREAM);
      const flat = recorder([], { "blocks.1.ln2.normalized": (x) => x.mul(0) });
      const out = written(model, flat);
      for (let row = 1; row < ROWS; row++) {
        // A product may sum the last rows of a block in another order.
        near(out.slice(row * WIDTH, (row + 1) * WIDTH), out.slice(0, WIDTH), 1e-6, "one bias");
      }
    });
  });
}

Deno.test("A-13 the erf and the tanh form of GELU are two", async () => {
  const out = (activation_function: string) =>
    withModel(randomCheckpoint("gpt2", { activation_function }), (model) => {
      const observer = recorder();
      written(model, observer);
      return observer.kept.get("blocks.1.mlp.post")!;
    });
  const gap = largestGap(await out("gelu"), await out("gelu_new"));
  assert(gap > 1e-4 && gap < 6e-4, `${gap}`);
});

Deno.test("A-14 a gated network whose linear branch is 1 everywhere is a plain one; with others neurons go below 0", async () => {
  const gated = randomCheckpoint("llama", { mlp_bias: true, hidden_act: "relu" });
  await withModel(gated, (model) => {
    const observer = recorder();
    written(model, observer);
    assert(observer.kept.get("blocks.1.mlp.gate")!.every((x) => x >= 0));
    assert(observer.kept.get("blocks.1.mlp.post")!.some((x) => x < -0.1));
  });
  gated.tensors.get("model.layers.1.mlp.up_proj.weight")!.values.fill(0);
  gated.tensors.get("model.layers.1.mlp.up_proj.bias")!.values.fill(1);
  await withModel(gated, (model) => {
    const observer = recorder();
    written(model, observer);
    same(observer.kept.get("blocks.1.mlp.pre_linear")!, Array(ROWS * 20).fill(1));
    same(
      observer.kept.get("blocks.1.mlp.post")!,
      observer.kept.get("blocks.1.mlp.pre")!.map((x) => Math.max(x, 0)),
    );
  });
});
