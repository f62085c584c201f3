import { attentionView } from "../../lib/show/attention_view.ts";
import { bars } from "../../lib/show/bars.ts";
import { heatMap } from "../../lib/show/heat_map.ts";
import { indexedPng } from "../../lib/show/png.ts";
import { table } from "../../lib/show/table.ts";
import { tokenDiff } from "../../lib/show/token_diff.ts";
import { tokenHtml } from "../../lib/show/token_html.ts";
import { tokenStrip } from "../../lib/show/token_strip.ts";
import { tokenTable } from "../../lib/show/token_table.ts";
import { tree } from "../../lib/show/tree.ts";
import { assertEquals, assertRejects } from "../assert.ts";

const axis = { name: "layer", labels: ["0"] };
const map = { values: [1], rows: axis, columns: axis, label: "effect" };
const chart = { title: "t", labels: ["a"], values: [1], label: "x" };
const empty = { title: "t", columns: [], rows: [] };

/** What is misspelt, a call that does so, and the error. */
const WRONG: readonly [title: string, draw: () => unknown, message: string][] = [
  [
    "an option of heatMap()",
    () => heatMap({ ...map, units: "logit" } as typeof map),
    'Cannot draw a heat map as its options must be among values, rows, columns, label, unit, scale, transform, domain, ticks, notes, marked, title, caption, code: "units" is not, perhaps "unit" is meant',
  ],
  [
    "a scale of heatMap()",
    () => heatMap({ ...map, scale: "divergent" as "diverging" }),
    'Cannot draw a heat map as scale must be among sequential, diverging: "divergent" is not, perhaps "diverging" is meant',
  ],
  [
    "a transform of heatMap()",
    () => heatMap({ ...map, transform: "root" as "sqrt" }),
    'Cannot draw a heat map as transform must be among linear, sqrt: "root" is not, perhaps "sqrt" is meant',
  ],
  [
    "a field of an axis of heatMap()",
    () => heatMap({ ...map, rows: { name: "layer", label: ["0"] } as unknown as typeof axis }),
    'Cannot draw the rows of a heat map as its options must be among name, labels: "label" is not, perhaps "labels" is meant',
  ],
  [
    "an option of bars()",
    () => bars({ ...chart, baselin: 1 } as typeof chart),
    'Cannot draw bars as its options must be among labels, axis, values, label, unit, intervals, intervalLabel, baseline, title, caption: "baselin" is not, perhaps "baseline" is meant',
  ],
  [
    "an option of table()",
    () => table({ ...empty, captions: "x" } as typeof empty),
    'Cannot draw a table as its options must be among title, columns, rows, caption, code: "captions" is not, perhaps "caption" is meant',
  ],
  [
    "the side of a column of table()",
    () => table({ ...empty, columns: [{ name: "a" }, { name: "b", align: "rigth" as "right" }] }),
    'Cannot draw column 1 of a table as align must be among left, right: "rigth" is not, perhaps "right" is meant',
  ],
  [
    "a field of a column of table()",
    () => table({ ...empty, columns: [{ name: "a", aling: "left" } as { name: string }] }),
    'Cannot draw column 0 of a table as its options must be among name, unit, align: "aling" is not, perhaps "align" is meant',
  ],
  [
    "an option of tokenDiff()",
    () => {
      const side = { label: "a", tokens: [] };
      return tokenDiff(
        { before: side, after: side, titel: "t" } as unknown as Parameters<
          typeof tokenDiff
        >[0],
      );
    },
    'Cannot draw a diff as its options must be among before, after, context, title, caption: "titel" is not, perhaps "title" is meant',
  ],
  [
    "an option of tokenStrip()",
    () => tokenStrip({ token: [], tokens: [], label: "x" } as { tokens: []; label: string }),
    'Cannot draw tokens as its options must be among tokens, values, label, unit, scale, domain, context, notes, title, caption, code: "token" is not, perhaps "tokens" is meant',
  ],
  [
    "the scale of tokenStrip()",
    () => tokenStrip({ tokens: [], label: "x", scale: "rainbow" as "diverging" }),
    'Cannot draw tokens as scale must be among sequential, diverging: "rainbow" is not',
  ],
  [
    "an option of tokenTable()",
    () => tokenTable({ tittle: "x", title: "t", rows: [] } as { title: string; rows: [] }),
    'Cannot draw a table of tokens as its options must be among title, rows, caption, code: "tittle" is not, perhaps "title" is meant',
  ],
  [
    "an option of tree()",
    () => tree({ title: "t", root: { name: "a" }, opened: 1 } as Parameters<typeof tree>[0]),
    'Cannot draw a tree as its options must be among title, root, open, caption: "opened" is not, perhaps "open" is meant',
  ],
  [
    "a field of a node of tree()",
    () => tree({ title: "t", root: { name: "a", children: [{ name: "b", child: 1 } as never] } }),
    'Cannot draw a node of a tree as its options must be among name, note, detail, children: "child" is not, perhaps "children" is meant',
  ],
  [
    "an option of attentionView()",
    () => attentionView({ pattern: [], heads: 0, tokens: [], layer: 0, head: 1 } as never),
    'Cannot draw attention as its options must be among pattern, heads, tokens, layer, title, caption, code: "head" is not, perhaps "heads" is meant',
  ],
  [
    "a field of the picture of indexedPng()",
    () => indexedPng({ width: 1, heigth: 1 } as never),
    'Cannot write a PNG as its options must be among width, height, indices, palette: "heigth" is not, perhaps "height" is meant',
  ],
  [
    "an option of tokenHtml()",
    () => tokenHtml({ text: "a" }, { notes: "x" } as never),
    'Cannot draw a token as its options must be among background, index, note, position: "notes" is not, perhaps "note" is meant',
  ],
];

for (const [title, draw, message] of WRONG) {
  Deno.test(`a drawing refuses ${title} that is misspelt`, async () => {
    // A drawing that is made later refuses by its promise.
    const error = await assertRejects(async () => await draw(), TypeError);
    assertEquals(error.message, message);
  });
}
