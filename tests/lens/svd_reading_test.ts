import { svdReading } from "../../lib/lens/mod.ts";
import { processWeights, type Transformer, withWeights } from "../../lib/model/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, fixturePath, readTensors } from "../model/fixture.ts";
import { near } from "../near.ts";
import { KINDS, weightOf } from "./families.ts";

/** The numbers of each direction over the whole vocabulary, `[direction][vocabulary]`. */
function wholeRows(
  directions: Awaited<ReturnType<typeof svdReading>>["entries"][number]["directions"],
  side: "left" | "right",
): Float64Array[] {
  return directions.map((direction) => {
    const { greatest } = direction[side]!, row = new Float64Array(greatest.length);
    for (const { id, score } of greatest) row[id] = score;
    return row;
  });
}

/** Compares with columns `[vocabulary, 4]` of a peer, up to the sign of each. */
function nearUpToSign(own: Float64Array[], theirs: Float32Array, what: string): void {
  own.forEach((row, direction) => {
    const peer = row.map((_, id) => theirs[id * 4 + direction]!);
    const top = peer.reduce((best, x, id) => Math.abs(x) > Math.abs(peer[best]!) ? id : best, 0);
    const sign = Math.sign(peer[top]! * row[top]!);
    const tolerance = 1e-4 * Math.abs(peer[top]!);
    near(row.map((x) => x * sign), peer, tolerance, `${what} direction ${direction}`);
  });
}

/** A model whose W_in has the gain of ln2 on its inputs, as SVDInterpreter puts it there. */
function withGain(model: Transformer): Transformer {
  const { layers, neurons } = model.architecture;
  const changed = Array.from({ length: layers }, (_, layer) => {
    const gain = weightOf(model, `blocks.${layer}.ln2.w`);
    const name = `blocks.${layer}.mlp.W_in`;
    return [name, weightOf(model, name).map((x, i) => x * gain[Math.floor(i / neurons)]!)] as const;
  });
  return withWeights(model, Object.fromEntries(changed));
}

Deno.test("F-09 svdReading() agrees with SVDInterpreter of TransformerLens up to sign", async () => {
  for (const family of ["gpt2", "llama"]) {
    const theirs = readTensors(fixturePath(`transformerlens/${family}/svd.safetensors`));
    const raw = await fixtureModel(family), compat = await processWeights(raw);
    for (const [mode, model] of [["raw", raw], ["compat", compat]] as const) {
      const options = { gains: "raw", directions: 4, count: 96, readers: "W_U" } as const;
      const ov = await svdReading(model, "OV", { ...options, sides: ["right"] });
      const peer = (name: string) => theirs.get(`readings/${mode}/SVDInterpreter.${name}`)!.values;
      ov.entries.forEach(({ directions }, i) =>
        nearUpToSign(
          wholeRows(directions, "right"),
          peer("OV").subarray(i * 384, i * 384 + 384),
          `${family} ${mode} OV ${i}`,
        )
      );
      const out = await svdReading(model, "W_out", options);
      out.entries.forEach(({ directions }, i) =>
        nearUpToSign(
          wholeRows(directions, "right"),
          peer("w_out").subarray(i * 384, i * 384 + 384),
          `${family} ${mode} W_out ${i}`,
        )
      );
      using gained = withGain(model);
      const own = await svdReading(gained, "W_in", options);
      own.entries.forEach(({ directions }, i) =>
        nearUpToSign(
          wholeRows(directions, "left"),
          peer("w_in").subarray(i * 384, i * 384 + 384),
          `${family} ${mode} W_in ${i}`,
        )
      );
    }
  }
});

Deno.test("F-09 svdReading(): singular values do not change under W_V · R, R⁻¹ · W_O", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family),
      { headWidth, heads, keyValueHeads } = model.architecture;
    // Each value head's columns are turned by a shear, and what the query heads read of it is turned back.
    const V = weightOf(model, "blocks.1.attn.W_V"), O = weightOf(model, "blocks.1.attn.W_O");
    for (let row = 0; row < keyValueHeads * 32; row++) {
      V[row * headWidth + 1]! += 0.7 * V[row * headWidth]!;
    }
    for (let head = 0; head < heads; head++) {
      for (let i = 0; i < 32; i++) {
        O[head * headWidth * 32 + i]! -= 0.7 * O[(head * headWidth + 1) * 32 + i]!;
      }
    }
    using turned = withWeights(model, { "blocks.1.attn.W_V": V, "blocks.1.attn.W_O": O });
    const options = { layers: [1], directions: 2, count: 3 };
    const before = await svdReading(model, "OV", options);
    const after = await svdReading(turned, "OV", options);
    before.entries.forEach(({ values, directions }, head) => {
      near(after.entries[head]!.values, values, 1e-5 * values[0]!, `${family} head ${head}`);
      near(
        [directions[0]!.share],
        [values[0]! ** 2 / values.reduce((s, x) => s + x * x, 0)],
        1e-12,
      );
    });
  }
});

