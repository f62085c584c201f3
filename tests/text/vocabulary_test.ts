import { TokenBytes } from "../../lib/text/token_bytes.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../assert.ts";
import { addedTokens } from "../../lib/text/added_tokens.ts";
import { decoder } from "../../lib/text/decoders.ts";
import { model } from "../../lib/text/models.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";
import { fromBytes } from "../../lib/text/utf8.ts";
import { Vocabulary } from "../../lib/text/vocabulary.ts";

/** A vocabulary of SentencePiece's kind. */
function vocabulary(): Vocabulary {
  const whole = Part.whole("t.json", {
    added_tokens: [{ id: 9, content: "<s>", special: true }],
    decoder: { type: "Metaspace" },
    model: { type: "WordLevel", vocab: { "▁a": 0, "▁": 1, "b": 2 }, unk_token: "b" },
  });
  return new Vocabulary(
    model(whole.part("model")!),
    addedTokens(whole),
    decoder(whole.part("decoder")),
  );
}

Deno.test("Vocabulary.entry() says what an id stands for, and shares it", () => {
  const entries = vocabulary();
  assertEquals(entries.size, 10);
  assertEquals(entries.entry(0), {
    id: 0,
    text: " a",
    bytes: TokenBytes.of(0x20, 0x61),
    special: false,
  });
  assertEquals(entries.entry(9).special, true);
  assertStrictEquals(entries.entry(0).bytes, entries.entry(0).bytes);
  assertThrows(() => entries.entry(5), RangeError, "this one is left out");
  assertThrows(() => entries.entry(10), RangeError, "an integer from 0 to 9");
});

Deno.test("Vocabulary.join() drops the space that encoding put first, and moves the ends", () => {
  const entries = vocabulary();
  const join = (...ids: number[]): [string, number[]] => {
    const { bytes, ends } = entries.join(ids.map((id) => entries.entry(id)));
    return [fromBytes(bytes), ends];
  };
  assertEquals(join(0, 0, 2), ["a ab", [1, 3, 4]]);
  assertEquals(join(1, 2), ["b", [0, 1]]);
  assertEquals(join(9, 0), ["<s> a", [3, 5]]);
  assertEquals(join(), ["", []]);
});
