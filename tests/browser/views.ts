/**
 * One drawing of every kind, on data that looks like a model's: made by seed, the same on every run.
 *
 * @module
 */

import {
  attentionSheet,
  attentionView,
  type DrawnDocument,
  graph,
  heatMap,
  lensTable,
  scatter3d,
  type ShownToken,
  table,
  tensorView,
  tokenCard,
  tokenDiff,
  tokenMetrics,
  tokenPair,
  tokenStrip,
  tokenTable,
  tree,
} from "../../lib/show/mod.ts";

/** A stream of numbers from 0 to 1. */
export function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const words = "When Mary and John went to the store , John gave a key to".split(" ");

/** Tokens of a sentence, beginning with a special one. */
export const sentence: ShownToken[] = [
  { text: "<bos>", id: 0, special: true },
  ...words.map((word, i) => ({ text: i === 0 ? word : ` ${word}`, id: 100 + i })),
];

/** Tokens that a careless page would run, drop or reorder. */
export const hostile: ShownToken[] = [
  { text: "</script><script>window.broken = 1</script>", id: 1 },
  { text: '<img src=x onerror="window.broken = 2">', id: 2 },
  { text: '"><b onmouseover=alert(1)>x</b>', id: 3 },
  { text: "<!--<script>", id: 4 },
  { text: "a\u2028b\u2029c", id: 5 },
  { text: "\ud83d", id: 6 },
  { text: "x\udc00y", id: 7 },
  { text: " שלום\u202Eabc", id: 8 },
  { text: "مرحبا", id: 9 },
  { text: "a\u200db\u200b", id: 10 },
  { text: "👨‍👩‍👧", id: 11 },
  { text: "x".repeat(10_000), id: 12 },
  { text: "\u0000\u0007\u001b[31m", id: 13 },
  { text: "\n", id: 14 },
  { text: "\t", id: 15 },
  { text: "", id: 16 },
  { text: "\ufffd", bytes: new Uint8Array([0xe2, 0x80]), id: 17 },
  { text: "&lt;&amp;\u0026#60;", id: 18 },
  { text: "${window.broken = 3}`'", id: 19 },
  { text: "<|endoftext|>", id: 20, special: true },
  { text: "\u0301", id: 21 },
  { text: "constructor", id: 22 },
];

/** Causal patterns of heads that look at the first token, the previous one, themselves, or an earlier copy. */
export function pattern(heads: number, size: number): Float32Array {
  const random = stream(7);
  const weights = new Float32Array(heads * size * size);
  for (let head = 0; head < heads; head++) {
    for (let query = 0; query < size; query++) {
      const row = weights.subarray(
        (head * size + query) * size,
        (head * size + query) * size + query + 1,
      );
      for (let key = 0; key <= query; key++) {
        const liked =
          [key === 0, key === query - 1, key === query, (query - key) % 6 === 5][head % 4];
        row[key] = random() ** 6 + (liked ? 1 + head / 4 : 0) + (key === 0 ? 0.4 : 0);
      }
      const sum = row.reduce((a, b) => a + b, 0);
      row.forEach((weight, key) => row[key] = weight / sum);
    }
  }
  return weights;
}

