import { attention } from "../../../lib/model/blocks/attention.ts";
import { nobody, type Observer } from "../../../lib/model/observer.ts";
import type { Transformer } from "../../../lib/model/mod.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { run } from "../../../lib/run/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { largestGap, near, same } from "../../near.ts";
import { blockContext } from "../block_context.ts";
import { FAMILIES, type PlainCheckpoint, randomTensor, withModel } from "../fixture.ts";
import { randomCheckpoint } from "../random_checkpoint.ts";
import { recorder } from "../recorder.ts";

const POSITIONS = 7, WIDTH = 24, PROMPT = [[3, 39, 0, 17, 17, 21, 8]];
const { values: STREAM } = randomTensor(1, "stream", [1, POSITIONS, WIDTH], 1);

/** What attention of layer 0 adds to a stream. */
function attended(
  model: Transformer,
  observer: Observer = nobody,
  stream: Float32Array = STREAM,
): Float32Array {
  return tf.tidy(() => {
    const x = tf.tensor3d(stream, [1, POSITIONS, WIDTH]);
    return attention(x, blockContext(model, 0, POSITIONS, observer)).written.dataSync<"float32">()
      .slice();
  });
}

/** Everything that attention of layer 0 shows, by the name within the block. */
function shown(model: Transformer): (name: string) => Float32Array {
  const observer = recorder();
  attended(model, observer);
  return (name) => observer.kept.get(`blocks.0.${name}`)!;
}

const logitsOf = (checkpoint: PlainCheckpoint) =>
  withModel(checkpoint, async (model) => {
    using result = await run(model, PROMPT);
    return result.logits.dataSync<"float32">().slice();
  });

for (const family of FAMILIES) {
  Deno.test(`A-09 A-12 ${family}: a head's output is its attention-weighted sum over source tokens`, async () => {
    await withModel(
      randomCheckpoint(family, family === "llama" ? { attention_bias: true } : {}),
      async (model) => {
        const at = shown(model), { gain, bias } = model.weights.norm("blocks.0.ln1");
        const [g, b] = [gain.dataSync(), bias?.dataSync()];
        // The sources are read after the norm.
        const read = at("ln1.normalized").map((x, i) => x * g[i % WIDTH]! + (b?.[i % WIDTH] ?? 0));
        const data = (name: "W_V" | "b_V" | "W_O") => model.layerWeight(0, name)!.data();
        const [W_V, b_V, W_O] = [await data("W_V"), await data("b_V"), await data("W_O")];
        const pattern = at("attn.pattern"), result = at("attn.result");
        const { heads, keyValueHeads, headWidth: e } = model.architecture;
        for (let head = 0; head < heads; head++) {
          const group = Math.floor(head * keyValueHeads / heads);
          const vectors = Array.from({ length: POSITIONS }, (_, j) => {
            const value = Array.from({ length: e }, (_, c) => {
              let total = b_V[group * e + c]!;
              for (let i = 0; i < WIDTH; i++) {
                total += read[j * WIDTH + i]! * W_V[(group * WIDTH + i) * e + c]!;
              }
              return total;
            });
            return Array.from(
              { length: WIDTH },
              (_, out) =>
                value.reduce((sum, v, c) => sum + v * W_O[(head * e + c) * WIDTH + out]!, 0),
            );
          });
          for (let i = 0; i < POSITIONS; i++) {
            const row = (head * POSITIONS + i) * POSITIONS;
            const expected = Array.from(
              { length: WIDTH },
              (_, out) =>
                vectors.reduce((sum, vector, j) => sum + pattern[row + j]! * vector[out]!, 0),
            );
            const start = (head * POSITIONS + i) * WIDTH;
            near(result.slice(start, start + WIDTH), expected, 2e-5, `head ${head}, query ${i}`);
          }
        }
      },
    );
  });

  Deno.test(`A-11 ${family}: all heads at once give what their results and one bias add up to`, async () => {
    await withModel(randomCheckpoint(family), async (model) => {
      const plain = attended(model),
        at = shown(model),
        bias = await model.b_O.at({ layer: 0 }).data();
      const size = POSITIONS * WIDTH, result = at("attn.result");
      const sums = plain.map((_, i) => {
        let total = bias[i % WIDTH]!;
        for (let start = 0; start < result.length; start += size) total += result[start + i]!;
        return total;
      });
      near(plain, sums, 1e-5);
      // To look at results changes no bit; to change them makes their sum what goes on.
      same(attended(model, recorder()), plain);
      const without = recorder([], { "blocks.0.attn.result": (x) => x.mul(0) });
      same(attended(model, without), plain.map((_, i) => bias[i % WIDTH]!));
    });
  });

  Deno.test(`attention (${family}): a later token changes no earlier output`, async () => {
    await withModel(randomCheckpoint(family), (model) => {
      const plain = attended(model), changed = STREAM.map((x, i) => i < 4 * WIDTH ? x : -x);
      const other = attended(model, nobody, changed);
      same(other.slice(0, 4 * WIDTH), plain.slice(0, 4 * WIDTH));
      assert(largestGap(other.slice(4 * WIDTH), plain.slice(4 * WIDTH)) > 0.01);
    });
  });

  Deno.test(`A-26 attention (${family}): each head reads its own copy of the stream`, async () => {
    await withModel(randomCheckpoint(family), (model) => {
      const at = shown(model), { headWidth } = model.architecture;
      for (const part of ["q", "k", "v"] as const) {
        const { shape } = model.W_K, heads = part === "q" ? model.architecture.heads : shape[1]!;
        const size = POSITIONS * headWidth, site = `blocks.0.attn.${part}_input`;
        const last = (x: tf.Tensor) => {
          const own = tf.oneHot(tf.tensor1d([heads - 1], "int32"), heads).reshape([heads, 1, 1, 1]);
          // Not a factor, which a norm would take out again.
          return x.add(own.mul(tf.range(0, WIDTH)));
        };
        const edited = recorder([], { [site]: last });
        const everything: Observer = { ...edited, watches: () => true };
        attended(model, everything);
        for (const other of ["q", "k", "v"] as const) {
          const before = at(`attn.${other}`), after = edited.kept.get(`blocks.0.attn.${other}`)!;
          const end = (heads - 1) * size;
          if (other !== part) same(after, before, `${other} after an edit of ${part}_input`);
          else {
            near(after.slice(0, end), before.slice(0, end), 1e-5, "the other heads");
            assert(largestGap(after.slice(end), before.slice(end)) > 0.1, "the edited head");
          }
        }
        same(edited.kept.get("blocks.0.ln1.normalized")!, at("ln1.normalized"), "the shared norm");
      }
    });
  });
}

