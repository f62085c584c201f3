import { attentionSheet, decodeIndexedPng } from "../../lib/show/mod.ts";
import { attentionScale } from "../../lib/show/attention_view.ts";
import { payloadOf } from "../../lib/show/static_layer.ts";
import { toValue } from "../../lib/show/value_scale.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";
import { pattern, sentence } from "../browser/views.ts";

/** The decoded picture of a sheet. */
function picture(html: string) {
  const data = /src="data:image\/png;base64,([^"]+)"/.exec(html)![1]!;
  return decodeIndexedPng(Uint8Array.fromBase64(data));
}

Deno.test("attentionSheet() draws every weight of every head to within half a level", () => {
  const size = sentence.length, patterns = [pattern(3, size), pattern(3, size).toReversed()];
  const html = attentionSheet({ patterns, heads: 3, tokens: sentence })["text/html"];
  const payload = payloadOf(html);
  assert(payload?.kind === "attentionSheet");
  const { width, indices } = picture(html), { cell } = payload, step = size * cell + 1;
  for (let i = 0; i < 2 * 3 * size * size; i++) {
    const [layer, head] = [Math.floor(i / (3 * size * size)), Math.floor(i / (size * size)) % 3];
    const [query, key] = [Math.floor(i / size) % size, i % size];
    const at = (1 + layer * step + query * cell) * width + 1 + head * step + key * cell;
    const weight = patterns[layer]![i % (3 * size * size)]!;
    const shown = toValue(indices[at]!, attentionScale);
    // Half of one of 252 levels of the square root.
    assert(
      Math.abs(Math.sqrt(shown) - Math.sqrt(weight)) <= 0.5 / 252 + 1e-9,
      `${shown} ${weight}`,
    );
  }
});

Deno.test("attentionSheet() of 12 layers of 12 heads on 128 tokens, and of one on 1,024, keep within their sizes", () => {
  const tokens = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ text: ` word${i}`, id: i }));
  const whole = attentionSheet({
    patterns: Array.from({ length: 12 }, () => pattern(12, 128)),
    heads: 12,
    tokens: tokens(128),
  });
  assert(whole["text/html"].length < 2 ** 20, `${whole["text/html"].length} bytes`);
  const one = attentionSheet({
    patterns: [pattern(1, 1024)],
    heads: 1,
    tokens: tokens(1024),
  });
  assert(one["text/html"].length < 1.5 * 2 ** 20, `${one["text/html"].length} bytes`);
});

Deno.test("attentionSheet() says that tokens share a cell where there are too many", () => {
  const size = 1500;
  const patterns = [new Float32Array(2 * size * size)];
  patterns[0]![size * 3 + 2] = 0.81;
  const sheet = attentionSheet({
    patterns,
    heads: 2,
    tokens: Array.from({ length: size }, () => ({ text: "a" })),
  });
  assert(
    sheet["text/plain"].includes(
      "Each 2 × 2 tokens are one cell, the greatest of them, as an output",
    ),
  );
  assert(sheet["text/html"].includes("a cell is 2 × 2 tokens, the greatest of them"));
  const { width, indices } = picture(sheet["text/html"]);
  assert(Math.abs(toValue(indices[2 * width + 2]!, attentionScale) - 0.81) < 0.01);
});

Deno.test("attentionSheet() refuses patterns that do not fit", () => {
  const message = (options: object) =>
    assertThrows(() =>
      attentionSheet({ patterns: [[1]], heads: 1, tokens: [{ text: "a" }], ...options })
    )
      .message;
  assertEquals(
    message({ patterns: [[1, 2]] }),
    "Cannot draw attention as a pattern must be heads × tokens × tokens: current value is 2 weights for 1 × 1 × 1",
  );
  assertEquals(
    message({ layers: [1, 2] }),
    "Cannot draw attention as there must be a pattern a layer, at least one: current value is 1 for 2 layers",
  );
});

Deno.test("attentionSheet() against another prompt draws and lists differences", () => {
  const [a, b] = [[1, 0, 0, 0.3, 0.7, 0, 0.2, 0.7, 0.1], [1, 0, 0, 0.3, 0.7, 0, 0.2, 0.2, 0.6]];
  const options = {
    patterns: [a],
    heads: 1,
    tokens: ["Mary", " gave", " it"].map((text) => ({ text })),
    against: { patterns: [b], label: "the <other>" },
  };
  const { "text/plain": text, "text/html": html } = attentionSheet(options);
  assertStringIncludes(text, "less that of the <other>");
  assertStringIncludes(text, "2 ·it → 1 ·gave 0.500, 2 ·it → 2 ·it −0.500");
  assertStringIncludes(html, "attention weight less that of the &lt;other&gt;");
  // Where the other prompt has another token, both are written, in the table, the page and the rows.
  const tokens = ["John", " gave", " <b>"].map((text) => ({ text }));
  const changed = attentionSheet({ ...options, against: { ...options.against, tokens } });
  assertStringIncludes(
    changed["text/plain"],
    "2 (·<b> → ·it) → 1 ·gave 0.500, 2 (·<b> → ·it) → 2 (·<b> → ·it) −0.500",
  );
  assertEquals(
    (payloadOf(changed["text/html"]) as { tokens: readonly string[] }).tokens,
    ["(John → Mary)", "·gave", "(·<b> → ·it)"],
  );
  assertStringIncludes(
    changed["text/html"],
    "where tokens differ, that of the &lt;other&gt; stands before the arrow",
  );
  assertThrows(
    () => attentionSheet({ ...options, against: { ...options.against, tokens: [] } }),
    RangeError,
    "what it is compared with must have as many tokens: current value is 0 for 3",
  );
  assertThrows(
    () => attentionSheet({ ...options, against: { patterns: [[1]], label: "x" } }),
    RangeError,
    "what it is compared with must have as many weights: current value is 1 for 9",
  );
});
