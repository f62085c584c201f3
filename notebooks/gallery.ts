/**
 * `deno task gallery`: runs a cell for every view through the kernel, on seedling, and writes gallery.ipynb, gallery.html, which
 * shows all light and dark, and the pictures of the README.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import {
  attentionPatterns,
  exportHtml,
  layersByPositions,
  load,
  logitAttribution,
  logitDifference,
  type Notebook,
  type NotebookRun,
  promptPair,
  runNotebook,
  type RunNotebookOptions,
  save,
  sweep,
} from "../mod.ts";

const root = new URL("../", import.meta.url);
const prompt = "When Mary and John went to the store, John gave a key to";

/** What is shown: a heading, what it is to be read for, and the cell. */
export const cells: readonly (readonly [title: string, words: string, code: string])[] = [
  [
    "Attention of the whole model",
    "A row of tiles a layer. Choose a head, subtract another, see it as lines; a token that is pinned is pinned in every output of its text.",
    "const patterns = await attentionPatterns(model, prompt);\npatterns;",
  ],
  [
    "Attention of two prompts",
    "The same heads where another name is told twice: purple is more than there, orange less.",
    'const other = await attentionPatterns(model, prompt.replace("John gave", "Mary gave"));\nattentionDifference(patterns, other, { label: "the prompt in which Mary gave" });',
  ],
  [
    "Attention of a layer",
    "All heads side by side.",
    "attentionPatterns(model, prompt, { layers: 3 });",
  ],
  [
    "Heads by what they attend to",
    "Each beside what even attention would have.",
    "headPatterns(await attentionPatterns(model, `${prompt} Mary. ${prompt} Mary.`));",
  ],
  [
    "A query and its keys",
    "What each dimension adds to each score.",
    "queryKeys(model, prompt, { layer: 3, head: 5 });",
  ],
  [
    "How each token was expected",
    "Surprise, rank and entropy of the same text, and what was expected instead.",
    "tokenPredictions(model, prompt);",
  ],
  ["A run", "Loss by token, and what comes next.", "run(model, prompt);"],
  [
    "Next tokens under an edit",
    "With the change of each probability.",
    'nextTokens(model, prompt, { edits: [zero("blocks.3.attn.z", { heads: 5 })] });',
  ],
  [
    "Edits",
    "Where they touch a prompt.",
    'editList([zero("blocks.3.attn.z", { heads: 5 }), knockout(3, { positions: -1, keys: 2 })], { model, prompt });',
  ],
  [
    "Logit lens",
    "What each layer would say next.",
    'const lens = await logitLens(model, prompt, { track: " Mary" });\nlens;',
  ],
  ["A token through the layers", "Ranks as lines, on a log axis.", 'lens.trajectory(" Mary");'],
  [
    "What wrote a logit",
    "A waterfall whose bars add up to the number.",
    'logitAttribution(model, prompt, logitDifference(" Mary", " John"));',
  ],
  [
    "The same over many prompts",
    "Means with intervals.",
    'const pairs = await promptPairs(model, task("indirect objects", { count: 40 }));\nconst answers = logitDifference(pairs.answerIds, pairs.wrongIds);\nlogitAttribution(model, pairs.clean, answers, { by: "head" });',
  ],
  [
    "A patching grid",
    "Undefined cells are hatched; the note of a cell has its interval.",
    'const batch = pairs.batches({ size: 60, equalLengths: true }).map((one) => one.pairs).sort((a, b) => b.size - a.size)[0];\nsweep(model, batch, headsByLayers("z"), logitDifference(batch.answerIds, batch.wrongIds));',
  ],
  [
    "The plan of a sweep",
    "What it will share.",
    'planSweep(model, batch, headsByLayers("z"), logitDifference(batch.answerIds, batch.wrongIds));',
  ],
  [
    "Composition",
    "A graph in layers, and its edges as a table, beside random heads.",
    "compositionScores(model);",
  ],
  [
    "A neuron",
    "What it reads and writes, how it fires on held-out text (a log axis), and where most.",
    "const texts = (await heldOutTexts()).slice(0, 60).map(({ text }) => text);\nreadNeuron(model, { layer: 3, neuron: 295 }, { texts, seed: 1 });",
  ],
  [
    "Neurons of a layer",
    "How often each is active on held-out text, on a log axis: those that never are, and those that almost always are, are marked.",
    [
      "const counts = new Float64Array(model.architecture.neurons);",
      "let tokens = 0;",
      "for (const text of texts) {",
      '  using result = await run(model, text, { capture: ["blocks.3.mlp.post"] });',
      '  const values = result.cache.get("blocks.3.mlp.post").dataSync();',
      "  values.forEach((value, i) => counts[i % counts.length] += value > 0 ? 1 : 0);",
      "  tokens += values.length / counts.length;",
      "}",
      "const densities = counts.map((count) => count / tokens);",
      "const dead = densities.filter((share) => share === 0).length;",
      "histogram({",
      "  title: `How often the ${counts.length} neurons of layer 3 are active: ${dead} never`,",
      "  values: densities.map((share) => Math.max(share, 0.5 / tokens)),",
      '  x: { name: "share of tokens", scale: "log" },',
      '  label: "neurons",',
      '  markers: [{ x: 0.5 / tokens, label: "never" }, { x: 0.5, label: "every second token" }],',
      "  caption: `${sourceLine(model)} · ${tokens} tokens of its held-out text`,",
      "});",
    ].join("\n"),
  ],
  ["Lengths of the stream", "Lines.", "normGrowth(model, [prompt, ...texts.slice(0, 4)]);"],
  [
    "Embeddings",
    "A scatter: one point a token of the vocabulary.",
    [
      "const numbers = await model.W_E.data(), { vocabulary, width } = model.architecture;",
      "const rowOf = (id) => numbers.subarray(id * width, (id + 1) * width);",
      "const points = Array.from({ length: vocabulary }, (_, id) => ({",
      "  x: Math.hypot(...rowOf(id)),",
      "  y: Math.max(...rowOf(id).map(Math.abs)),",
      "  label: model.tokenizer.token(id).text,",
      "}));",
      'scatter({ title: "Embeddings of seedling", points, x: { name: "length" }, y: { name: "greatest number" }, caption: sourceLine(model) });',
    ].join("\n"),
  ],
  [
    "A text written twice",
    "What an edit changed.",
    'generateBeside(model, prompt, { tokens: 12, edits: [zero("blocks.3.attn.z", { heads: 5 })] });',
  ],
  ["The model", "Its parts, and the names of its sites to copy.", "model;"],
  ["A weight of four axes", "Any two of them as rows and columns.", "model.W_Q;"],
  [
    "A tensor with odd values",
    "NaN is hatched, infinities have colours of their own.",
    'const odd = Float32Array.from({ length: 2 * 6 * 10 }, (_, i) => i % 17 === 3 ? NaN : i === 40 ? Infinity : Math.sin(i));\ntensorView({ values: odd, axes: [{ name: "batch", size: 2 }, { name: "position", size: 6 }, { name: "width", size: 10 }], label: "sine" });',
  ],
  [
    "A cache",
    "What was captured, and what it is on the whole.",
    'const kept = await run(model, prompt, { capture: ["resid_pre", "attn.pattern", "mlp.post"] });\nkept.cache;',
  ],
  [
    "Side by side, and one at a time",
    "Any values together.",
    'const two = sideBySide([lens.trajectory(" Mary"), nextTokens(model, prompt, { count: 5 })]);\ntabs({ both: two, "the lens": lens });',
  ],
  [
    "In three dimensions",
    "Turned by hand; at rest it is three plane views.",
    'const stream = await kept.cache.get("blocks.3.resid_pre").data();\nconst cloud = scatter3d({\n  title: "Three dimensions of the stream before the last block",\n  points: kept.tokens[0].tokens.map((token, i) => ({ label: token.text, at: [0, 1, 2].map((j) => stream[i * model.architecture.width + j]) })),\n  axes: ["width 0", "width 1", "width 2"],\n  caption: sourceLine(model, { prompts: kept.tokens }),\n});\ncloud;',
  ],
  [
    "In three dimensions by plotly.js",
    "On request the page carries plotly.js, once, and that draws; where there is no WebGL our own canvas stands there.",
    "cloud.plotly();",
  ],
];