Deno.test("F-09 svdReading(): a planted head reads one token and writes another, and its direction stands out", async () => {
  for (const family of KINDS) {
    const model = await fixtureModel(family);
    const { headWidth, keyValueHeads, heads } = model.architecture;
    const norm = weightOf(model, "blocks.0.ln1.w"), last = weightOf(model, "ln_final.w");
    const E = weightOf(model, "W_E"), W_U = weightOf(model, "W_U");
    const post = model.architecture.norms === "around"
      ? weightOf(model, "blocks.0.ln1_post.w")
      : null;
    const V = weightOf(model, "blocks.0.attn.W_V"), O = weightOf(model, "blocks.0.attn.W_O");
    // Value head 1 reads token 12 and its first query head writes token 40, gains undone.
    const head = heads / keyValueHeads;
    for (let i = 0; i < 32; i++) {
      for (let k = 0; k < headWidth; k++) {
        V[(32 + i) * headWidth + k] = k === 0 ? 50 * E[12 * 32 + i]! / norm[i]! : 0;
        O[(head * headWidth + k) * 32 + i] = k === 0
          ? W_U[i * 96 + 40]! / last[i]! / (post?.[i] ?? 1)
          : 0;
      }
    }
    using planted = withWeights(model, { "blocks.0.attn.W_V": V, "blocks.0.attn.W_O": O });
    const found = await svdReading(planted, "OV", { layers: [0], heads: [head], directions: 1 });
    const [direction] = found.entries[0]!.directions;
    near([direction!.share], [1], 1e-5, family);
    // Of a random embedding with others the token itself is the nearest; of either sign, both together.
    const ids = (
      ends: { greatest: readonly { id: number }[]; least: readonly { id: number }[] },
    ) => [ends.greatest[0]!.id, ends.least[0]!.id];
    assert(ids(direction!.left!).includes(12), `${family} reads ${ids(direction!.left!)}`);
    assert(ids(direction!.right!).includes(40), `${family} writes ${ids(direction!.right!)}`);
  }
});

Deno.test("svdReading() frees what it makes, draws itself and refuses what is not there", async () => {
  const model = await fixtureModel("gpt2"), mixture = await fixtureModel("mixtral");
  await svdReading(model, "QK", { count: 2 });
  const before = heldTensors();
  const found = await svdReading(model, "QK", {
    layers: [-1],
    heads: [0, -1],
    directions: 2,
    count: 2,
  });
  assertEquals(heldTensors(), before);
  assertEquals(found.entries.map(({ layer, head }) => [layer, head]), [[1, 0], [1, 3]]);
  assert(found[display]()["text/plain"].includes("queries, +"));
  const experts = await svdReading(mixture, "W_gate", { layers: [0], directions: 1, count: 1 });
  assertEquals(experts.entries.map(({ expert }) => expert), [0, 1, 2, 3]);
  const refused = (call: () => Promise<unknown>, message: string) =>
    assertRejects(call, Error, message);
  await refused(
    () => svdReading(model, "W_gate"),
    "Cannot read singular directions of W_gate as the model must have gates: gpt2 has none",
  );
  await refused(
    () => svdReading(model, "W_V" as "OV"),
    'Cannot read singular directions as the matrix must be one of OV, QK, W_in, W_gate, W_out: current value is "W_V"',
  );
  await refused(
    () => svdReading(model, "W_in", { sides: ["right"] }),
    'Cannot read singular directions of W_in as sides must be among those that live in the stream, "left": current value is "right"',
  );
  await refused(
    () => svdReading(model, "OV", { directions: 9 }),
    "Cannot read singular directions of OV as directions must be from 1 to 8, its rank: current value is 9",
  );
  await refused(
    () => svdReading(model, "OV", { heads: [4] }),
    "Cannot read singular directions of head 4 as it must be from -4 to 3",
  );
  await refused(
    () => svdReading(model, "W_out", { heads: [0] }),
    "Cannot read singular directions of W_out by head as only OV and QK have heads",
  );
});
