/**
 * The rows of the table: what is timed, and beside what.
 *
 * @module
 */

import {
  attributionPatching,
  generate,
  gradients,
  headsByPositions,
  layersByPositions,
  logit,
  logitDifference,
  PromptPair,
  RandomStream,
  run,
  sweep,
  SweepResult,
  type Transformer,
} from "../../mod.ts";
import { sizes } from "./plain_gpt2.ts";

/** What a row is held against. */
export interface Other {
  /** Who does it. */
  readonly by: string;
  /** What a peer is asked to do, or work of our own. */
  readonly work: string | (() => Promise<unknown>);
  /** What it is told. */
  readonly with?: readonly unknown[];
  /** How often it would have to be done. @default {1} */
  readonly times?: number;
  /** Whether it takes minutes. */
  readonly minutes?: boolean;
}

/** A row of the table. */
export interface Row {
  /** What is done. */
  readonly title: string;
  /** How often it is timed. */
  readonly rounds: number;
  /** Does it. */
  readonly ours: () => Promise<unknown>;
  /** What it is held against. */
  readonly theirs?: Other;
  /** What was asked. */
  readonly asked?: string;
}

const TOKENS = 15;
const METRIC = logitDifference(5, 9);

/** Token ids, other ones for another shift. */
const ids = (count: number, shift = 0): number[] =>
  Array.from({ length: count }, (_, i) => (i * 7919 + 13 + shift) % sizes.vocabulary);

/** A pair of prompts of token ids. */
export function pairOf(
  model: Transformer,
  clean: readonly number[],
  corrupt: readonly number[],
): PromptPair {
  const [side, other] = [clean, corrupt].map((ids) => model.tokenize(ids)[0]!);
  return new PromptPair(model, {
    source: { clean, corrupt, answer: 5, wrong: 9 },
    clean: side!,
    corrupt: other!,
    answers: [5],
    wrongs: [9],
    spans: {},
    note: null,
  });
}

const forward = (model: Transformer, tokens: readonly number[]) => async () =>
  (await run(model, tokens)).dispose();

/** The rows at the shape of GPT-2 small. */
export function gpt2Rows(model: Transformer): Row[] {
  const clean = ids(TOKENS), all = pairOf(model, clean, ids(TOKENS, 77));
  const one = pairOf(model, clean, clean.with(7, 11));
  const sites = plainSites(model);
  const full = { by: "one full forward a cell", work: forward(model, clean), times: 180 };
  return [
    ...[32, 128].map((count): Row => ({
      title: `forward, ${count} tokens`,
      rounds: 25,
      ours: forward(model, ids(count)),
      theirs: { by: "transformers", work: "forward", with: [ids(count)] },
      asked: "at most 1, 0.8 the goal",
    })),
    {
      title: "forward, 32 tokens, every site captured",
      rounds: 25,
      ours: async () => (await run(model, ids(32), { capture: sites })).dispose(),
      theirs: { by: "nothing captured", work: forward(model, ids(32)) },
      asked: "at most 1.15",
    },
    {
      title: "the same",
      rounds: 5,
      ours: async () => (await run(model, ids(32), { capture: sites })).dispose(),
      theirs: { by: "TransformerLens", work: "capture", with: [ids(32)] },
    },
    {
      title: "gradient at the embeddings, 32 tokens",
      rounds: 10,
      ours: async () => (await gradients(model, ids(32), logit(5), { at: ["embed"] })).dispose(),
      theirs: { by: "transformers", work: "gradient", with: [ids(32), 5] },
      asked: "at most 0.9",
    },
    {
      title: "64 new tokens after 16",
      rounds: 4,
      ours: () => generate(model, ids(16), { tokens: 64, stopTokens: [] }),
      theirs: { by: "transformers", work: "generate", with: [ids(16), 64] },
      asked: "at most 1",
    },
    {
      title: "180 cells, layers by positions, all differ",
      rounds: 4,
      ours: () => sweep(model, all, layersByPositions("resid_pre"), METRIC),
      theirs: {
        by: "TransformerLens",
        work: "grid",
        with: [clean, ids(TOKENS, 77), "layers by positions"],
        minutes: true,
      },
      asked: "10 × as fast, 20 × the goal",
    },
    {
      title: "the same",
      rounds: 4,
      ours: () => sweep(model, all, layersByPositions("resid_pre"), METRIC),
      theirs: full,
      asked: "6 × as fast",
    },
    {
      title: "the same, only token 7 differs",
      rounds: 4,
      ours: () => sweep(model, one, layersByPositions("resid_pre"), METRIC),
      theirs: full,
      asked: "15 × as fast",
    },
    {
      title: "2,160 cells, heads by positions",
      rounds: 1,
      ours: () => sweep(model, all, headsByPositions("z"), METRIC),
      theirs: {
        by: "TransformerLens",
        work: "grid",
        with: [clean, ids(TOKENS, 77), "heads by positions"],
        minutes: true,
      },
      asked: "10 × as fast, 20 × the goal",
    },
    {
      title: "attribution patching, all nodes, one pair",
      rounds: 8,
      ours: () => attributionPatching(model, all, METRIC),
      theirs: { by: "TransformerLens", work: "attribution", with: [clean, ids(TOKENS, 77)] },
      asked: "at most 0.5",
    },
    {
      title: "statistics of 180 cells and 20 pairs, 1,000 resamples",
      rounds: 10,
      ours: noise(),
      asked: "at most 50 ms",
    },
  ];
}

/** What makes the statistics of a grid of noise. */
function noise(): () => Promise<unknown> {
  const random = new RandomStream(1, "grid"), labels = (size: number) => Array(size).fill("");
  const result = new SweepResult({
    model: "none",
    title: "noise",
    axes: [{ name: "layer", labels: labels(12) }, { name: "position", labels: labels(15) }],
    shape: [12, 15],
    variants: labels(180),
    examples: 20,
    metrics: [{ label: "noise", unit: "" }],
    values: Float64Array.from(random.normals(3600)),
    baseline: Float64Array.from(random.normals(20)),
    reference: null,
    done: new Uint8Array(180).fill(1),
    skipped: new Uint8Array(180),
    direction: null,
    prompts: [],
    references: null,
  });
  return () => result.statistics();
}

/** Every site that a plain forward computes: not what heads write apart, nor copies of what they read. */
function plainSites(model: Transformer): string[] {
  return model.match("*").filter((site) => !/attn\.(result|[qkv]_input)$|mlp_in$/.test(site));
}

/** The rows on seedling. */
export function seedlingRows(model: Transformer): Row[] {
  const text = "When Mary and John went to the store, John gave a key to";
  const clean = model.tokenize(text)[0]!.ids;
  const corrupt = model.tokenize(text.replace("John gave", "Mary gave"))[0]!.ids;
  const pair = pairOf(model, clean, corrupt);
  return [
    { title: "seedling: forward, 15 tokens", rounds: 20, ours: forward(model, clean) },
    {
      title: "seedling: gradient at the embeddings",
      rounds: 20,
      ours: async () => (await gradients(model, clean, METRIC, { at: ["embed"] })).dispose(),
    },
    {
      title: "seedling: 64 new tokens",
      rounds: 5,
      ours: () => generate(model, clean, { tokens: 64, stopTokens: [] }),
    },
    {
      title: "seedling: 480 cells, heads by positions",
      rounds: 5,
      ours: () => sweep(model, pair, headsByPositions("z"), METRIC),
    },
  ];
}