Deno.test("A-10 b_K changes no attention weight without rotary positions, b_Q does; with them b_K matters", async () => {
  const pattern = (checkpoint: PlainCheckpoint) =>
    withModel(checkpoint, (model) => shown(model)("attn.pattern"));
  /** Changes the biases of queries (0) or keys (1) of layer 0. */
  const biased = (family: "gpt2" | "gpt_neox", part: 0 | 1) => {
    const checkpoint = randomCheckpoint(family);
    const name = family === "gpt2"
      ? "transformer.h.0.attn.c_attn.bias"
      : "gpt_neox.layers.0.attention.query_key_value.bias";
    const { values } = checkpoint.tensors.get(name)!;
    for (let i = 0; i < WIDTH; i++) {
      const head = Math.floor(i / 8), column = i % 8;
      const place = family === "gpt2" ? part * WIDTH + i : (3 * head + part) * 8 + column;
      values[place] = values[place]! + Math.sin(3 * i);
    }
    return checkpoint;
  };
  const gpt2 = await pattern(randomCheckpoint("gpt2"));
  near(await pattern(biased("gpt2", 1)), gpt2, 2e-6);
  assert(largestGap(await pattern(biased("gpt2", 0)), gpt2) > 0.05);
  const neox = await pattern(randomCheckpoint("gpt_neox"));
  assert(largestGap(await pattern(biased("gpt_neox", 1)), neox) > 0.05);
});

Deno.test("A-12 a model that shares keys and values is one with a copy of them for each head", async () => {
  for (const [groups, heads] of [[2, 6], [1, 6], [3, 6], [6, 6]] as const) {
    const fields = { num_attention_heads: heads, attention_bias: true };
    const grouped = randomCheckpoint("llama", { ...fields, num_key_value_heads: groups });
    /** Gives every query head a copy of the rows of its key head. */
    const copied = (keyHead: (head: number) => number): PlainCheckpoint => {
      const tensors = new Map(grouped.tensors);
      for (const [name, { shape, values }] of grouped.tensors) {
        if (!/\.[kv]_proj\./.test(name)) continue;
        const size = values.length / groups, own = new Float32Array(heads * size);
        for (let head = 0; head < heads; head++) {
          const from = keyHead(head) * size;
          own.set(values.slice(from, from + size), head * size);
        }
        tensors.set(name, { shape: [WIDTH, ...shape.slice(1)], values: own });
      }
      return { config: { ...grouped.config, num_key_value_heads: heads }, tensors };
    };
    const expected = await logitsOf(grouped);
    near(await logitsOf(copied((head) => Math.floor(head * groups / heads))), expected, 1e-5);
    // Neighbouring heads share, not every second or third.
    const tiled = largestGap(await logitsOf(copied((head) => head % groups)), expected);
    assertEquals(tiled > 0.01, groups > 1 && groups < heads, `${groups} of ${heads}: ${tiled}`);
  }
});

Deno.test("attention reaches its sites in the listed order, and edits of scores stay behind the mask", async () => {
  await withModel(randomCheckpoint("llama"), (model) => {
    const observer = recorder([], { "blocks.0.attn.scores": (scores) => tf.onesLike(scores) });
    const everything: Observer = { ...observer, watches: () => true };
    attended(model, everything);
    const reached = [...observer.kept.keys()];
    const listed = model.match("blocks.0.*").filter((site) => /attn\.|ln1/.test(site));
    assertEquals(reached, listed);
    const scores = observer.kept.get("blocks.0.attn.scores")!;
    const pattern = observer.kept.get("blocks.0.attn.pattern")!;
    scores.forEach((score, cell) => {
      const key = cell % POSITIONS, query = Math.floor(cell / POSITIONS) % POSITIONS;
      assertEquals(score, key > query ? -Infinity : 1);
      near([pattern[cell]!], [key > query ? 0 : 1 / (query + 1)], 1e-6);
    });
  });
});
