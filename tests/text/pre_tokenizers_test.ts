import { assertEquals, assertThrows } from "../assert.ts";
import { Aligned } from "../../lib/text/aligned.ts";
import { preTokenizer, spellBytes } from "../../lib/text/pre_tokenizers.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";

/** Cuts a text. */
function cut(settings: unknown, text: string, first = true): Aligned[] {
  return preTokenizer(Part.whole("t.json", settings))([Aligned.original(text, 0)], first);
}

/** Cuts a text into texts. */
function texts(settings: unknown, text: string, first = true): string[] {
  return cut(settings, text, first).map((piece) => piece.text);
}

// Every kind of cutting is held against Python's tokenizers in reference_test.ts.
Deno.test("preTokenizer() keeps, drops and joins matches as told", () => {
  const split = (behavior: string, invert = false): string[] =>
    texts({ type: "Split", pattern: { String: "-" }, behavior, invert }, "a--b-");
  assertEquals(split("Isolated"), ["a", "-", "-", "b", "-"]);
  assertEquals(split("Removed"), ["a", "b"]);
  assertEquals(split("MergedWithPrevious"), ["a-", "-", "b-"]);
  assertEquals(split("MergedWithNext"), ["a", "-", "-b", "-"]);
  assertEquals(split("Contiguous"), ["a", "--", "b", "-"]);
  assertEquals(split("Removed", true), ["-", "-", "-"]);
});

Deno.test("preTokenizer() puts a space first for ByteLevel where told and where none is", () => {
  const level = { type: "ByteLevel", add_prefix_space: true, use_regex: true };
  assertEquals(texts(level, "a b"), ["Ġa", "Ġb"]);
  assertEquals(texts(level, " a"), ["Ġa"]);
  assertEquals([cut(level, "a")[0]!.start(0), cut(level, "a")[0]!.end(0)], [0, 0]);
  assertEquals(texts({ ...level, add_prefix_space: false, use_regex: false }, "a b"), ["aĠb"]);
});

Deno.test("preTokenizer() splits words at all white space of Unicode and at no byte order mark", () => {
  const level = { type: "ByteLevel", add_prefix_space: false };
  assertEquals(texts(level, "a\u0085b").length, 3);
  assertEquals(texts(level, "?\ufeff?").length, 1);
});

Deno.test("preTokenizer() puts SentencePiece's letter first by its scheme", () => {
  const space = (prepend_scheme: string): Record<string, unknown> => ({
    type: "Metaspace",
    prepend_scheme,
  });
  assertEquals(texts(space("always"), "a  b"), ["▁a", "▁", "▁b"]);
  assertEquals(texts(space("never"), "a b"), ["a", "▁b"]);
  assertEquals(texts(space("first"), "a"), ["▁a"]);
  assertEquals(texts(space("first"), "a", false), ["a"]);
  assertEquals(texts(space("always"), " a"), ["▁a"]);
  assertEquals(texts({ type: "Metaspace", add_prefix_space: false }, "a"), ["a"]);
  assertEquals(texts({ ...space("always"), split: false, replacement: "_" }, "a b"), ["_a_b"]);
});

Deno.test("spellBytes() gives each letter the range of its whole character", () => {
  const piece = spellBytes(Aligned.original("aé👩", 7));
  assertEquals(piece.text, "aÃ©ðŁĳ©");
  assertEquals([...piece.text].map((_, at) => [piece.start(at), piece.end(at)]), [
    [7, 8],
    [8, 9],
    [8, 9],
    [9, 11],
    [9, 11],
    [9, 11],
    [9, 11],
  ]);
});

Deno.test("preTokenizer() says what it cannot read", () => {
  const refused = (settings: unknown, says: string): void => {
    assertThrows(() => cut(settings, ""), SyntaxError, says);
  };
  refused({ type: "UnicodeScripts" }, "Cannot read t.json as type must be one of BertPreTokenizer");
  refused({ type: "Split", pattern: 3 }, "pattern must be { Regex } or { String }");
  refused({ type: "Split", pattern: { Regex: "[" } }, "pattern must be a pattern that JavaScript");
  refused(
    { type: "Split", pattern: { String: "a" }, behavior: "x" },
    "behavior must be one of Isolated, Removed",
  );
  refused({ type: "Metaspace", prepend_scheme: "x" }, 'prepend_scheme must be "always", "never"');
  refused(
    { type: "ByteLevel", use_regex: 1 },
    "use_regex must be true or false: current value is 1",
  );
});
