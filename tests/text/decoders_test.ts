import { assertEquals, assertThrows } from "../assert.ts";
import { decoder } from "../../lib/text/decoders.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";
import { fromBytes } from "../../lib/text/utf8.ts";

/** Reads a decoder. */
function read(settings: unknown): ReturnType<typeof decoder> {
  return decoder(settings === null ? null : Part.whole("t.json", settings));
}

/** What entries spell inside a text. */
function spelt(settings: unknown, ...entries: string[]): string[] {
  return entries.map((entry) => fromBytes(read(settings).bytes(entry, false)));
}

Deno.test("decoder() reads letters as bytes, but not those of added tokens", () => {
  const level = { type: "ByteLevel" };
  assertEquals(spelt(level, "Ġa", "âĢĻ", "日"), [" a", "’", "日"]);
  assertEquals([...read(level).bytes("âĢ", false)], [0xE2, 0x80]);
  assertEquals(fromBytes(read(level).bytes("é", true)), "é");
});

Deno.test("decoder() reads SentencePiece's entries in both of its ways", () => {
  const steps = {
    type: "Sequence",
    decoders: [
      { type: "Replace", pattern: { String: "▁" }, content: " " },
      { type: "ByteFallback" },
      { type: "Fuse" },
      { type: "Strip", content: " ", start: 1, stop: 0 },
    ],
  };
  assertEquals(spelt(steps, "▁a▁b", "<0x41>", "<0xZZ>"), [" a b", "A", "<0xZZ>"]);
  assertEquals(read(steps).trim, { character: " ", start: 1, end: 0 });
  assertEquals(spelt({ type: "Metaspace" }, "▁a"), [" a"]);
  assertEquals(read({ type: "Metaspace" }).trim.start, 1);
  assertEquals(read({ type: "Metaspace", prepend_scheme: "never" }).trim.start, 0);
  assertEquals(read({ type: "Metaspace", add_prefix_space: false }).trim.start, 0);
});

Deno.test("decoder() parts words by spaces where the kind of tokenizer does", () => {
  assertEquals(spelt({ type: "WordPiece", prefix: "##" }, "un", "##aff"), [" un", "aff"]);
  assertEquals(spelt({ type: "BPEDecoder", suffix: "</w>" }, "un", "aff</w>"), ["un", "aff "]);
  assertEquals(read({ type: "BPEDecoder" }).trim, { character: " ", start: 0, end: 1 });
  assertEquals(spelt(null, "a"), [" a"]);
});

Deno.test("decoder() strips each entry before Fuse and the text after it", () => {
  const strip = { type: "Strip", content: "x", start: 1, stop: 2 };
  assertEquals(spelt(strip, "xxaxxx", "x", ""), ["xax", "", ""]);
  const fused = { type: "Sequence", decoders: [{ type: "Fuse" }, strip] };
  assertEquals(spelt(fused, "xxa"), ["xxa"]);
  assertEquals(read(fused).trim, { character: "x", start: 1, end: 2 });
});

Deno.test("decoder() says what it cannot read", () => {
  assertThrows(() => read({ type: "CTC" }), SyntaxError, "type must be one of BPEDecoder");
  assertThrows(() => read({ type: "Replace" }), SyntaxError, "pattern must be { Regex } or");
  assertThrows(
    () => read({ type: "Replace", pattern: { Regex: "(" }, content: "" }),
    SyntaxError,
    "pattern must be a pattern that JavaScript can match",
  );
});
