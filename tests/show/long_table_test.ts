import {
  attentionLens,
  attentionPatterns,
  attributionPatching,
  compositionScores,
  headPatterns,
  headsByLayers,
  load,
  logit,
  logitAttribution,
  logitDifference,
  logitLens,
  neuronExamples,
  nextTokens,
  promptPairs,
  queryKeys,
  save,
  searchNeurons,
  svdReading,
  sweep,
  task,
  testPrompt,
  tokenPredictions,
  weightNorms,
  zero,
} from "../../mod.ts";
import { display, LongTable } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { parseCsv } from "../csv.ts";
import { near } from "../near.ts";

const prompt = "When Mary and John went to the store, John gave a key to";
const model = await load("seedling");

type Row = Record<string, string>;

/** The rows of a result's table, written and read again. */
const rowsOf = (result: { table(): { csv(): string } }): Row[] => parseCsv(result.table().csv());

const column = (rows: readonly Row[], name: string): number[] =>
  rows.map((row) => row[name] === "" ? NaN : Number(row[name]));

Deno.test("a LongTable draws its first rows, and is read as lists and by name", () => {
  let made = 0;
  const table = new LongTable("squares", ["n", "square"], function* () {
    made++;
    for (let n = 0; n < 30; n++) yield [n, n * n];
  });
  assertEquals([...table][3], [3, 9]);
  assertEquals(table.rows[29], { n: 29, square: 841 });
  assertEquals(made, 2);
  const text = table[display]()["text/plain"];
  assertStringIncludes(text, "30 rows: squares");
  assertStringIncludes(text, "the first 20 are shown");
  assertEquals(JSON.parse(JSON.stringify(table)).length, 30);
});

Deno.test("tables of readings hold every number of them, and the tokens of their axes", async () => {
  const next = await nextTokens(model, prompt, { edits: [zero("blocks.3.attn.z", { heads: 5 })] });
  const listed = rowsOf(next);
  assertEquals(listed.map(({ token }) => token), next.tokens.map(({ token }) => token.text));
  for (const name of ["rank", "id", "logit", "probability", "change"] as const) {
    assertEquals(column(listed, name), next.tokens.map((token) => token[name]!));
  }

  const predicted = await tokenPredictions(model, prompt, { count: 2 });
  const taken = rowsOf(predicted), last = predicted.tokens.at(-1)!;
  assertEquals(taken.length, 1 + 2 * (predicted.tokens.length - 1));
  assertEquals(taken.at(-1)!.expected_probability, String(last.candidates[1]!.probability));
  assertEquals(taken.at(-1)!.log_probability, String(last.logProbability));
  assertEquals([taken[0]!.rank, taken[0]!.expected], ["NaN", ""]);

  const patterns = await attentionPatterns(model, prompt, { layers: [1, 3] });
  const weights = rowsOf(patterns);
  assertEquals(column(weights, "weight"), patterns.patterns.flatMap((pattern) => [...pattern]));
  const { layer, head, query, key, key_token } = weights[2321]!;
  const place = [layer, head, query, key].map(Number) as [number, number, number, number];
  assertEquals(Number(weights[2321]!.weight), patterns.weight(...place));
  assertEquals(key_token, patterns.prompt.tokens[place[3]]!.text);

  const kinds = headPatterns(patterns), heads = rowsOf(kinds);
  const previous = heads.filter(({ kind }) => kind === "previous");
  assertEquals(column(previous, "value"), [...kinds.values.previous]);

  const lens = await logitLens(model, prompt, { track: " Mary", top: 3 });
  const read = rowsOf(lens), cell = lens.at(2, 5);
  const own = read.filter(({ entry, position }) =>
    entry === lens.entries[2]!.label && position === "5"
  );
  assertEquals(column(own, "logit"), [...cell.top, ...cell.tracked].map(({ logit }) => logit));
  assertEquals(own.map(({ divergence }) => Number(divergence)), Array(4).fill(cell.divergence));
  assertEquals(
    column(rowsOf(lens.trajectory(" Mary")), "rank"),
    lens.trajectory(" Mary").ranks.flat(),
  );

  const tested = await testPrompt(model, prompt, " Mary");
  assertEquals(column(rowsOf(tested), "probability")[0], tested.tokens[0]!.best[0]!.probability);
});

