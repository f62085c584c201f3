import { tokenStrip } from "../../lib/show/token_strip.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

const tokens = [{ text: "<bos>", special: true, id: 0 }, { text: " a" }, { text: "\n", id: 3 }];

Deno.test("tokenStrip() has one line a token", () => {
  const strip = tokenStrip({ tokens, values: [NaN, -1, 0.5], label: "change", unit: "nat" });
  assertEquals(
    strip["text/plain"],
    `change
position  token    id  change (nat)
       0  ⟦<bos>⟧   0     undefined
       1  ·a                     −1
       2  ↵         3         0.500`,
  );
});

Deno.test("tokenStrip() shows tokens plain without values, and no tokens", () => {
  const plain = tokenStrip({ tokens, label: "Prompt" });
  assertEquals(plain["text/html"].includes('class="legend"'), false);
  assertStringIncludes(tokenStrip({ tokens: [], label: "Prompt" })["text/html"], "No tokens");
});

Deno.test("tokenStrip() ends a line after a token that holds a newline", () => {
  assertStringIncludes(tokenStrip({ tokens, label: "Prompt" })["text/html"], "↵</i></span><br>");
});

Deno.test("tokenStrip() refuses values that do not fit the tokens", () => {
  assertThrows(
    () => tokenStrip({ tokens, values: [1], label: "x" }),
    RangeError,
    "Cannot draw tokens as each must have one value: current value is 1 values for 3 tokens",
  );
});

Deno.test("tokenStrip() says that it leaves the table out where there are very many tokens", () => {
  const many = Array.from({ length: 2000 }, () => ({ text: " a", id: 5 }));
  const html = tokenStrip({ tokens: many, values: many.map((_, i) => i), label: "x" })["text/html"];
  assertStringIncludes(html, "No table, as there are more than 512 tokens");
  assertEquals(html.length < 1_000_000, true);
});

Deno.test("tokenStrip() shows the context plain and gives each token its note", () => {
  const strip = tokenStrip({
    tokens,
    values: [NaN, 0.25, 1],
    context: 1,
    domain: [0, 1],
    notes: { label: "likeliest", texts: ["", "·a <b> 25%", "↵ 99%"] },
    label: "probability",
  });
  assertEquals(
    strip["text/plain"],
    `probability
position  token    id  probability  likeliest
       0  ⟦<bos>⟧   0
       1  ·a                 0.250  ·a <b> 25%
       2  ↵         3            1  ↵ 99%`,
  );
  const [html] = strip["text/html"].split("<script") as [string];
  assertEquals(
    html.match(/<span class="token[^>]*data-index/g)?.length,
    2,
    "the context has no colour",
  );
  assertEquals(html.includes("undefined"), false);
  assertStringIncludes(html, "probability 0.250; likeliest ·a &lt;b&gt; 25%");
  assertEquals(html.includes("<b> 25%"), false);
});

Deno.test("tokenStrip() escapes notes where there are no values too", () => {
  const strip = tokenStrip({
    tokens: [{ text: "a" }],
    notes: { label: "n", texts: ["<b>"] },
    label: "x",
  });
  assertEquals(strip["text/html"].split("<script")[0]!.includes("<b>"), false);
});

Deno.test("tokenStrip() refuses notes that do not fit the tokens", () => {
  assertThrows(
    () => tokenStrip({ tokens, label: "x", notes: { label: "n", texts: [] } }),
    RangeError,
    "Cannot draw tokens as each must have one note: current value is 0 notes for 3 tokens",
  );
});