/** Names of the library that a piece of code uses. */
function used(code: string, names: readonly string[]): string[] {
  return names.filter((name) => new RegExp(`(?<![.\\w"'])${name}\\b(?!["':])`).test(code));
}

/** The gallery as a notebook, not run yet. */
export async function galleryNotebook(): Promise<Notebook> {
  const names = Object.keys(await import("../mod.ts"));
  const all = cells.map(([, , code]) => code).join("\n");
  const imports = [...new Set(["load", ...used(all, names)])].sort();
  const first =
    `import {\n${imports.map((name) => `  ${name},\n`).join("")}} from "../mod.ts";\n\n` +
    `const model = await load("seedling");\nconst prompt = ${JSON.stringify(prompt)};`;
  const code = (source: string, id: string) => ({
    cell_type: "code" as const,
    id,
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  });
  const words = (source: string, id: string) => ({
    cell_type: "markdown" as const,
    id,
    metadata: {},
    source,
  });
  return {
    cells: [
      words("# Gallery\n\nEvery view, of real results of seedling.", "title"),
      code(first, "first"),
      ...cells.flatMap(([title, text, source], i) => [
        words(`## ${title}\n\n${text}`, `words-${i}`),
        code(source, `code-${i}`),
      ]),
    ],
    metadata: {
      kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
      language_info: { name: "typescript", file_extension: ".ts" },
    },
  };
}