Deno.test("tables of attributions add up to what was taken apart, and hold every estimate", async () => {
  const difference = logitDifference(" Mary", " John");
  const found = await logitAttribution(model, prompt, difference, { by: "path" });
  const parts = rowsOf(found), values = column(parts, "value");
  assertEquals(values.slice(0, -1), found.values.map(([value]) => value!));
  assertEquals(values.at(-1), found.leftOver[0]);
  // The total stands beside each part, and is no row among them.
  assertEquals(new Set(column(parts, "total")), new Set([found.totals[0]]));
  near([values.reduce((sum, value) => sum + value, 0)], [found.totals[0]!], 1e-9);
  // The names of columns are those of any metric, with a unit or without one.
  const logits = await logitAttribution(model, prompt, logit(" Mary"), { by: "path" });
  assertEquals(logits.table().columns, found.table().columns);
  assertEquals([parts[0]!.unit, rowsOf(logits)[0]!.unit], ["nats", ""]);
  const path = parts.find(({ kind }) => kind === "path")!;
  assertEquals(path.source_token, found.facts.prompts[0]!.tokens[Number(path.source)]!.text);

  const pairs = await promptPairs(model, task("indirect objects", { count: 3 }));
  const answers = logitDifference(pairs.answerIds, pairs.wrongIds);
  const mean = await (await logitAttribution(model, pairs.clean, answers)).average();
  const means = rowsOf(mean);
  assertEquals(column(means, "mean").slice(0, -1), mean.parts.map(({ mean }) => mean));
  assertEquals(column(means, "high")[2], mean.parts[2]!.high);

  const estimates = await attributionPatching(model, pairs, answers, {
    nodes: ["z", "embed", "attn.pattern"],
  });
  const rows = rowsOf(estimates);
  assertEquals(
    column(rows, "estimate"),
    estimates.facts.nodes.flatMap(({ scores }) => [...scores]),
  );
  const top = estimates.top(1, "z")[0]!;
  const same = rows.filter((row) =>
    row.kind === "z" && Object.entries(top.place).every(([name, at]) => row[name] === String(at)) &&
    row.estimate !== "NaN"
  );
  const sum = column(same, "estimate").reduce((a, b) => a + b, 0);
  assert(Math.abs(sum / 3 - top.estimate) < 1e-9 * Math.abs(top.estimate));
  const patched = await sweep(model, pairs, headsByLayers("z"), answers);
  assertEquals(column(rowsOf(patched), "value").length, 32 * 3);
});

Deno.test("tables name heads and neurons by numbers, 3.1 apart from 3.10, and leave out no row and no digit", async () => {
  const scores = await compositionScores(model, { kinds: ["V"], samples: 2 });
  const pairs = rowsOf(scores);
  // Every pair of an earlier and a later layer.
  assertEquals(pairs.length, 6 * 8 * 8);
  for (const { writer_layer, writer_head, reader_layer, reader_head, score } of [pairs[7]!]) {
    const [layer, head] = [Number(writer_layer), Number(writer_head)];
    const reader = { layer: Number(reader_layer), head: Number(reader_head) };
    assertEquals(Number(score), scores.score("V", { layer, head }, reader));
  }
  const texts = ["One day, Emma went to the park.", "The capital of France is Paris."];
  const places = [{ layer: 3, neuron: 1 }, { layer: 3, neuron: 10 }];
  const examples = await neuronExamples(model, texts, places, { count: 2 });
  const active = rowsOf(examples);
  assertEquals(active.map(({ layer, neuron }) => `${layer} ${neuron}`), [
    ...["3 1", "3 1", "3 10", "3 10"],
  ]);
  const most = examples.neurons[1]!.places[0]!;
  assertEquals(active[2]!.activation, String(most.activation));
  assertEquals(active[2]!.token, most.tokens[most.at]!.text);

  const found = await searchNeurons(model, [" Paris"], { count: 2, draws: 2 });
  const asked = rowsOf(found).filter(({ list }) => list === "asked");
  assertEquals(column(asked, "logit"), found.neurons.map(({ logits: [logit] }) => logit!));
  assertEquals(column(asked, "neuron"), found.neurons.map(({ place: { neuron } }) => neuron));

  // The view has the first 40 directions.
  const read = await svdReading(model, "OV", { layers: [0, 1, 2], directions: 2 });
  const directions = rowsOf(read).filter(({ end, place }) => end === "greatest" && place === "1");
  assertEquals(
    column(directions.filter(({ side }) => side === read.sides[0]), "value"),
    read.entries.flatMap(({ directions }) => directions.map(({ value }) => value)),
  );
  const lens = await attentionLens(model, prompt, { layers: 3, track: " Mary" });
  const tracked = rowsOf(lens).filter(({ list }) => list === "tracked");
  const { heads, sum } = lens.layers[0]!;
  assertEquals(
    column(tracked, "logit"),
    [...heads, sum].map(({ tracked: [mary] }) => mary!.logit),
  );
  assertEquals(tracked.map(({ head }) => head), [..."01234567", ""]);
});

Deno.test("save() writes the rows of results that have no table of their own from their drawing", async () => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const saved = async (value: unknown) => {
    await save(value, path);
    return parseCsv(await Deno.readTextFile(path));
  };
  const keys = await queryKeys(model, prompt, { layer: 3, head: 5 });
  const rows = await saved(keys);
  const scores = rows.filter((row) => row["part of the score"] === "score");
  assertEquals(column(scores, "query × key, scaled"), [...keys.facts.scores]);
  const norms = await saved(weightNorms(model));
  assertEquals(new Set(norms.map(({ part }) => part)).size, 2);
  await Deno.remove(path);
});
