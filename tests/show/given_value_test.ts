import { attentionView } from "../../lib/show/attention_view.ts";
import { bars } from "../../lib/show/bars.ts";
import {
  givenValue,
  isShownToken,
  refuseUnlessLabels,
  refuseUnlessNumbers,
  refuseUnlessTokens,
} from "../../lib/show/given_value.ts";
import { heatMap } from "../../lib/show/heat_map.ts";
import { tokenStrip } from "../../lib/show/token_strip.ts";
import { tokenTable } from "../../lib/show/token_table.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

const tensor = { shape: [2], data: () => Promise.resolve(new Float32Array(2)) };
const axis = { name: "layer", labels: ["0"] };
const map = { rows: axis, columns: axis, label: "effect" };
const numbers = "must be a flat list of numbers";
const tokens = "tokens must be a list of objects with a text";

Deno.test("givenValue() says what can be done about it", () => {
  assertEquals(
    [undefined, null, true, 1n, "a", [1], new Uint8Array(1), tensor, () => 1, {}].map(givenValue),
    [
      "undefined",
      "null",
      "true",
      "1",
      '"a"',
      "a list",
      "a list",
      "a tensor: pass `await tensor.data()`",
      "a function",
      "an object",
    ],
  );
  assertEquals(givenValue(Promise.resolve(1)), "a promise: await it first");
});

Deno.test("isShownToken() wants a text", () => {
  assert(isShownToken({ text: "" }));
  for (const other of ["a", null, {}, { text: 1 }]) assert(!isShownToken(other));
});

Deno.test("refuseUnlessNumbers() lets NaN, the infinities, nothing and typed arrays pass", () => {
  for (const values of [[NaN, Infinity, -Infinity], [], new Float32Array(2), { length: 0 }]) {
    refuseUnlessNumbers("draw", "values", values);
  }
});

Deno.test("refuseUnlessLabels() and refuseUnlessTokens() let words and tokens pass", () => {
  refuseUnlessLabels("draw", ["a", { text: "b" }], { tokens: true });
  refuseUnlessTokens("draw", [{ text: "b", id: 3 }]);
});

/** What a drawing is given, the call, and the error. */
const WRONG: readonly [title: string, draw: () => unknown, message: string][] = [
  [
    "nested values of heatMap()",
    () => heatMap({ ...map, values: [[1]] as never }),
    `Cannot draw a heat map as values ${numbers}: the one at 0 is a list: flatten them first`,
  ],
  [
    "rows of heatMap() that are typed arrays",
    () => heatMap({ ...map, values: [new Float32Array(1)] as never }),
    `Cannot draw a heat map as values ${numbers}: the one at 0 is a list: flatten them first`,
  ],
  [
    "a tensor in heatMap()",
    () => heatMap({ ...map, values: tensor as never }),
    `Cannot draw a heat map as values ${numbers}: current value is a tensor: pass \`await tensor.data()\``,
  ],
  [
    "a promise in heatMap()",
    () => heatMap({ ...map, values: tensor.data() as never }),
    `Cannot draw a heat map as values ${numbers}: current value is a promise: await it first`,
  ],
  [
    "no values in heatMap()",
    () => heatMap(map as never),
    'Cannot draw a heat map as its options must have "values", "rows", "columns" and "label": "values" is missing',
  ],
  [
    "a bigint in heatMap()",
    () => heatMap({ ...map, values: new BigInt64Array(1) as never }),
    `Cannot draw a heat map as values ${numbers}: the one at 0 is 0`,
  ],
  [
    "labels of heatMap() that are numbers",
    () => heatMap({ ...map, values: [1], columns: { name: "head", labels: [0] as never } }),
    "Cannot draw the columns of a heat map as labels must be a list of words or tokens: the one at 0 is 0",
  ],
  [
    "a missing value in bars()",
    () => bars({ title: "t", label: "x", labels: ["a"], values: [undefined] as never }),
    `Cannot draw bars as values ${numbers}: the one at 0 is undefined`,
  ],
  [
    "labels of bars() that are tokens",
    () => bars({ title: "t", label: "x", labels: [{ text: "a" }] as never, values: [1] }),
    "Cannot draw bars as labels must be a list of words: the one at 0 is an object",
  ],
  [
    "labels of bars() that are no list",
    () => bars({ title: "t", label: "x", labels: "a" as never, values: [1] }),
    'Cannot draw bars as labels must be a list of words: current value is "a"',
  ],
  [
    "words in tokenStrip()",
    () => tokenStrip({ tokens: ["a"] as never, label: "x" }),
    `Cannot draw tokens as ${tokens}: the one at 0 is "a": write { text: "a" }`,
  ],
  [
    "one text in tokenStrip()",
    () => tokenStrip({ tokens: "a b" as never, label: "x" }),
    `Cannot draw tokens as ${tokens}: current value is "a b"`,
  ],
  [
    "a tensor in tokenStrip()",
    () => tokenStrip({ tokens: [{ text: "a" }], values: tensor as never, label: "x" }),
    `Cannot draw tokens as values ${numbers}: current value is a tensor: pass \`await tensor.data()\``,
  ],
  [
    "a nested pattern in attentionView()",
    () => attentionView({ pattern: [[[1]]] as never, heads: 1, tokens: [], layer: 0 }),
    `Cannot draw attention as pattern ${numbers}: the one at 0 is a list: flatten them first`,
  ],
  [
    "no tokens in attentionView()",
    () => attentionView({ pattern: [1], heads: 1, tokens: [undefined] as never, layer: 0 }),
    `Cannot draw attention as ${tokens}: the one at 0 is undefined`,
  ],
  [
    "a word in tokenTable()",
    () => tokenTable({ title: "t", rows: [{ rank: 1, token: "a", probability: 1 }] as never }),
    `Cannot draw a table of tokens as ${tokens}: the one at 0 is "a": write { text: "a" }`,
  ],
  [
    "a missing probability in tokenTable()",
    () => tokenTable({ title: "t", rows: [{ rank: 1, token: { text: "a" } }] as never }),
    `Cannot draw a table of tokens as probability ${numbers}: the one at 0 is undefined`,
  ],
];

for (const [title, draw, message] of WRONG) {
  Deno.test(`a drawing refuses ${title}`, async () => {
    // A drawing that is made later refuses by its promise.
    const error = await assertRejects(async () => await draw(), TypeError);
    assertEquals(error.message, message);
  });
}
