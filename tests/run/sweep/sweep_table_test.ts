import { SweepTable } from "../../../lib/run/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { madeSweep } from "./made_sweep.ts";

/** Reads comma-separated values as RFC 4180 has them. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (
    const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)
  ) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

const labels = ["=1+1", ' "quoted", and\nbroken\r\n', "-2", "\t@x", "plain\ud800", "plain"];
const data = {
  ...madeSweep({ sizes: { token: 6 }, examples: 1, value: (cell) => cell === 5 ? NaN : -cell / 2 }),
  axes: [{ name: "token", labels }],
};

Deno.test("SweepTable has a row for each variant, example and metric", () => {
  const table = new SweepTable(madeSweep({
    sizes: { layer: 2, head: 2 },
    metrics: [{ label: "a", unit: "" }, { label: "b", unit: "" }],
    values: Float64Array.from({ length: 16 }, (_, i) => i),
    baseline: Float64Array.of(0, 1, 0, 1),
    reference: Float64Array.of(2, 1, 2, 3),
    value: () => 0,
  }));
  assertEquals(table.rows.length, 4 * 2 * 2);
  assertEquals(Object.keys(table.rows[0]!).sort(), [...table.columns].sort());
  assertEquals(table.rows[7], {
    layer: "0",
    head: "1",
    variant: "variant 1",
    example: 1,
    metric: "b",
    value: 7,
    baseline: 1,
    effect: 6,
    reference: 3,
    normalised: 3,
  });
  assertEquals(table.rows[5]!.normalised, NaN);
});

Deno.test("SweepTable.csv() comes back as it was but for apostrophes before what would be a formula", () => {
  const table = new SweepTable(data), text = table.csv();
  const rows = readCsv(text);
  assertEquals(rows[0], [...table.columns]);
  assertEquals(rows.slice(1).map(([token]) => token), [
    "'=1+1",
    labels[1]!,
    "'-2",
    "'\t@x",
    "plain\ufffd",
    "plain",
  ]);
  // Numbers are no formulas, and come back to the bit.
  assertEquals(rows.slice(1).map((row) => Number(row[4])), [-0, -0.5, -1, -1.5, -2, NaN]);
  assertEquals(readCsv(table.csv({ formulas: "keep" }))[1]![0], "=1+1");
  assertThrows(
    () => table.csv({ formula: "keep" } as object),
    TypeError,
    'Cannot write rows as its options must be among formulas: "formula" is not',
  );
});

Deno.test("a SweepTable has numbers for heads called layer.head, which would be read as 3.1 and 3.10", () => {
  const [head, edge] = ["head", "from"].map((name) =>
    new SweepTable({
      ...madeSweep({ sizes: { [name]: 2, position: 2 }, examples: 1, value: (cell) => cell }),
      axes: [{ name, labels: ["3.1", "3.10"] }, { name: "position", labels: ["0", "1"] }],
    })
  );
  assertEquals(head!.columns.slice(0, 2), ["layer", "head"]);
  assertEquals([head!.rows[0]!.head, head!.rows.at(-1)!.head], [1, 10]);
  assertEquals(edge!.columns.slice(0, 2), ["from layer", "from head"]);
});

Deno.test("SweepTable gives positions as numbers and tokens, of both prompts of a pair", () => {
  const made = madeSweep({ sizes: { position: 3, key: 1 }, examples: 1, value: (cell) => cell });
  const positions = { name: "position", labels: ['0 " a"', "1", '10 "\\"\\n"'] };
  const table = new SweepTable({
    ...made,
    axes: [{ ...positions, cleanLabels: ['0 " a"', '1 "x"', "10"] }, {
      name: "key",
      labels: ['-1 " to"'],
    }],
  });
  assertEquals(table.columns.slice(0, 5), ["position", "token", "clean_token", "key", "key_token"]);
  assertEquals(
    table.rows.map((row) => table.columns.slice(0, 5).map((name) => row[name])),
    [[0, " a", " a", -1, " to"], [1, "", "x", -1, " to"], [10, '"\n', "", -1, " to"]],
  );
  // Names of spans are no numbers.
  const spans = new SweepTable({
    ...made,
    axes: [{ ...positions, labels: ["end", "1", "2"] }, made.axes[1]!],
  });
  assertEquals(spans.columns[0], "position");
  assertEquals(spans.rows[0]!["position"], "end");
});
