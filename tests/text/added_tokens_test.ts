import { assert, assertEquals, assertThrows } from "../assert.ts";
import { type AddedToken, addedTokens, splitter } from "../../lib/text/added_tokens.ts";
import { Aligned } from "../../lib/text/aligned.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";
import { processorTime } from "../processor_time.ts";

/** Reads added tokens. */
function read(...tokens: Record<string, unknown>[]): AddedToken[] {
  return addedTokens(Part.whole("t.json", { added_tokens: tokens }));
}

/** Cuts a text, and shows added tokens in brackets. */
function cut(tokens: AddedToken[], text: string): string[] {
  const split = splitter(tokens.map((token) => [token.content, token]));
  return split(Aligned.original(text, 0)).map(({ text, token }) =>
    token === null ? text.text : `[${text.text}]`
  );
}

Deno.test("addedTokens() reads every setting, and what is left out", () => {
  assertEquals(read({ id: 3, content: "<s>", special: true }), [{
    id: 3,
    content: "<s>",
    singleWord: false,
    stripsLeft: false,
    stripsRight: false,
    normalized: false,
    special: true,
  }]);
  assertEquals(read({ id: 3, content: "x" })[0]!.normalized, true);
  assertThrows(
    () => read({ id: -1, content: "x" }),
    SyntaxError,
    "Cannot read t.json as added_tokens[0].id must be an integer from 0 on: current value is -1",
  );
});

Deno.test("splitter() takes the leftmost token, and of those that begin together the longest", () => {
  const tokens = read({ id: 0, content: "<a" }, { id: 1, content: "<a>b" }, {
    id: 2,
    content: "b<",
  });
  assertEquals(cut(tokens, "x<a>b<a>"), ["x", "[<a>b]", "[<a]", ">"]);
  assertEquals(cut(tokens, "b<a>"), ["[b<]", "a>"]);
  assertEquals(cut(tokens, ""), []);
  assertEquals(cut([], "x<a"), ["x<a"]);
});

Deno.test("splitter() takes no character of a token for a pattern", () => {
  const odd = ["a.b", "^$", "[x]", "(y|z)", "\\d", "+*?", "{1}", "-/"];
  const tokens = read(...odd.map((content, id) => ({ id, content })));
  assertEquals(
    cut(tokens, odd.join(" ")),
    odd.flatMap((x, i) => i === 0 ? [`[${x}]`] : [" ", `[${x}]`]),
  );
  assertEquals(cut(tokens, "aXb 1 x y"), ["aXb 1 x y"]);
});

Deno.test("splitter() lets a token swallow white space, and stand as a word only", () => {
  const strips = read({ id: 0, content: "<m>", lstrip: true, rstrip: true });
  assertEquals(cut(strips, "a \t<m>\n <m> b"), ["a", "[ \t<m>\n ]", "[<m> ]", "b"]);
  const words = read({ id: 0, content: "wide", single_word: true });
  assertEquals(cut(words, "wide wider _wide éwide wide𝐚 -wide"), [
    "[wide]",
    " wider _wide éwide wide𝐚 -",
    "[wide]",
  ]);
});

Deno.test("splitter() takes time in proportion to a long run of spaces", () => {
  const strips = read({ id: 0, content: "<m>", lstrip: true, rstrip: true });
  const start = processorTime();
  assertEquals(cut(strips, " ".repeat(300_000) + "x<m>" + " ".repeat(300_000)).length, 2);
  assert(processorTime() - start < 2000);
});
