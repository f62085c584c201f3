/**
 * Every view of a result: its caption says where the numbers come from, and what is copied of it gives the number that was shown.
 *
 * @module
 */

import * as library from "../mod.ts";
import { display, type Displayable, type Document, version } from "../mod.ts";
import { assert, assertAlmostEquals, assertEquals } from "./assert.ts";
import { codeAt } from "../lib/show/code_at.ts";
import { ranCode } from "./copied_code.ts";
import { seedling } from "./model/fixture.ts";

const model = await seedling();
const words = "When Mary and John went to the store, John gave a key to";
// As ids, for titles have the text, which has the beginning token where a prompt is ids.
const text = model.tokenize(words)[0]!.ids;
const texts = ["One day, Emma went to the park.", "The capital of France is Paris."]
  .map((one) => model.tokenize(one)[0]!.ids);
const metric = library.logitDifference(" Mary", " John");
const pair = library.promptPair(model, {
  clean: words,
  corrupt: words.replace("John gave", "Mary gave"),
  answer: " Mary",
  wrong: " John",
});
const ends = [{ layer: 0, head: 1 }, { layer: 3, head: 5 }] as const;

/** Results that draw themselves, by the functions that make them. */
const made: Readonly<Record<string, () => Promise<Displayable>>> = {
  attentionLens: () => library.attentionLens(model, text, { layers: 3 }),
  attentionPatterns: () => library.attentionPatterns(model, texts[0]!, { layers: [1, 3] }),
  attentionDifference: async () =>
    library.attentionDifference(
      await library.attentionPatterns(model, pair.clean.ids),
      await library.attentionPatterns(model, pair.corrupt.ids),
    ),
  attentionEdited: () =>
    library.attentionPatterns(model, text, {
      layers: 3,
      edits: [library.zero("blocks.2.attn.z", { heads: 2 })],
    }),
  attributionPatching: () =>
    library.attributionPatching(model, pair, metric, { nodes: ["z", "resid_pre"] }),
  backwardLens: () => library.backwardLens(model, texts[1]!, library.logit(5), { layers: [2] }),
  cache: async () =>
    (await library.run(model, texts, { capture: ["embed", "blocks.1.attn.z"] })).cache,
  checkLaws: () => library.checkLaws(model, texts[0]!),
  compositionScores: () =>
    library.compositionScores(model, { kinds: ["K", "V"], samples: 8, seed: 3 }),
  directPath: () => library.directPath(model, { texts }),
  eigenvalueScores: () => library.eigenvalueScores(model, { circuits: ["OV"], samples: 2 }),
  erasure: () => library.erasure(model, texts, { layer: 0, head: 2 }),
  fullCircuit: () => library.fullCircuit(model, ends[1], { pairs: 2 }),
  futureLens: () => library.futureLens(model, texts[0]!, { ahead: 1, layers: 4 }),
  generate: () => library.generate(model, text, { tokens: 3, temperature: 1, seed: 5 }),
  generateBeside: () =>
    library.generateBeside(model, text, { tokens: 2, edits: [library.zero("blocks.3.attn.z")] }),
  gradients: () => library.gradients(model, text, metric),
  heads: async () =>
    (await library.logitAttribution(model, [text, text], metric, { by: "head" })).heads(),
  layers: async () => (await library.logitAttribution(model, texts, library.logit(5))).layers(),
  logitAttribution: () => library.logitAttribution(model, text, metric, { by: "path" }),
  logitLens: () => library.logitLens(model, text),
  lensEdited: () =>
    library.logitLens(model, text, { edits: [library.scale("blocks.1.attn.z", 2)] }),
  maximalInputs: () =>
    library.maximalInputs(model, { layer: 1, neuron: 7 }, {
      length: 1,
      candidates: [5, 6, 7],
      starts: 1,
    }),
  meanOver: () => library.meanOver(model, texts, { sites: ["resid_pre"] }),
  neuronExamples: () => library.neuronExamples(model, texts, [{ layer: 1, neuron: 7 }]),
  neuronActivity: async () =>
    (await library.neuronExamples(model, texts, [{ layer: 1, neuron: 7 }], { count: 2 }))
      .neurons[0]!,
  nextTokens: () => library.nextTokens(model, text, { count: 3 }),
  normGeometry: () => library.normGeometry(model, text),
  normGrowth: () => library.normGrowth(model, texts),
  patchscope: () =>
    library.patchscope(model, { prompt: text, layer: 4 }, { prompt: texts[1]!, tokens: 1 }),
  pathExpansion: () => library.pathExpansion(model, texts[1]!, { heads: 1 }),
  predictionBias: () => library.predictionBias(model, { texts, permutations: 20 }),
  privilegedBasis: () =>
    library.privilegedBasis(model, texts, { sites: ["blocks.1.resid_post"], rotations: 2 }),
  projectionKernel: () => library.projectionKernel(model),
  queryKeys: () => library.queryKeys(model, text, { layer: 3, head: 5 }),
  readNeuron: () =>
    library.readNeuron(model, { layer: 3, neuron: 17 }, { texts, count: 2, baseline: 2 }),
  readOut: () => library.readOut(model, library.tf.ones([2, model.architecture.width])),
  residualContributions: () => library.residualContributions(model, texts),
  residualParts: () => library.residualParts(model, texts[0]!),
  run: () => library.run(model, texts),
  searchNeurons: () => library.searchNeurons(model, [" Paris"], { count: 2, draws: 2 }),
  shiftEdit: () => library.shiftEdit(model, texts[1]!, " Paris", { layer: 2, step: 0.1 }),
  steerReadOut: () => library.steerReadOut(model, text, { layer: 2, raise: " Mary" }),
  svdReading: () => library.svdReading(model, "OV", { layers: [0], heads: [1], directions: 1 }),
  testPrompt: () => library.testPrompt(model, text, " Mary"),
  tokenPredictions: () => library.tokenPredictions(model, texts[0]!),
  predictionsEdited: () =>
    library.tokenPredictions(model, text, { edits: [library.scale("blocks.1.attn.z", 2)] }),
  trace: () =>
    library.trace(model, text, function* (at) {
      const stream: library.tf.Tensor = yield at("blocks.0.resid_post");
      return stream;
    }),
  trajectory: async () =>
    (await library.logitLens(model, text, { track: " Mary" })).trajectory(" Mary"),
  virtualHeads: () => library.virtualHeads(model, texts[0]!, [ends]),
  vocabularyClasses: () =>
    library.vocabularyClasses(model, [{ prompt: text, label: "a" }, {
      prompt: texts[1]!,
      label: "b",
    }], {
      classes: { a: [" Mary"], b: [" Paris"] },
    }),
  weightNorms: () => library.weightNorms(model),
  weight: () => Promise.resolve(model.layerWeight(2, "W_in")!.at({ width: 3 })),
};

