import { tokenPair } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { hostile } from "../browser/views.ts";
import { drawings } from "../run/drawings.ts";

const tokens = (...texts: string[]) => texts.map((text) => ({ text }));
const clean = { name: "clean", tokens: tokens("When", " Mary", " and", " John") };
const corrupt = { name: "corrupt", tokens: tokens("When", " Anna", " and", " John") };

Deno.test("tokenPair() lists both, marks what differs, and names positions and what stands below", () => {
  const pair = tokenPair({
    title: "A pair",
    first: clean,
    second: corrupt,
    spans: { name: [1, 3], subject: [3] },
    below: [{ name: "answer", tokens: tokens(" Mary") }, { name: "wrong", tokens: [] }],
    caption: "by hand",
  });
  assertEquals(
    pair["text/plain"],
    [
      "A pair",
      "position     clean  corrupt  span",
      "       0     When   When",
      "       1  ≠  ·Mary  ·Anna    name",
      "       2     ·and   ·and",
      "       3     ·John  ·John    name, subject",
      "answer: ·Mary",
      "wrong: none",
      "by hand",
    ].join("\n"),
  );
  const html = pair["text/html"];
  assertEquals(html.match(/; differs"/g)?.length, 2);
  assertEquals(html.match(/data-index="/g)?.length, 2);
  assert(html.includes("≠ name") && html.includes("name, subject"));
});

Deno.test("tokens of one text and different ids differ", () => {
  const pair = tokenPair({
    title: "ids",
    first: { name: "a", tokens: [{ text: "x", id: 1 }] },
    second: { name: "b", tokens: [{ text: "x", id: 2 }] },
  });
  assert(pair["text/plain"].includes("≠"));
});

Deno.test("tokenPair() escapes tokens, names and spans", async () => {
  const evil = "<img src=x onerror=alert(1)>";
  const { html } = await drawings(tokenPair({
    title: evil,
    first: { name: evil, tokens: hostile },
    second: { name: evil, tokens: hostile.toReversed() },
    spans: { [evil]: [0] },
    below: [{ name: evil, tokens: hostile }],
    caption: evil,
  }));
  const page = html.replace(/<script[\s\S]*?<\/script>/g, "");
  assert(!/<(?:script|img)|onerror="|onmouseover="/.test(page));
});

Deno.test("tokenPair() draws nothing and very much", () => {
  const none = { name: "none", tokens: [] };
  const empty = tokenPair({ title: "Nothing", first: none, second: none });
  assert(empty["text/html"].includes("No tokens"));
  const many = { name: "many", tokens: Array.from({ length: 600 }, (_, i) => ({ text: `${i}` })) };
  assert(tokenPair({ title: "Many", first: many, second: many })["text/html"].includes("No table"));
});

Deno.test("tokenPair() refuses lists of different lengths, unknown options and what are no tokens", () => {
  assertThrows(
    () => tokenPair({ title: "", first: clean, second: { name: "corrupt", tokens: tokens("a") } }),
    RangeError,
    "Cannot draw a pair of tokens as there must be as many of each: current value is 4 of clean and 1 of corrupt",
  );
  assertThrows(
    () => tokenPair({ title: "", first: clean, second: corrupt, span: {} } as never),
    TypeError,
    '"span" is not, perhaps "spans" is meant',
  );
  assertThrows(
    () => tokenPair({ title: "", first: { name: "a", tokens: ["x"] } as never, second: corrupt }),
    TypeError,
    "Cannot draw a pair of tokens as tokens must be a list of objects with a text",
  );
});
