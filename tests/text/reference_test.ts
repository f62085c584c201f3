import { assert, assertEquals } from "../assert.ts";
import { type Encoding, type Token, Tokenizer } from "../../lib/text/mod.ts";
import { reference, tokenizer } from "./read_fixture.ts";

const { texts, tokenizers, pieces } = reference();

for (const [name, rows] of Object.entries(tokenizers)) {
  Deno.test(`A-28 Tokenizer.encode() gives the ids of the reference: ${name}`, () => {
    const read = tokenizer(name);
    texts.forEach((text, index) => {
      const { ids } = read.encode(text);
      const expected = rows[index]!.ids;
      // Python doubles a beginning-of-text token that the text has already.
      const twice = expected[0] === read.beginningToken?.id && expected[0] === expected[1];
      assertEquals(ids, twice ? expected.slice(1) : expected, JSON.stringify(text));
    });
  });

  Deno.test(`Tokenizer.encode() gives offsets that hold those of the reference: ${name}`, () => {
    const read = tokenizer(name);
    texts.forEach((text, index) => {
      const encoding = read.encode(text);
      const { ids, offsets } = rows[index]!;
      if (ids.length === encoding.ids.length) {
        encoding.tokens.forEach((token, at) =>
          compare(encoding, token, offsets[2 * at]!, offsets[2 * at + 1]!, name)
        );
      }
    });
  });

  Deno.test(`Tokenizer.decode() gives the text of the reference: ${name}`, () => {
    const read = tokenizer(name);
    rows.forEach(({ ids, decoded }) => {
      // Python spells the added token "N" as its normalizer changes it.
      const expected = name === "added" ? decoded.replace(/n$/, "N") : decoded;
      assertEquals(read.decode(ids), expected);
    });
  });
}

/** Holds the range of a token against the reference's. */
function compare(
  { text, tokens }: Encoding,
  token: Token,
  start: number,
  end: number,
  name: string,
): void {
  const said = `${name}: ${JSON.stringify(token)} of ${JSON.stringify(text)}, not ${start}, ${end}`;
  if (token.start === token.end) {
    // What stands for nothing: a special token at an end (0, 0 there), or a prefix (a first character there).
    assert(token === tokens[0] || token === tokens.at(-1) || /^ ?$/.test(token.text), said);
    assert(end - start <= 2, said);
  } else if (name === "unigram_bytes" && token.bytes.length === 1) {
    // There each byte has the range of a whole run of unknown characters, here of its own character.
    assert(token.start < end && start < token.end, said);
  } else {
    // There a composed character has the range of its first part, here of all.
    assert(token.start <= start && token.end >= end, said);
    assert(token.end - token.start - (end - start) <= 8, said);
    // T5's normalizer makes one space of many, which has the range of the last there, of all here.
    if (name !== "t5" && text === text.normalize("NFC") && text === text.normalize("NFD")) {
      assertEquals([token.start, token.end], [start, end], said);
    }
  }
}

for (const { pre_tokenizer, normalizer, rows } of pieces) {
  const what = JSON.stringify(normalizer ?? pre_tokenizer);
  Deno.test(`Tokenizer.encode() cuts where the reference cuts: ${what}`, () => {
    const read = Tokenizer.fromJson({
      pre_tokenizer,
      normalizer,
      model: { type: "WordLevel", vocab: { "<unk>": 0 }, unk_token: "<unk>" },
    });
    texts.forEach((text, index) => {
      const encoding = read.encode(text);
      const { offsets } = rows[index]!;
      const said = JSON.stringify(text);
      if (normalizer === null) {
        assertEquals(encoding.tokens.flatMap(({ start, end }) => [start, end]), offsets, said);
        return;
      }
      assertEquals(encoding.tokens.length, offsets.length / 2, said);
      encoding.tokens.forEach((token, at) => {
        const [start, end] = [offsets[2 * at]!, offsets[2 * at + 1]!];
        // There what is put in has the range of a neighbour, here it has none; what is composed, as above.
        if (token.start === token.end) assert(end - start <= 2 && token.start <= start, said);
        else assert(token.start <= start && token.end >= end, said);
      });
    });
  });
}
