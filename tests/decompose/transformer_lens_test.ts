/** Decompositions and direct attributions that TransformerLens computed from the same checkpoints. */

import {
  accumulatedLogit,
  type Level,
  logitAttribution,
  type Part,
  residualParts,
} from "../../lib/decompose/mod.ts";
import { processWeights, type Transformer } from "../../lib/model/mod.ts";
import { logit, logitDifference, type Metric } from "../../lib/run/mod.ts";
import { readNumbers } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureModel, fixturePath, type PlainTensor, readTensors } from "../model/fixture.ts";
import { near } from "../near.ts";

interface Mode {
  readonly target: number;
  readonly other: number;
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

interface Golden {
  readonly input_ids: readonly (readonly number[])[];
  readonly raw: Mode;
  readonly compat: Mode;
}

/** What is stored but means something else, with the reason. */
const OTHERWISE: readonly [pattern: RegExp, why: string][] = [
  [/^gpt_neox .*mlp_input/, "it adds attention of the same layer, which the MLP does not read"],
  [/^opt apply_ln_to_stack\.layer1\.mlp_input/, "it divides every row by the last row's scale"],
  [/accumulated_/, "the stream itself, which the tests of sites compare"],
];

/** Their names of rows: of OPT they number twice as many neurons as it has, and as their rows hold. */
function labelsOf(mode: Mode, name: string, { architecture: { neurons } }: Transformer) {
  return mode.labels[name]!.filter((label) =>
    !(Number(/^L\d+N(\d+)$/.exec(label)?.[1]) >= neurons)
  );
}

/** Which of our parts theirs is the sum of. */
function matches(theirs: string): (part: Part) => boolean {
  const [, layer, what] = /^(\d+)_(attn|mlp)_out$/.exec(theirs) ?? [];
  if (layer !== undefined) return ({ label }) => label === `L${layer} ${what}`;
  if (theirs === "bias") return ({ label }) => /^L\d+ (b_O|b_out)$/.test(label);
  // Their remainder is all that no head wrote.
  if (theirs === "remainder") {
    return ({ kind, layer, label }) => kind !== "head" && (layer !== null || /embed/.test(label));
  }
  return ({ label }) => label === theirs;
}

/** Sums of our parts as theirs have them, relative to their greatest number. */
function compare(
  ours: { readonly parts: readonly Part[]; readonly numbers: readonly ArrayLike<number>[] },
  labels: readonly string[],
  { values }: PlainTensor,
  what: string,
): void {
  const size = values.length / labels.length;
  const greatest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
  labels.forEach((label, row) => {
    const fits = matches(label), sum = new Float64Array(size);
    let count = 0;
    ours.parts.forEach((part, i) => {
      if (!fits(part)) return;
      count++;
      for (let k = 0; k < size; k++) sum[k]! += ours.numbers[i]![k]!;
    });
    // A model without biases has no part of that name, and theirs is 0.
    assert(count > 0 || label === "bias", `${what}: no part is ${label}`);
    near(sum, values.slice(row * size, (row + 1) * size), 1e-4 * greatest, `${what}, ${label}`);
  });
}

const levels: Readonly<Record<string, Level | Level[]>> = {
  decompose_resid: "component",
  stack_head_results: "head",
  "get_full_resid_decomposition.no_neurons": "head",
  get_full_resid_decomposition: ["head", "neuron"],
};

/** Vectors of our parts at the last position of each prompt. */
async function vectors(
  model: Transformer,
  prompts: readonly (readonly number[])[],
  name: string,
): Promise<{ parts: readonly Part[]; numbers: Float64Array[] }> {
  const stack = name.replace(/\.(apply_ln|layer1|mlp_input)/g, "");
  using found = await residualParts(model, prompts, {
    by: levels[stack === "apply_ln_to_stack" ? "decompose_resid" : stack]!,
    positions: -1,
    norm: /apply_ln/.test(name) ? "frozen" : "none",
    ...name.includes("mlp_input")
      ? { at: "blocks.1.resid_mid" }
      : name.includes("layer1")
      ? { at: "blocks.1.resid_pre" }
      : {},
  });
  const numbers = readNumbers(found.tensor), size = numbers.length / found.parts.length;
  return {
    parts: found.parts,
    numbers: found.parts.map((_, i) => numbers.slice(i * size, (i + 1) * size)),
  };
}

const compared: Readonly<Record<string, number>> = {
  gpt2: 30,
  gpt_neox: 24,
  llama: 30,
  gemma2: 18,
  opt: 28,
  bloom: 30,
};

for (const [family, count] of Object.entries(compared)) {
  Deno.test(`C-04 C-05 C-07 C-08 C-10 A-17 ${family}: stacks and attributions are TransformerLens's`, async () => {
    const stored = readTensors(fixturePath(`transformerlens/${family}/decompose.safetensors`));
    const golden: Golden = JSON.parse(
      Deno.readTextFileSync(fixturePath(`transformerlens/${family}/decompose.json`)),
    );
    const raw = await fixtureModel(family), compat = await processWeights(raw);
    let done = 0;
    for (const [key, tensor] of stored) {
      const [, mode, name] = /^decompose\/(raw|compat)\/(.+)$/.exec(key)!;
      if (OTHERWISE.some(([pattern]) => pattern.test(`${family} ${name}`))) continue;
      const model = mode === "raw" ? raw : compat, own = golden[mode as "raw" | "compat"];
      done++;
      const [, kind, stack, target] =
        /^(logit_attrs|direct_logit_attribution)\.(.+)\.(target|target-other)$/.exec(name!) ?? [];
      if (kind === undefined) {
        const labels = labelsOf(own, name!.replace("apply_ln_to_stack", "decompose_resid"), model);
        const rows = tensor.shape.length === 2 ? golden.input_ids.slice(0, 1) : golden.input_ids;
        compare(await vectors(model, rows, name!), labels, tensor, `${mode} ${name}`);
        continue;
      }
      const metric: Metric = target === "target"
        ? logit(own.target)
        : logitDifference(own.target, own.other);
      const labels = labelsOf(own, kind === "logit_attrs" ? stack! : `${kind}.${stack}`, model);
      if (stack === "layer") {
        const found = await accumulatedLogit(model, golden.input_ids, metric);
        // Theirs leave biases of norm and unembedding out, which are no part of the stream.
        const parts = await logitAttribution(model, golden.input_ids, metric);
        const biases = [0, 1].map((e) =>
          ["ln_final bias", "b_U"].reduce(
            (sum, label) =>
              sum + (parts.parts.some((part) => part.label === label) ? parts.value(label, e) : 0),
            0,
          )
        );
        assertEquals(found.stages.length, labels.length);
        near(
          found.values.flatMap((values) => [...values].map((value, e) => value - biases[e]!)),
          tensor.values,
          1e-4 * Math.max(1, ...tensor.values.map(Math.abs)),
          key,
        );
        continue;
      }
      const by = levels[stack!] ?? (stack === "head" ? "head" : "component");
      const found = await logitAttribution(model, golden.input_ids, metric, { by });
      compare({ parts: found.parts, numbers: found.values }, labels, tensor, key);
    }
    assertEquals(done, count, "what is stored is compared");
    compat.dispose();
  });
}
