import {
  all,
  attentionSheet,
  attentionView,
  bars,
  type Displayable,
  graph,
  heatMap,
  lensTable,
  lines,
  save,
  scatter,
  scatter3d,
  table,
  tensorView,
  tokenCard,
  tokenDiff,
  tokenMetrics,
  tokenStrip,
  tokenTable,
  waterfall,
} from "../../lib/show/mod.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { parseCsv } from "../csv.ts";

const third = 1 / 3;
const tokens = [{ text: "=a", id: 3 }, { text: " b" }];

/** What a value is saved as. */
async function saved(value: unknown): Promise<Record<string, string>[]> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await save(value, path);
    return parseCsv(await Deno.readTextFile(path));
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("save() writes as csv what tables, grids, tokens and graphs were drawn from, unrounded", async () => {
  const n = String(third);
  const map = heatMap({
    values: [third, NaN, 2, -3],
    rows: { name: "layer", labels: ["0", "1"] },
    columns: { name: "key", labels: tokens },
    label: "effect",
    unit: "nats",
  });
  assertEquals(await saved(map), [
    { layer: "0", key: "0", "key token": "'=a", "effect (nats)": n },
    { layer: "0", key: "1", "key token": " b", "effect (nats)": "NaN" },
    { layer: "1", key: "0", "key token": "'=a", "effect (nats)": "2" },
    { layer: "1", key: "1", "key token": " b", "effect (nats)": "-3" },
  ]);
  const columns = [{ name: "token" }, { name: "size", unit: "MB" }];
  assertEquals(await saved(table({ title: "t", columns, rows: [[tokens[1]!, third]] })), [
    { token: " b", "size (MB)": n },
  ]);
  assertEquals(
    await saved(
      tokenTable({ title: "t", rows: [{ rank: 1, token: tokens[0]!, probability: third }] }),
    ),
    [{ rank: "1", token: "'=a", probability: n }],
  );
  assertEquals(await saved(tokenStrip({ tokens, values: [1, third], label: "loss", context: 1 })), [
    { position: "0", token: "'=a", id: "3", loss: "" },
    { position: "1", token: " b", id: "", loss: n },
  ]);
  const metrics = [{ label: "loss", unit: "nat", values: [NaN, third] }];
  assertEquals(await saved(tokenMetrics({ title: "t", tokens, metrics })), [
    { position: "0", token: "'=a", "loss (nat)": "NaN" },
    { position: "1", token: " b", "loss (nat)": n },
  ]);
  const axes = [{ name: "head", size: 1, labels: ["q"] }, { name: "key", size: 2 }];
  assertEquals(await saved(tensorView({ values: [third, 2], axes, label: "score" })), [
    { head: "q", key: "0", score: n },
    { head: "q", key: "1", score: "2" },
  ]);
  const lists = [{ name: "promotes", label: "logit", rows: [{ token: tokens[1]!, value: third }] }];
  assertEquals(await saved(tokenCard({ title: "t", lists })), [
    { list: "promotes", position: "0", token: " b", measure: "logit", value: n },
  ]);
  const cloud = scatter3d({
    title: "c",
    points: [{ at: [third, 1, 2], label: "=p" }],
    axes: ["x", "y", "z"],
  });
  assertEquals(await saved(cloud), [
    { point: "0", label: "'=p", class: "", x: n, y: "1", z: "2" },
  ]);
  const diff = tokenDiff({
    title: "d",
    before: { label: "plain", tokens: [tokens[1]!], own: [third], other: [0] },
    after: { label: "edited", tokens: [tokens[0]!] },
  });
  assertEquals(await saved(diff), [
    { text: "plain", place: "0", token: " b", probability: n, probability_in_other: "0" },
    { text: "edited", place: "0", token: "'=a", probability: "", probability_in_other: "" },
  ]);
  const reading = [{ token: tokens[1]!, probability: third }];
  const lens = lensTable({
    stages: ["embed"],
    tokens: [tokens[0]!],
    top: [[reading]],
    tracked: { token: tokens[1]!, ranks: [[4]] },
  });
  assertEquals(await saved(lens), [{
    stage: "embed",
    position: "0",
    token: "'=a",
    place: "1",
    next_token: " b",
    probability: n,
    "rank of  b": "4",
  }]);
  const weights = { heads: 1, tokens, patterns: [[1, 0, third, 0.5]] };
  const sheet = attentionSheet({
    ...weights,
    layers: [7],
    against: { patterns: [[1, 0, 0, 0]], label: "other" },
  });
  const less = (await saved(sheet)).map((row) => row["weight less that of other"]);
  assertEquals(less, ["0", "0", String(Math.fround(third)), "0.5"]);
  const one = await saved(
    attentionView({ heads: 1, tokens, pattern: weights.patterns[0]!, layer: 7 }),
  );
  assertEquals(one[2], {
    layer: "7",
    head: "0",
    query: "1",
    query_token: " b",
    key: "0",
    key_token: "'=a",
    weight: n,
  });
  const edges = [{ from: 0, to: 1, weight: third }, { from: 0, to: 1, weight: NaN }];
  const nodes = [{ label: "a", layer: 0 }, { label: "b", layer: 1 }];
  assertEquals(
    await saved(graph({ title: "g", layers: ["0", "1"], nodes, edges, label: "w", most: 1 })),
    [{ from: "a", to: "b", kind: "", w: n }, { from: "a", to: "b", kind: "", w: "NaN" }],
  );
});

