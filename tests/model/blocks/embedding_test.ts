import { embed, unembed } from "../../../lib/model/blocks/embedding.ts";
import { nobody, type Observer } from "../../../lib/model/observer.ts";
import type { Transformer } from "../../../lib/model/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { near, same } from "../../near.ts";
import { blockContext } from "../block_context.ts";
import { randomTensor, withModel } from "../fixture.ts";
import { randomCheckpoint } from "../random_checkpoint.ts";
import { recorder } from "../recorder.ts";

const WIDTH = 24, IDS = [[39, 0, 7, 7], [7, 1, 2, 38]];

const embedded = (model: Transformer, observer: Observer = nobody) =>
  tf.tidy(() => {
    const stream = embed(IDS, [[0, 1, 2, 3]], blockContext(model, 0, 4, observer));
    assertEquals(stream.shape, [2, 4, WIDTH]);
    return stream.dataSync<"float32">().slice();
  });

const read = (model: Transformer, stream: Float32Array, observer: Observer = nobody) =>
  tf.tidy(() => {
    const x = tf.tensor3d(stream, [1, stream.length / WIDTH, WIDTH]);
    return unembed(x, blockContext(model, 0, 1, observer)).dataSync<"float32">().slice();
  });

/** The rows of a table, one for each index. */
const rows = (table: Float32Array, indices: readonly number[]) =>
  Float32Array.from(indices.flatMap((i) => [...table.slice(i * WIDTH, (i + 1) * WIDTH)]));

Deno.test("embed() is the row of each token, plus that of its position where positions are learned", async () => {
  await withModel(randomCheckpoint("gpt2"), async (model) => {
    const tokens = rows(await model.W_E.data(), IDS.flat());
    const positions = rows(await model.W_pos!.data(), [0, 1, 2, 3, 0, 1, 2, 3]);
    const sums = Array.from(tokens, (x, i) => x + positions[i]!);
    const expected = tf.getBackend() === "float64" ? sums : sums.map(Math.fround);
    same(embedded(model), expected);
    const observer = recorder();
    same(embedded(model, observer), expected, "to look changes no bit");
    assertEquals([...observer.kept.keys()], ["embed", "pos_embed"]);
    same(observer.kept.get("embed")!, tokens);
    same(observer.kept.get("pos_embed")!, positions);
    const still = recorder([], { pos_embed: (x) => x.mul(0) });
    same(embedded(model, still), tokens);
    const elsewhere = recorder([], { embed: (x) => x.mul(0) });
    same(embedded(model, elsewhere), positions);
  });
});

Deno.test("embed() adds no positions where they are rotary", async () => {
  await withModel(randomCheckpoint("llama"), async (model) => {
    const observer = recorder();
    same(embedded(model, observer), rows(await model.W_E.data(), IDS.flat()));
    assertEquals([...observer.kept.keys()], ["embed"]);
  });
});

Deno.test("unembed() is the last norm times W_U, tied or not", async () => {
  const { values: stream } = randomTensor(1, "stream", [3, WIDTH], 2);
  for (const tied of [true, false]) {
    await withModel(randomCheckpoint("gpt_neox", { tie_word_embeddings: tied }), async (model) => {
      const observer = recorder(), logits = read(model, stream);
      same(read(model, stream, observer), logits, "to look changes no bit");
      assertEquals([...observer.kept.keys()], ["ln_final.scale", "ln_final.normalized", "logits"]);
      const { gain, bias } = model.weights.norm("ln_final");
      const [g, b] = [gain.dataSync(), bias!.dataSync()];
      const normed = observer.kept.get("ln_final.normalized")!
        .map((x, i) => x * g[i % WIDTH]! + b[i % WIDTH]!);
      const table = tied ? await model.W_E.data() : await model.W_U.data();
      const expected = logits.map((_, i) => {
        const row = Math.floor(i / 40), token = i % 40;
        let total = 0;
        for (let d = 0; d < WIDTH; d++) {
          total += normed[row * WIDTH + d]! * table[tied ? token * WIDTH + d : d * 40 + token]!;
        }
        return total;
      });
      near(logits, expected, 1e-5);
    });
  }
});

Deno.test("A-01 unembed() gives the same logits for a stream that is scaled and shifted", async () => {
  const { values: stream } = randomTensor(1, "stream", [3, WIDTH], 2);
  await withModel(randomCheckpoint("gpt2", { layer_norm_epsilon: 1e-12 }), (model) => {
    near(read(model, stream.map((x) => 3 * x - 5)), read(model, stream), 2e-5);
  });
});