/** Places that some view names. */
const others = {
  node: 4,
  layer: 3,
  head: 5,
  query: 2,
  key: 1,
  stage: 1,
  place: 1,
  width: 3,
  neuron: 5,
};

/** The figures of a drawing: the data and the text of each. */
const figuresOf = (drawing: Document) =>
  [...(drawing["text/html"] ?? "").matchAll(/<script type="application\/json">(.*?)<\/script>/gs)]
    .map(([, json]) => JSON.parse(json!));

/** Where the greatest number of a heat map stands. */
function greatest({ values, columns }: { values: (number | null)[]; columns: unknown[] }) {
  const size = values.map((value) => Math.abs(value ?? 0)), at = size.indexOf(Math.max(...size));
  return { at, row: Math.floor(at / columns.length), column: at % columns.length };
}

/** What a free name stands for. */
const own = {
  edits: [library.zero("blocks.3.attn.z")],
  yourVectors: library.tf.ones([2, model.architecture.width]),
};

/** Results that once had no expression of their own. */
const written = new Set([
  "attentionDifference",
  "attentionEdited",
  "attentionPatterns",
  "generateBeside",
  "predictionsEdited",
  "run",
  "tokenPredictions",
]);

for (const [name, make] of Object.entries(made)) {
  Deno.test(`${name}: its views say where their numbers come from, and what is copied gives them`, async () => {
    const result = await make(), drawing = await result[display]() as Document;
    const { "text/plain": shown } = drawing, origin = library.originOf(result);
    assert(shown.includes(`Innerworks ${version}`), shown);
    // Bytes and typed arrays would stand in a file as objects of numbered keys.
    assert(!/\{"0":/.test(JSON.stringify(result) ?? ""), name);
    const { table } = result as { table?: () => library.LongTable };
    // Heads and neurons are numbers: a reader would take the texts 3.1 and 3.10 for one.
    const odd = [...table?.call(result) ?? []].find((row) =>
      row.some((field) => typeof field === "string" && /^\d+\.\d+$/.test(field)) ||
      row.length !== table!.call(result).columns.length
    );
    assertEquals(odd, undefined);
    const again = origin?.code && await ranCode(origin.code, model, own) as Displayable;
    if (written.has(name)) assert(origin?.code, `${name} has no code`);
    if (again) assertEquals((await again[display]() as Document)["text/plain"], shown);
    for (const { kind, code, values, columns, texts } of figuresOf(drawing)) {
      if (!code) continue;
      const { at, ...cell } = kind === "heatMap" && values
        ? greatest({ values, columns })
        : { at: 0, row: 0, column: 0 };
      let value: unknown;
      // Of a text the first token, too: it may be one that was given.
      for (const position of [0, (texts?.length ?? 2) - 1]) {
        const copied = codeAt(code, { ...others, position, ...cell });
        // The result is there already: what makes it again need not run once more.
        const step = again ? copied.replace(origin!.code!, () => "again") : copied;
        value = await ranCode(step, model, { again });
        assert(value !== undefined, copied);
      }
      if (kind !== "heatMap" || !values) continue;
      assertAlmostEquals(value as number, values[at]!, 1e-5 + 1e-6 * Math.abs(values[at]!));
    }
  });
}
