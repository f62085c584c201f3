import { darkSignals, spectroscopy } from "../../lib/lens/mod.ts";
import { type Transformer, withWeights } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";
import { dot, KINDS } from "./families.ts";

await startBackend("float64");

const BEGINNING = 0, WIDTH = 32, HEAD = 8;

/** Orthonormal rows of which the first are without a mean, in plain loops. */
function orthonormal(seed: number): Float64Array[] {
  const random = new RandomStream(seed, "basis"), rows: Float64Array[] = [];
  while (rows.length < WIDTH) {
    // The last one is the mean itself, which a LayerNorm takes off.
    const row = rows.length === 0
      ? new Float64Array(WIDTH).fill(1)
      : Float64Array.from({ length: WIDTH }, () => random.normal());
    for (const other of rows) {
      const along = dot(row, other);
      row.forEach((_, i) => row[i]! -= along * other[i]!);
    }
    const length = Math.hypot(...row);
    rows.push(row.map((x) => x / length));
  }
  return rows;
}

/**
 * A model whose blocks write nothing and whose head 1.0 attends to what lies along the darkest direction of W_U; the
 * beginning lies there entirely, if it is planted, and no other token does.
 */
async function sinkModel(planted: "planted" | "removed"): Promise<Transformer> {
  const model = await fixtureModel("gpt2");
  const [mean, dark, ...bright] = orthonormal(5) as [Float64Array, Float64Array, ...Float64Array[]];
  const directions = [...bright, mean, dark], random = new RandomStream(6, "tokens");
  const W_U = new Float64Array(WIDTH * 96), W_E = new Float64Array(96 * WIDTH);
  directions.forEach((row, i) => row.forEach((x, j) => W_U[j * 96 + i] = (WIDTH - i) * x));
  for (let id = 0; id < 96; id++) {
    const row = Float64Array.from({ length: WIDTH }, () => random.normal());
    const along = dot(row, dark);
    for (let i = 0; i < WIDTH; i++) {
      const own = row[i]! - along * dark[i]!;
      W_E[id * WIDTH + i] = id === BEGINNING && planted === "planted" ? 3 * dark[i]! : own;
    }
  }
  const zeros = (size: number) => new Float64Array(size);
  const W_K = zeros(4 * WIDTH * HEAD), b_Q = zeros(4 * HEAD);
  dark.forEach((x, i) => W_K[i * HEAD] = x);
  b_Q[0] = 2;
  const silent = [0, 1].flatMap((layer) => [
    [`blocks.${layer}.attn.W_O`, zeros(4 * HEAD * WIDTH)] as const,
    [`blocks.${layer}.attn.b_O`, zeros(WIDTH)] as const,
    [`blocks.${layer}.mlp.W_out`, zeros(128 * WIDTH)] as const,
    [`blocks.${layer}.mlp.b_out`, zeros(WIDTH)] as const,
  ]);
  return withWeights(model, {
    ...Object.fromEntries(silent),
    W_E,
    W_U,
    W_pos: zeros(model.W_pos!.shape[0]! * WIDTH),
    "blocks.1.ln1.w": zeros(WIDTH).fill(1),
    "blocks.1.ln1.b": zeros(WIDTH),
    "blocks.1.attn.W_K": W_K,
    "blocks.1.attn.b_K": zeros(4 * HEAD),
    "blocks.1.attn.W_Q": zeros(4 * WIDTH * HEAD),
    "blocks.1.attn.b_Q": b_Q,
  });
}

const DATA = [[BEGINNING, 5, 9, 33, 71, 4], [BEGINNING, 60, 2, 8, 90, 17]];

/** The weight of the first of as many keys as each query sees, averaged over the queries after it. */
const UNIFORM = [2, 3, 4, 5, 6].reduce((sum, keys) => sum + 1 / keys, 0) / 5;

