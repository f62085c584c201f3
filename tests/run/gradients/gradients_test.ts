import {
  add,
  apply,
  crossEntropy,
  gradients,
  logit,
  logitDifference,
  logProbability,
  rank,
  replace,
  run,
  zero,
} from "../../../lib/run/mod.ts";
import { display } from "../../../lib/show/mod.ts";
import { withWeights } from "../../../lib/model/mod.ts";
import { RandomStream } from "../../../lib/stats/mod.ts";
import { readNumbers, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS, seedling } from "../../model/fixture.ts";
import { near } from "../../near.ts";
import { gradientNumbers } from "./gradient_probe.ts";

await startBackend();

const [PROMPT] = PROMPTS as [readonly number[]];
const RAGGED = [PROMPT.slice(0, 5), PROMPT, PROMPT.slice(3, 6)];

let doubles: Promise<Record<string, Record<string, number[]>>> | undefined;

/** The gradients of every family in double precision, by one process: starting it takes longer than they do. */
async function inDoubles(): Promise<Record<string, Record<string, number[]>>> {
  const script = new URL("./gradient_probe.ts", import.meta.url).pathname;
  const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-lock", script, ...FAMILIES],
    env: { INNERWORKS_BACKEND: "float64" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

for (const family of FAMILIES) {
  for (const padding of ["left", "right"] as const) {
    Deno.test(`gradients() ${family}: a batch padded on the ${padding} has the gradients of each prompt alone`, async () => {
      const model = await fixtureModel(family),
        at = ["resid_pre", "attn.z", "attn.pattern", "mlp.post"];
      using together = await gradients(model, RAGGED, crossEntropy(), { at, padding });
      const columns = PROMPT.length;
      for (const [row, prompt] of RAGGED.entries()) {
        using alone = await gradients(model, prompt, crossEntropy(), { at });
        near([together.values[row]!], alone.values, 1e-5);
        near(together.norms("blocks.1.attn.z")[row]!, alone.norms("blocks.1.attn.z")[0]!, 1e-5);
        const start = padding === "left" ? columns - prompt.length : 0;
        for (const site of alone.at.sites) {
          const axes = model.axesOf(site), shape = together.get(site).shape;
          const begin = axes.map((axis) =>
            axis === "batch" ? row : /position|query|key/.test(axis) ? start : 0
          );
          const size = axes.map((axis, i) =>
            axis === "batch" ? 1 : /position|query|key/.test(axis) ? prompt.length : shape[i]!
          );
          const own = tf.tidy(() =>
            readNumbers(together.get(site).slice(begin, size)) as never
          ) as Float64Array;
          near(own, readNumbers(alone.get(site)), 1e-5, site);
        }
      }
      const holes = readNumbers(together.get("blocks.0.resid_pre")).filter(Number.isNaN).length;
      const padded = RAGGED.reduce((sum, { length }) => sum + columns - length, 0);
      assertEquals(holes, padded * model.architecture.width, "what holds no token is NaN");
    });
  }

  Deno.test(`gradients() ${family}: single precision agrees with double`, async () => {
    const exact = (await (doubles ??= inDoubles()))[family]!;
    const found = await gradientNumbers(family);
    assertEquals(Object.keys(found), Object.keys(exact));
    for (const [name, values] of Object.entries(exact)) {
      // Where a model's gradients are great, single precision is off by their size.
      const greatest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      near(found[name]!, values, 1e-4 * greatest, name);
    }
  });
}

Deno.test("gradients() of weights sum over examples, and only those asked for are made", async () => {
  const model = await fixtureModel("gpt2"), metric = logProbability(5), weights = ["W_E", "W_Q"];
  using both = await gradients(model, PROMPTS, metric, { weights });
  const sums = new Map<string, Float64Array>();
  for (const prompt of PROMPTS) {
    using alone = await gradients(model, prompt, metric, { weights });
    for (const name of weights) {
      const own = readNumbers(alone.weight(name)), before = sums.get(name);
      sums.set(name, before ? before.map((value, i) => value + own[i]!) : own);
    }
  }
  for (const name of weights) near(readNumbers(both.weight(name)), sums.get(name)!, 1e-5, name);
  assertEquals(both.at.sites, []);
  assertEquals(both.weight("W_Q").shape, model.W_Q.shape);
  assertStringIncludes(
    (await assertRejects(() => Promise.resolve().then(() => both.weight("W_K")), RangeError))
      .message,
    "those asked for are W_E, W_Q",
  );
});

Deno.test("gradients() run through edits, and to the tensors that edits put in", async () => {
  const model = await fixtureModel("llama"), { width } = model.architecture;
  const stream = new RandomStream(3, "edit");
  const direction = tf.tensor1d(Float32Array.from({ length: width }, () => stream.normal()));
  const matrix = tf.tensor2d(
    Float32Array.from({ length: width * width }, () => stream.normal() / 8),
    [width, width],
  );
  const edits = [
    add("blocks.0.resid_pre", direction, { positions: [2, -1], scale: 0.5 }),
    apply("blocks.1.resid_pre", (part) => part.matMul(matrix), { positions: 4 }),
    zero("blocks.0.attn.z", { heads: 1 }),
  ];
  const metric = logitDifference(3, 70);
  using found = await gradients(model, PROMPT, metric, {
    at: ["embed", "blocks.0.attn.z"],
    tensors: [direction, matrix],
    edits,
  });
  const value = async () => (await run(model, PROMPT, { edits })).measure(metric)[0]!;
  near(found.values, [await value()], 1e-5);
  for (const [i, tensor] of [direction, matrix].entries()) {
    const numbers = tensor.dataSync<"float32">(), slope = readNumbers(found.tensors[i]!);
    assertEquals(found.tensors[i]!.shape, tensor.shape);
    const place = slope.reduce((best, x, j) => Math.abs(x) > Math.abs(slope[best]!) ? j : best, 0);
    const before = numbers[place]!, sides: number[] = [];
    for (const step of [0.01, -0.01]) {
      numbers[place] = before + step; // the tensor's own memory, on this backend
      sides.push(await value());
    }
    numbers[place] = before;
    if (tf.getBackend() !== "native" && tf.getBackend() !== "cpu") continue;
    const difference = (sides[0]! - sides[1]!) / 0.02;
    assert(
      Math.abs(difference - slope[place]!) < 0.02 * Math.abs(difference) + 1e-3,
      `tensor ${i}`,
    );
  }
  // Where an edit put zeros, a gradient at what it left there still tells what more would do.
  assert(found.norms("blocks.0.attn.z")[0]!.some((length) => length > 0));
});

Deno.test("gradients() of a replaced value stop there, as nothing before it counts", async () => {
  const model = await fixtureModel("gpt2"), { width } = model.architecture;
  const edits = [replace("blocks.1.resid_pre", tf.ones([width]))];
  using found = await gradients(model, PROMPT, logit(4), {
    at: ["embed", "blocks.1.resid_pre"],
    edits,
  });
  assertEquals([...found.norms("embed")[0]!], PROMPT.map(() => 0));
  assert(found.norms("blocks.1.resid_pre")[0]!.at(-1)! > 0);
});

Deno.test("gradients() of weights are what changed weights do", async () => {
  const model = await seedling(), metric = logitDifference(" Mary", " John");
  const prompt = "When Mary and John went to the store, John gave a key to";
  const name = "blocks.3.attn.W_O";
  using found = await gradients(model, prompt, metric, { weights: [name] });
  const slope = found.weight(name), length = slope.norm().dataSync()[0]!;
  const along = async (step: number) => {
    const moved = tf.tidy(() =>
      model.layerWeight(3, "W_O")!.tensor().add(slope.mul(step / length))
    );
    using changed = withWeights(model, { [name]: moved });
    return (await run(changed, prompt)).measure(metric)[0]!;
  };
  const difference = (await along(0.01) - await along(-0.01)) / 0.02;
  assert(Math.abs(difference - length) < 0.01 * length, `${difference} is ${length}`);
});

Deno.test("C-16 gradients() times values tell, to first order, what an ablation does", async () => {
  const model = await seedling(), prompt = "The capital of France is", metric = logit(" Paris");
  using found = await gradients(model, prompt, metric, { at: ["blocks.3.mlp_out"] });
  const share = 0.01;
  using edited = await run(model, prompt, {
    edits: [apply("blocks.3.mlp_out", (part) => part.mul(1 - share))],
  });
  const effect = found.values[0]! - edited.measure(metric)[0]!;
  const expected = share * found.timesValue("blocks.3.mlp_out")[0]!.reduce((a, b) => a + b, 0);
  assert(
    Math.abs(effect - expected) < 0.02 * Math.abs(expected) + 1e-3,
    `${effect} is ${expected}`,
  );
});

Deno.test("gradients() refuse what has none", async () => {
  const model = await fixtureModel("gpt2");
  const jumps = await assertRejects(() => gradients(model, PROMPT, rank(3)), TypeError);
  assertEquals(
    jumps.message,
    "Cannot take gradients of the rank of #3 (from 0) as the metric must be differentiable: it moves in jumps",
  );
  const idle = tf.zeros([3]);
  const unused = await assertRejects(
    () => gradients(model, PROMPT, logit(3), { tensors: [idle] }),
    RangeError,
  );
  assertStringIncludes(unused.message, "tensor 0, [3], as it must take part in the run");
  await assertRejects(
    () => gradients(model, PROMPT, logit(3), { rules: "frozen" as never }),
    RangeError,
    "exact, frozenNorm, frozenPattern",
  );
  await assertRejects(
    () => gradients(model, PROMPT, logit(3), { at: ["blocks.9.mlp_out"] }),
    RangeError,
  );
  await assertRejects(() => gradients(model, PROMPT, logit(3), { weights: ["W_X"] }), RangeError);
  await assertRejects(() => gradients(model, PROMPT, logit(3), { sites: [] } as never), TypeError);
});

Deno.test("gradients() free everything but what they return", async () => {
  const model = await fixtureModel("gpt_neox");
  (await gradients(model, PROMPT, logit(3), { at: ["*"] })).dispose();
  const before = heldTensors();
  const found = await gradients(model, PROMPT, logit(3), {
    at: ["embed", "attn.z"],
    weights: ["W_U"],
  });
  found.dispose();
  assertEquals(heldTensors(), before);
  await gradients(model, PROMPT, rank(3)).catch(() => {});
  await gradients(model, PROMPT, logit(3), { signal: AbortSignal.abort() }).catch(() => {});
  assertEquals(heldTensors(), before);
});

Deno.test("gradients() draw each prompt tinted, and a table", async () => {
  const model = await seedling();
  const found = await gradients(model, "The capital of France is", logit(" Paris"), {
    at: ["embed", "blocks.1.attn.z"],
    rules: ["frozenNorm", "frozenPattern"],
  });
  const text = (await found[display]())["text/plain"];
  assertStringIncludes(text, "gradient × value at embed");
  assertStringIncludes(text, "blocks.1.attn.z");
  assertStringIncludes(text, "frozenNorm, frozenPattern");
});
