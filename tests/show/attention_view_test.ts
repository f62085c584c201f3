import { attentionView } from "../../lib/show/attention_view.ts";
import { decodeIndexedPng } from "../../lib/show/png.ts";
import { toValue } from "../../lib/show/value_scale.ts";
import { pattern } from "../browser/views.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";

const tokens = [{ text: "<bos>", special: true }, { text: " Mary" }, { text: " gave" }];
// Head 0 looks at the first token, head 1 at the previous one.
const two = [1, 0, 0, 0.9, 0.1, 0, 0.8, 0.1, 0.1, 1, 0, 0, 0.75, 0.25, 0, 0.125, 0.75, 0.125];

const pictures = (html: string): Uint8Array[] =>
  [...html.matchAll(/data:image\/png;base64,([^"]+)/g)].map(([, text]) =>
    Uint8Array.fromBase64(text!)
  );

Deno.test("attentionView() says where each head looks", () => {
  const view = attentionView({ pattern: two, heads: 2, tokens, layer: 3, caption: "toy" });
  assertEquals(
    view["text/plain"],
    `Attention of layer 3
head  first token  previous  itself  strongest pairs elsewhere
   0         0.85      0.10    0.10  1 ·Mary → 1 ·Mary 0.100, 2 ·gave → 1 ·Mary 0.100, 2 ·gave → 2 ·gave 0.100
   1         0.44      0.75    0.19  2 ·gave → 1 ·Mary 0.750, 1 ·Mary → 1 ·Mary 0.250, 2 ·gave → 2 ·gave 0.125
toy`,
  );
});

Deno.test("attentionView() does not count the first token as a previous one", () => {
  const many = Array.from({ length: 15 }, (_, i) => ({ text: String(i) }));
  const first = Array.from({ length: 15 * 15 }, (_, i) => i % 15 === 0 ? 1 : 0);
  const last = Array.from({ length: 15 * 15 }, (_, i) => {
    const [query, key] = [Math.floor(i / 15), i % 15];
    return key === Math.max(0, query - 1) ? 1 : 0;
  });
  const means = (pattern: number[]) =>
    attentionView({ pattern, heads: 1, tokens: many, layer: 0 })["text/plain"].split("\n")[2]!
      .trim().split(/ +/).slice(1, 4);
  assertEquals(means(first), ["1", "0", "0"]);
  // One query in fourteen, the second token, has the first before it.
  assertEquals(means(last), ["0.071", "1", "0"]);
});

Deno.test("attentionView() says that a mean of no queries is undefined", () => {
  const view = attentionView({
    pattern: [1, 0, 0.25, 0.75],
    heads: 1,
    tokens: tokens.slice(1),
    layer: 0,
  });
  assertStringIncludes(view["text/plain"], "0.25  undefined    0.75");
});

Deno.test("attentionView() has a picture a head that holds its weights within half a level", () => {
  const html = attentionView({ pattern: two, heads: 2, tokens, layer: 3 })["text/html"];
  const files = pictures(html);
  assertEquals(files.length, 2);
  const by = { scale: "sequential", transform: "sqrt", low: 0, high: 1 } as const;
  files.forEach((file, head) => {
    const { width, indices } = decodeIndexedPng(file);
    const cell = width / 3;
    for (let i = 0; i < 9; i++) {
      const at = Math.floor(i / 3) * cell * width + (i % 3) * cell;
      // Half a level of the square root is 1/504; squared and doubled, at most 0.004.
      assertAlmostEquals(toValue(indices[at]!, by), two[head * 9 + i]!, 0.004);
    }
  });
});

Deno.test("attentionView() draws 12 heads of 128 tokens in 200 KB", () => {
  const many = Array.from({ length: 128 }, (_, i) => ({ text: ` word${i}`, id: i }));
  const options = { pattern: pattern(12, 128), heads: 12, tokens: many, layer: 0 };
  const size = attentionView(options)["text/html"].length;
  assert(size < 200_000, `the document has ${size} characters`);
});

Deno.test("attentionView() draws no heads, no tokens and undefined weights", () => {
  attentionView({ pattern: [], heads: 0, tokens, layer: 0 });
  attentionView({ pattern: [], heads: 2, tokens: [], layer: 0 });
  const view = attentionView({ pattern: [NaN], heads: 1, tokens: tokens.slice(0, 1), layer: 0 });
  assert(view["text/html"].includes(">undefined<"), "the legend does not name undefined weights");
});

Deno.test("attentionView() refuses a pattern of another size", () => {
  assertThrows(
    () => attentionView({ pattern: two, heads: 3, tokens, layer: 0 }),
    RangeError,
    "Cannot draw attention as the pattern must be heads × tokens × tokens: current value is 18 weights for 3 × 3 × 3",
  );
});