Deno.test("save() joins the rows of several parts, and refuses where one has none", async () => {
  const one = table({ title: "One", columns: [{ name: "a" }], rows: [[third]] });
  const parts = [{ label: "p", value: third }];
  const chart = await waterfall({ title: "Sum", parts, total: 1, label: "x" });
  assertEquals(await saved(all([one])), [{ a: String(third) }]);
  const both = await saved(all([one, chart]));
  assertEquals(both.map(({ part, a, name }) => [part, a, name]), [
    ["One", String(third), ""],
    ["Sum", "", "p"],
    ["Sum", "", "left over"],
    ["Sum", "", "total"],
  ]);
  assertEquals(both[1]!.value, String(third));
  const none = "Words";
  const rule = (value: unknown) => assertRejects(() => saved(value), RangeError);
  assertEquals(
    (await rule(all([one, none]))).message,
    'Cannot save a drawing as csv as each of its parts must have rows: "Words" has none',
  );
  assertEquals(
    (await rule(none)).message,
    "Cannot save a drawing as csv as what it shows must be rows of numbers: it is no such thing; save it as .html or .png, or save the values that it was drawn from",
  );
});

Deno.test("save() writes NaN and infinity as numbers from every chart, those without a place in it among them", async () => {
  const values = [1, NaN, Infinity, -Infinity], [title, label] = ["t", "v"];
  const written = ["1", "NaN", "Infinity", "-Infinity"];
  const [x, y] = [{ name: "x" }, { name: "y" }], labels = [..."abcd"];
  const series = [{ name: "s", y: values }], points = values.map((y, x) => ({ x, y }));
  const parts = values.map((value, i) => ({ label: labels[i]!, value }));
  const column = async (drawing: Promise<Displayable>, name: string) =>
    (await saved(await drawing)).map((row) => row[name]);
  assertEquals(await column(bars({ title, label, labels, values }), "value"), written);
  assertEquals(await column(lines({ title, x, y, series }), "y"), written);
  assertEquals(await column(scatter({ title, x, y, points }), "y"), written);
  const falling = await column(waterfall({ title, label, parts, total: 1 }), "value");
  assertEquals(falling.slice(0, 4), written);
  // A value that a logarithmic axis has no place for is a number all the same.
  const log = { ...y, scale: "log" as const }, least = [{ name: "s", y: [0, 1] }];
  assertEquals(await column(lines({ title, x, y: log, series: least }), "y"), ["0", "1"]);
});
