/**
 * Attribution patching in double precision: equal to patching where the metric is linear, off by the square elsewhere.
 *
 * @module
 */

import { attributionPatching, type AttributionPatchingOptions } from "../../lib/circuits/mod.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import {
  crossEntropy,
  freeze,
  gradients,
  logitDifference,
  logProbability,
  type PromptPair,
  promptPair,
  PromptPairs,
  rank,
  replace,
  run,
} from "../../lib/run/mod.ts";
import { readNumbers, startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";
import { near } from "../near.ts";

await startBackend("float64");

const [CLEAN, CORRUPT] = PROMPTS as [readonly number[], readonly number[]];
const METRIC = logitDifference(3, 70);
const pairOf = (model: Transformer, clean = CLEAN, corrupt = CORRUPT): PromptPair =>
  promptPair(model, { clean, corrupt, answer: [3], wrong: [70] });
const listOf = (model: Transformer, pairs: readonly PromptPair[]) =>
  new PromptPairs(model, pairs, { title: "test", passedOver: 0, reason: null });

// Four families: biases and a learnt position, rotary and gated, parallel blocks, norms behind components and soft caps.
for (const family of ["gpt2", "llama", "gpt_neox", "gemma2"]) {
  Deno.test(`C-32 attributionPatching() equals patching where the metric is linear in the node: ${family}`, async () => {
    const model = await fixtureModel(family), last = model.architecture.layers - 1;
    // What the last block adds goes through the last norm alone: frozen, the logits before a soft cap are linear in it.
    const capped = (model.architecture.logitCap ?? null) !== null;
    const site = `blocks.${last}.mlp_out` as const,
      clean = await run(model, CLEAN, { capture: [site] });
    const plain = (await run(model, CORRUPT)).measure(METRIC)[0]!;
    const found = await attributionPatching(model, pairOf(model), METRIC, {
      nodes: [site],
      rules: "frozenNorm",
    });
    const { axes, shape, scores } = found.facts.nodes[0]!;
    assertEquals([axes, shape], [["layer", "position"], [1, CLEAN.length]]);
    for (const position of [0, CLEAN.length - 1]) {
      const edits = [
        replace(site, clean.cache.get(site).slice([0, position, 0], [1, 1, -1]), {
          positions: position,
        }),
        freeze("ln_final.scale"),
      ];
      const exact = (await run(model, CORRUPT, { edits })).measure(METRIC)[0]! - plain;
      if (!capped) assertAlmostEquals(scores[position]!, exact, 1e-9 * (1 + Math.abs(exact)));
      // Only the last position is read off.
      assert(position > 0 || scores[position] === 0);
    }
    assertAlmostEquals(found.facts.baseline[0]!, plain, 1e-9);
    assertAlmostEquals(found.facts.reference[0]!, clean.measure(METRIC)[0]!, 1e-9);
  });

  Deno.test(`C-32 attributionPatching() is off by the square of the difference elsewhere: ${family}`, async () => {
    const model = await fixtureModel(family), site = "blocks.0.resid_pre", position = 4;
    const [from, to] = [
      await run(model, CORRUPT, { capture: [site] }),
      await run(model, CLEAN, { capture: [site] }),
    ];
    const plain = from.measure(METRIC)[0]!;
    const { facts } = await attributionPatching(model, pairOf(model), METRIC, { nodes: [site] });
    const score = facts.nodes[0]!.scores[position]!;
    const row = (result: typeof from) => result.cache.get(site).slice([0, position, 0], [1, 1, -1]);
    const miss = async (share: number) => {
      const value = row(from).add(row(to).sub(row(from)).mul(share));
      const edits = [replace(site, value, { positions: position })];
      return (await run(model, CORRUPT, { edits })).measure(METRIC)[0]! - plain - share * score;
    };
    // Small enough for what follows the square to be small, great enough for its digits.
    const [whole, half] = [await miss(2 ** -7), await miss(2 ** -8)];
    assert(Math.abs(whole / half - 4) < 0.15, `halving the difference takes ${whole} to ${half}`);
  });

  Deno.test(`C-32 attributionPatching() is the signed sum of difference × gradient over each node: ${family}`, async () => {
    const model = await fixtureModel(family), nodes = ["resid_pre", "z", "mlp.post", "embed"];
    for (const direction of ["denoising", "noising"] as const) {
      const [from, to] = direction === "denoising" ? [CORRUPT, CLEAN] : [CLEAN, CORRUPT];
      const { facts } = await attributionPatching(model, pairOf(model), METRIC, {
        nodes,
        direction,
      });
      for (const { sites, scores, shape, axes, at } of facts.nodes) {
        using slope = await gradients(model, from, METRIC, { at: sites });
        using other = await run(model, to, { capture: sites });
        const each = sites.flatMap((site) => {
          const own = model.axesOf(site),
            over = at === "mlp.post" ? ["width", "position"] : ["width"];
          const held = own.flatMap((axis, i) =>
            over.includes(axis.replace("head_", "")) ? [i] : []
          );
          const product = other.cache.get(site).sub(slope.activations.get(site)).mul(
            slope.get(site),
          );
          return [...readNumbers(product.sum(held))];
        });
        near(scores, each, 1e-9);
        assertEquals(shape.reduce((a, b) => a * b), scores.length);
        assertEquals(axes[0], at === "embed" ? "position" : "layer");
      }
    }
  });
}

Deno.test("C-32 attributionPatching() scores a head alike by z and by what it writes", async () => {
  const model = await fixtureModel("gpt2");
  const { facts: { nodes: [z, result] } } = await attributionPatching(
    model,
    pairOf(model),
    METRIC,
    {
      nodes: ["z", "attn.result"],
    },
  );
  near(z!.scores, result!.scores, 1e-9);
});

Deno.test("attributionPatching() gives pairs in a batch what each has alone, and NaN past a prompt's end", async () => {
  const model = await fixtureModel("llama");
  const pairs = [pairOf(model), pairOf(model, CLEAN.slice(2, 8), CORRUPT.slice(2, 8))];
  const options = { nodes: ["resid_pre", "z", "mlp.post"] };
  const both = await attributionPatching(model, listOf(model, pairs), METRIC, options);
  for (const [example, pair] of pairs.entries()) {
    const alone = await attributionPatching(model, pair, METRIC, options);
    for (const [kind, { scores, chance, axes, shape }] of both.facts.nodes.entries()) {
      const own = alone.facts.nodes[kind]!, last = axes.at(-1) === "position" ? shape.at(-1)! : 0;
      for (const [ours, theirs] of [[scores, own.scores], [chance, own.chance]] as const) {
        const mine = ours.filter((_, i) => i % 2 === example);
        // The shorter prompt has fewer positions alone.
        const there = last === 0 ? mine : mine.filter((_, i) => i % last < pair.length);
        near(there, theirs, 1e-9);
        if (last > 0) assert(mine.every((x, i) => i % last < pair.length || Number.isNaN(x)));
      }
    }
  }
});

Deno.test("attributionPatching() measures the other run as a run does, whatever a metric reads", async () => {
  const model = await fixtureModel("gemma2");
  const pairs = [pairOf(model), pairOf(model, CLEAN.slice(2, 8), CORRUPT.slice(2, 8))];
  const whole = await run(model, pairs.map(({ clean }) => clean.ids));
  for (const metric of [METRIC, crossEntropy(), logProbability(3, { position: -2 })]) {
    for (const nodes of [["embed"], ["ln_final.normalized"]]) {
      const { facts } = await attributionPatching(model, listOf(model, pairs), metric, { nodes });
      near(facts.reference, whole.measure(metric), 1e-9);
    }
  }
});

Deno.test("attributionPatching() says which sites are no nodes, and frees what it made", async () => {
  const model = await fixtureModel("gpt2"), pair = pairOf(model), before = heldTensors();
  await attributionPatching(model, pair, METRIC);
  const refused = async (
    options: AttributionPatchingOptions,
    type: typeof RangeError | typeof TypeError,
    text: string,
  ) =>
    await assertRejects(
      async () => await attributionPatching(model, pair, METRIC, options),
      type,
      text,
    );
  await refused(
    { nodes: ["resid_pst"] },
    RangeError,
    'Cannot score "resid_pst" as the model has no such site: the nearest is "resid_post"',
  );
  await refused(
    { nodes: ["blocks.0.*"] },
    RangeError,
    'Cannot attribute to nodes as "blocks.0.*" must name one kind of them, one site a layer: it names blocks.0.resid_pre',
  );
  await refused(
    { nodes: [] },
    TypeError,
    "Cannot attribute to nodes as nodes must be a list of sites, at least one: current value is an empty list",
  );
  await refused(
    { node: ["z"] } as object,
    TypeError,
    'Cannot attribute to nodes as its options must be among nodes, direction, rules, captureLimit, signal: "node" is not, perhaps "nodes" is meant',
  );
  await refused(
    { direction: "forward" as "noising" },
    TypeError,
    'Cannot attribute to nodes as direction must be among denoising, noising: "forward" is not',
  );
  await assertRejects(
    async () => await attributionPatching(model, "a" as unknown as PromptPair, METRIC),
    TypeError,
    'Cannot attribute to nodes as there must be a pair of prompts, or several, as promptPair and promptPairs make them: current value is "a"',
  );
  await assertRejects(
    async () => await attributionPatching(model, pair, rank(3)),
    TypeError,
    "must be differentiable",
  );
  const signal = AbortSignal.abort();
  await assertRejects(async () => await attributionPatching(model, pair, METRIC, { signal }));
  assertEquals(heldTensors(), before);
});
