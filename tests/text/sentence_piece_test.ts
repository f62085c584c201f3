import { assertEquals, assertThrows } from "../assert.ts";
import { Tokenizer } from "../../lib/text/mod.ts";
import { readSentencePiece } from "../../lib/text/sentence_piece.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";
import { unpack } from "./read_fixture.ts";

const { texts, pieces } = await unpack<{
  texts: string[];
  pieces: Record<string, { model: string; ids: number[][] }>;
}>("older.json.gz");

function named(tokenizer_class: string): Part {
  return Part.whole("tokenizer_config.json", { tokenizer_class });
}

function read(name: string, kind: string): Tokenizer {
  const bytes = Uint8Array.fromBase64(pieces[name]!.model);
  return Tokenizer.fromJson(readSentencePiece(bytes, "tokenizer.model", named(kind)));
}

for (const name of Object.keys(pieces)) {
  Deno.test(`A-28 readSentencePiece() gives the ids of SentencePiece itself: ${name}`, () => {
    const tokenizer = read(name, "LlamaTokenizer");
    texts.forEach((text, index) => {
      const { ids } = tokenizer.encode(text, { beginning: false });
      assertEquals(ids, pieces[name]!.ids[index], JSON.stringify(text));
    });
  });
}

Deno.test("readSentencePiece() puts round a text what the class does", () => {
  const ends = (name: string, kind: string): (string | undefined)[] => {
    const { tokens } = read(name, kind).encode("a");
    return [tokens[0], tokens.at(-1)].map((token) => token?.special ? token.text : undefined);
  };
  assertEquals(ends("llama", "LlamaTokenizerFast"), ["<s>", undefined]);
  assertEquals(ends("gemma", "GemmaTokenizer"), ["<s>", undefined]);
  assertEquals(ends("t5", "T5Tokenizer"), [undefined, "</s>"]);
});

Deno.test("readSentencePiece() gives back a text without the space that is put first", () => {
  for (const text of ["Mary had", " Mary", "日本語 👩‍👧\n"]) {
    const tokenizer = read("llama", "LlamaTokenizer");
    assertEquals(tokenizer.decode(tokenizer.encode(text, { beginning: false }).ids), text);
  }
});

Deno.test("readSentencePiece() finds pieces that users defined in the text", () => {
  const tokenizer = read("gemma", "GemmaTokenizer");
  const { tokens } = tokenizer.encode("a<start_of_turn>\n\nb", { beginning: false });
  assertEquals(tokens.map(({ text, special }) => [text, special]), [
    ["a", false],
    ["<start_of_turn>", false],
    ["\n\n", false],
    ["b", false],
  ]);
});

Deno.test("readSentencePiece() says what it cannot read", () => {
  const bytes = Uint8Array.fromBase64(pieces["llama"]!.model);
  const refused = (bytes: Uint8Array, config: Part | null, says: string): void => {
    assertThrows(() => readSentencePiece(bytes, "x/tokenizer.model", config), SyntaxError, says);
  };
  const kind = named("LlamaTokenizer");
  refused(bytes, null, "must name one of LlamaTokenizer, CodeLlamaTokenizer, GemmaTokenizer, ");
  refused(bytes, named("XTokenizer"), 'current value is "XTokenizer"');
  refused(new Uint8Array(), kind, "Cannot read x/tokenizer.model as it must hold pieces");
  refused(bytes.slice(0, 1000), kind, "it ends early");
  refused(new TextEncoder().encode("{}"), kind, "Cannot read x/tokenizer.model as it must be");
  refused(Uint8Array.of(8, ...Array(10).fill(255)), kind, "a number in it has no end");
  // One piece "a", and the trainer's third field: 3 is a model of words.
  refused(
    Uint8Array.of(10, 3, 10, 1, 97, 18, 2, 24, 3),
    kind,
    "unigram or bpe: current value is 3",
  );
  refused(
    Uint8Array.of(10, 3, 10, 1, 97, 18, 3, 0xC0, 1, 1),
    kind,
    "spaces must stand before words",
  );
});