Deno.test("F-14 darkSignals(): a planted sink falls to the uniform value with its band, and with no other", async () => {
  using model = await sinkModel("planted");
  const spectrum = await spectroscopy(model, { bands: 16, gains: "raw" });
  const sets = Array.from({ length: 16 }, (_, band) => [band]);
  const found = await darkSignals(model, DATA, {
    spectrum,
    sets,
    at: "blocks.0.resid_post",
    skip: 0,
  });
  const sink = (numbers: { attention: readonly (readonly number[])[] }) =>
    numbers.attention[1]![0]!;
  assert(sink(found.plain) > UNIFORM + 0.3, "the head has a sink");
  for (const row of found.rows) {
    const expected = row.bands[0] === 15 ? UNIFORM : sink(found.plain);
    near([sink(row)], [expected], 1e-9, `band ${row.bands}`);
  }
  // Left alone at its own position, the sink survives.
  const spared = await darkSignals(model, DATA, {
    spectrum,
    sets: [[15]],
    at: "blocks.0.resid_post",
  });
  near([sink(spared.rows[0]!)], [sink(found.plain)], 1e-9);
});

Deno.test("F-14 darkSignals(): without the plant the head is uniform, whatever is suppressed", async () => {
  using model = await sinkModel("removed");
  const spectrum = await spectroscopy(model, { bands: 16, gains: "raw" });
  const { plain, rows } = await darkSignals(model, DATA, {
    spectrum,
    sets: [[15], [0], [7]],
    at: "blocks.0.resid_post",
    skip: 0,
  });
  for (const { attention } of [plain, ...rows]) near([attention[1]![0]!], [UNIFORM], 1e-9);
});

Deno.test("F-14 darkSignals(): losses and attention are those of runs with the edit, in five families", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family), prompt = PROMPTS[0]!;
    const spectrum = await spectroscopy(model, { bands: 8 });
    const sets = [[-1], [0, 1]];
    const { plain, rows } = await darkSignals(model, PROMPTS, { spectrum, sets });
    for (const [i, bands] of [null, ...sets].entries()) {
      const edits = bands
        ? [spectrum.suppress(bands, "blocks.*.resid_post", { positions: { from: 1 } })]
        : [];
      let loss = 0, weight = 0;
      for (const ids of PROMPTS) {
        using result = await run(model, ids, { edits, capture: ["blocks.1.attn.pattern"] });
        loss += result.meanLoss / PROMPTS.length;
        const pattern = result.cache.get("blocks.1.attn.pattern").dataSync(), n = prompt.length;
        for (let query = 1; query < n; query++) {
          weight += pattern[(2 * n + query) * n]! / (n - 1) / PROMPTS.length;
        }
      }
      const found = i === 0 ? plain : rows[i - 1]!;
      near([found.loss, found.attention[1]![2]!], [loss, weight], 1e-9, `${family} ${bands}`);
    }
    assert(rows[0]!.chance.loss !== plain.loss, "as many directions of chance stand beside");
  }
});

Deno.test("darkSignals() draws itself, frees what it makes and refuses", async () => {
  const model = await fixtureModel("gpt2"), options = { sets: [[-1]] };
  await darkSignals(model, PROMPTS, options);
  const before = heldTensors();
  const found = await darkSignals(model, PROMPTS, options);
  assertEquals(heldTensors(), before);
  assert(found[display]()["text/plain"].includes("the first 1 positions left alone"));
  await assertRejects(
    () => darkSignals(model, [[3]], options),
    RangeError,
    "Cannot measure dark signals as an example must have more than 1 tokens: one has 1",
  );
  await assertRejects(
    () => darkSignals(model, [], options),
    RangeError,
    "Cannot measure dark signals as the data must hold an example: it is empty",
  );
  await assertRejects(
    () => darkSignals(model, PROMPTS, { skip: -1 }),
    RangeError,
    "Cannot measure dark signals as skip must be a whole number from 0 on: current value is -1",
  );
});