/** A button that turns a page from light to dark, whatever the reader's system prefers. */
const turn =
  `<button type="button" style="position:fixed;right:8px;top:8px;z-index:9;font:14px sans-serif;padding:4px 10px">Light or dark</button>
<script>{
  const button = document.currentScript.previousElementSibling, style = document.querySelector("style");
  const plain = style.textContent, query = /\\(prefers-color-scheme: ?dark\\)/g;
  let dark = matchMedia("(prefers-color-scheme:dark)").matches;
  const paint = () => {
    style.textContent = plain.replace(query, dark ? "all" : "not all");
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    document.body.dataset.jpThemeLight = String(!dark);
  };
  button.addEventListener("click", () => { dark = !dark; paint(); });
  paint();
}</script>
`;

/**
 * Runs the gallery in a folder without a lock: asking for plotly.js would write into that of the clone, and whatever a lock
 * names is fetched before anything starts.
 *
 * @param file The notebook.
 * @param options How it is run.
 * @returns What came of it.
 */
export async function runGallery(
  file: string,
  options: RunNotebookOptions = {},
): Promise<NotebookRun> {
  const cwd = await Deno.makeTempDir({ dir: fileURLToPath(root), prefix: ".gallery-" });
  try {
    await Deno.writeTextFile(`${cwd}/deno.json`, '{ "lock": false }');
    return await runNotebook(file, { ...options, cwd, timeout: 300_000 });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

async function gallery(): Promise<void> {
  const path = new URL("notebooks/gallery.ipynb", root), page = new URL("gallery.html", root);
  await Deno.writeTextFile(
    path,
    JSON.stringify({ ...await galleryNotebook(), nbformat: 4, nbformat_minor: 5 }, null, 1),
  );
  const file = fileURLToPath(path);
  const { notebook } = await runGallery(file, {
    output: file,
    onCell: ({ number }) => console.log(`  cell ${number}: ${cells[number - 2]?.[0] ?? "set-up"}`),
  });
  const html = await exportHtml(notebook);
  await Deno.writeTextFile(page, html.replace("<body>", `<body>\n${turn}`));
  console.log(`Open ${fileURLToPath(page)} (${(html.length / 1e6).toFixed(1)} MB)`);
  await pictures();
}

/** The pictures of the README. */
async function pictures(): Promise<void> {
  const model = await load("seedling"),
    at = (name: string) => new URL(`notebooks/pictures/${name}`, root);
  await save(attentionPatterns(model, prompt), at("attention_sheet.png"));
  const target = logitDifference(" Mary", " John");
  await save(logitAttribution(model, prompt, target), at("waterfall.png"));
  const pair = promptPair(model, {
    clean: prompt,
    corrupt: prompt.replace("John gave", "Mary gave"),
    answer: " Mary",
    wrong: " John",
  });
  await save(sweep(model, pair, layersByPositions("resid_pre"), target), at("patching.png"));
}

if (import.meta.main) await gallery();
