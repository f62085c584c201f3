import { attentionView } from "../../lib/show/attention_view.ts";
import { bars } from "../../lib/show/bars.ts";
import { display, type Displayable } from "../../lib/show/display.ts";
import { heatMap } from "../../lib/show/heat_map.ts";
import { lines } from "../../lib/show/lines.ts";
import { table } from "../../lib/show/table.ts";
import { tokenDiff } from "../../lib/show/token_diff.ts";
import { tokenStrip } from "../../lib/show/token_strip.ts";
import { tokenTable } from "../../lib/show/token_table.ts";
import { tree } from "../../lib/show/tree.ts";
import { waterfall } from "../../lib/show/waterfall.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

/** Numbers of which drawing must make something, whatever a model did. */
const ODD = [[NaN], [Infinity], [-Infinity], [NaN, Infinity, -Infinity, -0], [5e-324, 1e308], []];

const axis = (size: number) => ({ name: "a", labels: Array.from({ length: size }, () => "b") });
const tokens = (size: number) => Array.from({ length: size }, () => ({ text: " a" }));

/** The drawings, by name. */
const DRAWINGS: readonly [name: string, draw: (values: readonly number[]) => unknown][] = [
  ["heatMap", (values) => {
    return heatMap({ values, rows: axis(1), columns: axis(values.length), label: "x" });
  }],
  ["bars", (values) => {
    const labels = values.map(() => "name");
    return bars({ title: "t", labels, values, label: "x", baseline: values[0] ?? NaN });
  }],
  ["lines", (values) => {
    const series = [{ name: "a", y: values, x: values, low: values, high: values }];
    const references = [{ label: "b", x: values[0] ?? NaN }, { label: "b", y: values[0] ?? NaN }];
    const y = { name: "y", scale: "log" as const };
    return lines({ title: "t", series, x: { name: "x" }, y, references });
  }],
  ["waterfall", (values) => {
    const interval = [values[0] ?? NaN, values[0] ?? NaN] as const;
    const parts = values.map((value) => ({ label: "a", value, interval }));
    return waterfall({ title: "t", parts, total: values[0] ?? NaN, label: "x", most: 2 });
  }],
  ["tokenStrip", (values) => tokenStrip({ tokens: tokens(values.length), values, label: "x" })],
  ["tokenDiff", (values) => {
    const side = { label: "a", tokens: tokens(values.length), own: values, other: values };
    return tokenDiff({ title: "t", before: side, after: { ...side, label: "b" } });
  }],
  ["tokenTable", (values) => {
    return tokenTable({
      title: "t",
      rows: values.map((value) => ({
        rank: value,
        token: { text: "a", id: value },
        probability: value,
        logit: value,
        change: value,
      })),
    });
  }],
  ["table", (values) => {
    return table({ title: "t", columns: [{ name: "a" }], rows: values.map((value) => [value]) });
  }],
  ["attentionView", (values) => {
    const pattern = values.flatMap((value) => [value, value, value, value]);
    return attentionView({ pattern, heads: values.length, tokens: tokens(2), layer: NaN });
  }],
  ["tree", (values) => tree({ title: "t", root: { name: "a" }, open: values[0] ?? 0 })],
];

for (const [name, draw] of DRAWINGS) {
  Deno.test(`${name}() draws and prints numbers that are undefined, infinite, extreme or none`, async () => {
    for (const values of ODD) {
      const drawing = await draw(values) as Displayable;
      const bundle = await drawing[display]();
      // Numbers that JSON cannot hold must not reach the notebook.
      assertEquals(JSON.parse(JSON.stringify(bundle)), { ...bundle });
      assertEquals(Deno.inspect(drawing), bundle["text/plain"]);
    }
  });
}

Deno.test("bars() says that a baseline which is no finite number is not drawn", async () => {
  const chart = await bars({ title: "t", labels: ["a"], values: [1], label: "x", baseline: NaN });
  assertStringIncludes(chart["text/plain"], "baseline undefined, not drawn");
});