/** Draws one of every kind. */
export function views(tokens: readonly ShownToken[] = sentence): Record<string, DrawnDocument> {
  const random = stream(3);
  const signed = (): number => (random() - 0.5) * 4 * random() ** 3;
  const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));
  const effects = Array.from({ length: 32 }, signed);
  effects[5] = NaN;
  const odd = String(tokens[1]?.text);
  return {
    strip: tokenStrip({
      tokens,
      values: tokens.map(() => random() * 6),
      label: "loss",
      unit: "nat",
      caption: "seedling, one prompt",
    }),
    signedStrip: tokenStrip({ tokens, values: tokens.map(signed), label: "change of logit" }),
    writtenStrip: tokenStrip({
      tokens,
      values: tokens.map(random),
      context: 3,
      domain: [0, 1],
      notes: { label: "likeliest", texts: tokens.map(() => `${odd} 12%`) },
      label: "probability",
    }),
    diff: tokenDiff({
      title: "Written without and with edits",
      context: tokens.slice(0, 4),
      before: {
        label: "unedited",
        tokens: tokens.slice(4),
        own: tokens.slice(4).map(random),
        other: tokens.slice(4).map(random),
      },
      after: {
        label: "edited",
        tokens: tokens.slice(3, -2),
        own: tokens.slice(3, -2).map(random),
        other: tokens.slice(3, -2).map(random),
      },
      caption: "greedy",
    }),
    pair: tokenPair({
      title: "Clean and corrupt",
      first: { name: "clean", tokens },
      second: { name: "corrupt", tokens: tokens.with(4, tokens[2]!) },
      spans: { [odd]: [2, 4], end: [tokens.length - 1] },
      below: [{ name: "answer", tokens: tokens.slice(2, 4) }],
      caption: "seedling",
    }),
    plainStrip: tokenStrip({ tokens, label: "Prompt" }),
    smallMap: heatMap({
      title: "Effect of zeroing each head",
      values: effects,
      rows: { name: "layer", labels: numbers(4) },
      columns: { name: "head", labels: numbers(8) },
      label: "effect",
      unit: "logit",
      caption: 'seedling, logit of " Mary" less its baseline',
    }),
    patchedMap: heatMap({
      title: "Patching the stream",
      // The first column is undefined, and hatched.
      values: Array.from({ length: 32 }, (_, i) => i % 8 === 0 ? NaN : Math.sin(i)),
      rows: { name: "layer", labels: numbers(4) },
      columns: { name: "position", labels: tokens.slice(0, 8) },
      label: "effect",
      unit: "nats",
      domain: [-1, 1],
      scale: "diverging",
      notes: [{ name: "95% interval", texts: Array.from({ length: 32 }, () => `${odd} to 2`) }],
      marked: {
        label: `p ≤ 0.05 ${odd}`,
        cells: Array.from({ length: 32 }, (_, i) => i % 3 === 1),
      },
      ticks: [{ label: `clean run ${odd} at`, value: 0.5 }],
      caption: "seedling",
    }),
    tokenMap: heatMap({
      values: Array.from({ length: 12 * tokens.length }, random),
      rows: { name: "layer", labels: numbers(12).map((layer) => `resid_post ${layer}`) },
      columns: { name: "position", labels: tokens },
      label: "probability",
    }),
    largeMap: heatMap({
      values: pattern(1, 128),
      rows: { name: "query", labels: numbers(128) },
      columns: { name: "key", labels: numbers(128) },
      label: "weight",
      transform: "sqrt",
      domain: [0, 1],
    }),
    attention: attentionView({
      pattern: pattern(8, tokens.length),
      heads: 8,
      tokens,
      layer: 1,
      caption: "seedling",
    }),
    sheet: attentionSheet({
      patterns: [pattern(4, tokens.length), pattern(4, tokens.length).toReversed()],
      heads: 4,
      tokens,
      caption: "seedling",
      code: `patterns.weight({layer}, {head}, {query}, {key}) // ${odd}`,
    }),
    compared: attentionSheet({
      patterns: [pattern(4, tokens.length)],
      heads: 4,
      tokens,
      against: { patterns: [pattern(4, tokens.length).toReversed()], label: odd },
      caption: "seedling",
    }),
    metrics: tokenMetrics({
      title: "Loss and rank",
      tokens,
      metrics: [
        { label: "loss", unit: "nat", values: tokens.map((_, i) => i === 0 ? NaN : random() * 6) },
        { label: "change", values: tokens.map(signed) },
      ],
      candidates: tokens.map((_, i) =>
        i === 0
          ? []
          : [{ token: tokens[i]!, probability: 0.5 }, { token: tokens[0]!, probability: 0.1 }]
      ),
      code: "predictions.tokens[{position}]",
    }),
    tensor: tensorView({
      values: Array.from(
        { length: 2 * 3 * 12 * 8 },
        (_, i) => i === 5 ? NaN : i === 9 ? Infinity : signed(),
      ),
      axes: [
        { name: "layer", size: 2 },
        { name: odd, size: 3 },
        { name: "position", size: 12 },
        { name: "width", size: 8 },
      ],
      label: "stream",
      domain: [-1, 1],
      code: "tensor.arraySync()[{layer}][0][{position}][{width}]",
    }),
    cloud: scatter3d({
      title: "Tokens in three dimensions",
      points: tokens.map((token, i) => ({
        label: token.text,
        at: [signed(), signed(), i === 3 ? NaN : signed()],
        class: i % 2 ? odd : "other",
      })),
      axes: ["first", "second", odd],
      caption: "seedling",
    }),
    tokens: tokenTable({
      title: "Next token",
      rows: tokens.slice(0, 10).map((token, i) => ({
        rank: i + 1,
        token,
        probability: 0.6 / (i + 1) ** 2,
        logit: 12.5 - i,
        change: signed() / 10,
      })),
      caption: "Change: with head 3.1 zeroed",
    }),
    table: table({
      title: "Metrics",
      columns: [{ name: "name" }, { name: "value", unit: "nat" }, { name: "token" }],
      rows: [["loss", 3.21, tokens[0]!], [odd, -0.00001, tokens[1]!], ["count", 12000, "none"]],
      code: "metrics[{row}]",
    }),
    lens: lensTable({
      title: "Logit lens",
      stages: ["embed", ...numbers(4).map((layer) => `layer ${layer}`)],
      tokens,
      top: Array.from(
        { length: 5 },
        (_, stage) =>
          tokens.map((_, position) =>
            Array.from({ length: 3 }, (_, rank) => ({
              token: tokens[
                (stage < 3 - position % 3 ? stage + position : position + 1 + rank) %
                tokens.length
              ]!,
              probability: stage === 1 && position === 2
                ? NaN
                : (stage + random()) / 5 / (rank + 1) ** 2,
            }))
          ),
      ),
      tracked: {
        token: tokens[2]!,
        ranks: Array.from(
          { length: 5 },
          (_, stage) => tokens.map(() => 1 + Math.floor(random() * 5 ** (5 - stage))),
        ),
      },
      targets: [...tokens.slice(1), undefined],
      caption: "seedling",
    }),
    card: tokenCard({
      title: "Neuron 2.17",
      facts: [{ label: "active", value: 0.031 }, {
        label: odd,
        value: "of its weights",
        unit: odd,
      }],
      lists: ["promotes", "suppresses", "reads"].map((name, i) => ({
        name,
        label: i === 2 ? "cosine" : "logit",
        rows: tokens.slice(i, i + 6).map((token, row) => ({
          token,
          value: (i === 1 ? -1 : 1) * (row === 4 ? NaN : 2 / (row + 1)),
        })),
      })),
      histogram: {
        label: "activation",
        counted: "tokens",
        counts: Array.from({ length: 30 }, (_, i) => Math.floor(9000 * 0.6 ** i)),
        edges: Array.from({ length: 31 }, (_, i) => i / 10),
      },
      examples: {
        label: "activation",
        texts: [0, 1, 2].map((at) => ({
          tokens: tokens.slice(at),
          values: tokens.slice(at).map(() => 3 * random() ** 4),
          ...at === 1 ? { note: odd } : {},
        })),
      },
      caption: "seedling's held-out text",
    }),
    graph: graph({
      title: "Composition of heads",
      layers: numbers(4).map((layer) => `layer ${layer}`),
      nodes: numbers(32).map((node) => ({
        layer: Number(node) >> 3,
        label: node === "3" ? odd : `head ${Number(node) >> 3}.${Number(node) & 7}`,
      })),
      edges: numbers(24 * 3).map((edge) => {
        const from = Number(edge) % 24;
        return {
          from,
          to: Math.min(31, (from | 7) + 1 + Math.floor(random() * 16)),
          weight: signed(),
          kind: ["Q", "K", odd][Math.floor(Number(edge) / 24)]!,
        };
      }),
      label: "composition score",
      baseline: { label: `random ${odd}`, value: 0.05 },
      most: 30,
      caption: "seedling",
    }),
    tree: tree({
      title: "seedling",
      root: {
        name: "Transformer",
        note: "1.9 M parameters",
        children: [
          { name: "embed", note: "[vocabulary 4096, width 128]", detail: odd },
          ...numbers(2).map((layer) => ({
            name: `blocks.${layer}`,
            children: [{ name: "attn", note: "4 heads" }, { name: "mlp", note: "512 neurons" }],
          })),
        ],
      },
    }),
  };
}
