import { assertEquals, assertThrows } from "../assert.ts";
import { model } from "../../lib/text/models.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";

/** Reads a model. */
function read(settings: Record<string, unknown>): ReturnType<typeof model> {
  return model(Part.whole("t.json", settings));
}

/** A vocabulary of texts in their order. */
function ids(...texts: string[]): Record<string, number> {
  return Object.fromEntries(texts.map((text, id) => [text, id]));
}

/** Each token of a word, as text and range. */
function cuts(settings: Record<string, unknown>, word: string): (string | number)[][] {
  const read_ = read(settings);
  return read_.cut(word).map(({ id, from, to }) => [read_.entries.get(id)!, from, to]);
}

const bytes = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);

Deno.test("model() merges byte pairs in the order of the merges, written either way", () => {
  const vocab = ids("a", "b", "c", "ab", "bc", "abc");
  for (const merges of [["b c", "a b", "a bc"], [["b", "c"], ["a", "b"], ["a", "bc"]]]) {
    assertEquals(cuts({ type: "BPE", vocab, merges }, "abcab"), [["abc", 0, 3], ["ab", 3, 5]]);
  }
});

Deno.test("model() takes a whole word before merges where told", () => {
  const settings = { type: "BPE", vocab: ids("a", "b", "ab"), merges: [] };
  assertEquals(cuts(settings, "ab").length, 2);
  assertEquals(cuts({ ...settings, ignore_merges: true }, "ab"), [["ab", 0, 2]]);
});

Deno.test("model() counts no mark at the end of a word", () => {
  const vocab = ids("a", "b", "b</w>", "ab</w>");
  const settings = { type: "BPE", vocab, merges: ["a b</w>"], end_of_word_suffix: "</w>" };
  assertEquals(cuts(settings, "aab"), [["a", 0, 1], ["ab</w>", 1, 3]]);
});

Deno.test("model() spells unknown characters in bytes, or as one unknown token, or as many", () => {
  const vocab = { ...ids("?", "a"), ...Object.fromEntries(bytes.map((name, i) => [name, i + 2])) };
  const settings = { type: "BPE", vocab, merges: [], unk_token: "?" };
  assertEquals(cuts({ ...settings, byte_fallback: true }, "aéb"), [
    ["a", 0, 1],
    ["<0xC3>", 1, 2],
    ["<0xA9>", 1, 2],
    ["<0x62>", 2, 3],
  ]);
  assertEquals(cuts({ ...settings, fuse_unk: true }, "é👩a"), [["?", 0, 3], ["a", 3, 4]]);
  assertEquals(cuts(settings, "é👩"), [["?", 0, 1], ["?", 1, 3]]);
  assertThrows(() => cuts({ ...settings, unk_token: null }, "é"), RangeError, 'encode "é"');
});

Deno.test("model() finds the likeliest cut of a unigram model", () => {
  const vocab = [["?", 0], ["a", -1], ["b", -1], ["ab", -1.5], ["ba", -3]];
  assertEquals(cuts({ type: "Unigram", vocab, unk_id: 0 }, "abaé👩b"), [
    ["ab", 0, 2],
    ["a", 2, 3],
    ["?", 3, 6],
    ["b", 6, 7],
  ]);
  const more = [...vocab, ...bytes.map((name) => [name, -20])];
  assertEquals(
    cuts({ type: "Unigram", vocab: more, unk_id: 0, byte_fallback: true }, "é").map(([x]) => x),
    ["<0xC3>", "<0xA9>"],
  );
});

Deno.test("model() cuts the longest pieces of a word, or knows none of it", () => {
  const vocab = ids("[UNK]", "un", "##aff", "##able", "##a");
  assertEquals(cuts({ type: "WordPiece", vocab }, "unaffable"), [
    ["un", 0, 2],
    ["##aff", 2, 5],
    ["##able", 5, 9],
  ]);
  assertEquals(cuts({ type: "WordPiece", vocab }, "unaffz"), [["[UNK]", 0, 6]]);
  assertEquals(cuts({ type: "WordPiece", vocab, max_input_chars_per_word: 3 }, "unaff"), [
    ["[UNK]", 0, 5],
  ]);
  assertEquals(cuts({ type: "WordLevel", vocab, unk_token: "[UNK]" }, "un").length, 1);
  assertEquals(cuts({ type: "WordLevel", vocab, unk_token: "[UNK]" }, "x"), [["[UNK]", 0, 1]]);
});

Deno.test("model() knows a type that is left out, as old files leave it", () => {
  assertEquals(read({ vocab: ids("a"), merges: [] }).type, "BPE");
  assertEquals(read({ vocab: [["a", 0]] }).type, "Unigram");
  assertEquals(read({ vocab: ids("a"), unk_token: "a" }).type, "WordPiece");
});

Deno.test("model() takes entries named like what every object has", () => {
  const vocab = JSON.parse('{"__proto__":0,"constructor":1,"toString":2}');
  const settings = { type: "WordLevel", vocab, unk_token: "toString" };
  assertEquals(cuts(settings, "__proto__"), [["__proto__", 0, 9]]);
  assertEquals(cuts(settings, "valueOf"), [["toString", 0, 7]]);
});

Deno.test("model() says what it cannot read", () => {
  const refused = (settings: Record<string, unknown>, says: string): void => {
    assertThrows(() => read(settings), SyntaxError, says);
  };
  const bpe = { type: "BPE", vocab: ids("a", "b"), merges: [] };
  refused({ type: "BPE" }, "Cannot read t.json as vocab must be an object of ids by text");
  refused({ ...bpe, vocab: { a: 0, b: 0 } }, 'used once, and that of "b" is 0');
  refused(
    { ...bpe, vocab: { a: -1 } },
    'an integer from 0 on and used once, and that of "a" is -1',
  );
  refused({ ...bpe, vocab: { a: 1e10 } }, "used once");
  refused({ ...bpe, merges: {} }, "merges must be a list of pairs");
  refused({ ...bpe, dropout: 0.1 }, "dropout must be null, as encoding knows no chance");
  refused({ ...bpe, unk_token: "?" }, "unk_token must be in the vocabulary");
  refused({ ...bpe, byte_fallback: true }, "byte_fallback must be false, as the vocabulary lacks");
  refused({ type: "Unigram", vocab: [] }, "vocab must be a list of [text, score]");
  refused({ type: "Unigram", vocab: [["a", 0], ["b"]] }, "and entry 1 is none");
  refused({ type: "Unigram", vocab: [["a", 0]], unk_id: 1 }, "unk_id must be the id of an entry");
});
