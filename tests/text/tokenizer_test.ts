import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Tokenizer } from "../../lib/text/mod.ts";
import { dice, letters, shippedTokenizer, tokenizer, tokenizerJson } from "./read_fixture.ts";
import { processorTime } from "../processor_time.ts";

const seedling = shippedTokenizer();
const special = { content: "<b>", special: true };
const nasty = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "\u2028\u2029\u0085",
  "\0\x01\x1b[31m\x7f",
  "👩‍👩‍👧‍👦🏳️‍🌈",
  "中文 العربية हिन्दी",
  "\ufeff\ufeffx",
  "\u202Eright to left\u202C",
  "e\u0301\u0301\u0301",
  "\ufffd\uffff\u{10FFFF}",
  "   \t\r\n \n",
];

/** A text of random characters of every plane, without half surrogates. */
function randomText(roll: (below: number) => number): string {
  let text = "";
  for (let length = roll(30); length > 0; length--) {
    const bound = [0x80, 0x800, 0x3000, 0x10000, 0x110000][roll(5)]!;
    const code = roll(bound);
    text += code >= 0xD800 && code <= 0xDFFF ? " " : String.fromCodePoint(code);
  }
  return text;
}

Deno.test("A-28 Tokenizer.decode() undoes encode() on any text, and offsets hold each token", () => {
  const roll = dice(1);
  const texts = [...nasty, ...Array.from({ length: 1500 }, () => randomText(roll))];
  for (const read of [seedling, tokenizer("llama3")]) {
    for (const text of texts) {
      const { ids, tokens } = read.encode(text, { beginning: false });
      assertEquals(read.decode(ids), text);
      let at = 0;
      for (const { start, end, text: own, bytes } of tokens) {
        assert(start <= at && end >= at, "no gap, and at most one character shared");
        const held = text.slice(start, end);
        if (!own.includes("\ufffd")) assertEquals(held, own);
        else assert(new TextEncoder().encode(held).length >= bytes.length);
        at = end;
      }
      assertEquals(at, text.length);
    }
  }
});

Deno.test("A-28 Tokenizer.decode() undoes encode() where a space is put first and taken off", () => {
  const llama2 = tokenizer("llama2");
  for (const text of ["", " ", "Mary", " Mary", "  a\nb\t", "日本語 👩‍👧", "\u2028"]) {
    assertEquals(llama2.decode(llama2.encode(text, { beginning: false }).ids), text);
  }
});

Deno.test("A-28 Tokenizer.encode() gives a word with its space as one token", () => {
  assertEquals(seedling.encode(" Mary", { beginning: false }).ids.length, 1);
  assertEquals(seedling.toSingleToken(" Mary"), seedling.encode(" Mary").ids[1]);
});

Deno.test("A-28 Tokenizer.encode() prepends the beginning-of-text token where the settings say so", () => {
  const { ids, beginning, tokens } = seedling.encode("Mary");
  assertEquals([ids[0], beginning], [0, true]);
  assertEquals(tokens[0], { ...seedling.token(0), start: 0, end: 0 });
  assertEquals(seedling.encode("").ids, [0]);
  const off = seedling.encode("Mary", { beginning: false });
  assertEquals([off.ids, off.beginning], [ids.slice(1), false]);
});

Deno.test("Tokenizer.encode() never doubles the beginning-of-text token", () => {
  const { ids, beginning, tokens } = seedling.encode("<|endoftext|>When");
  assertEquals(ids, seedling.encode("When").ids);
  assertEquals([beginning, tokens[0]!.start, tokens[0]!.end], [true, 0, 13]);
  assertEquals(seedling.encode("<|endoftext|>When", { beginning: true }).ids, ids);
  assertEquals(seedling.encode("<|endoftext|>When", { beginning: false }).beginning, true);
});

Deno.test("Tokenizer.encode() appends what the settings say, and marks it", () => {
  const bert = tokenizer("bert");
  const { ids, tokens, beginning, end } = bert.encode("Mary  ");
  assertEquals([ids[0], ids.at(-1), beginning, end], [2, 3, true, true]);
  assertEquals([tokens.at(-1)!.start, tokens.at(-1)!.end], [6, 6]);
  assertEquals(bert.encode("Mary", { beginning: false, end: false }).ids.length, 1);
  assertEquals(bert.encode("", {}).ids, [2, 3]);
  assertEquals(tokenizer("t5").encode("").ids, [2]);
  assertEquals(tokenizer("t5").encode("a", { end: false }).end, false);
});

Deno.test("Tokenizer.encode() says that a token asked for is not there", () => {
  const plain = Tokenizer.fromJson(letters());
  assertEquals([plain.beginningToken, plain.endToken], [null, null]);
  assertEquals(plain.encode("ab").beginning, false);
  assertThrows(
    () => plain.encode("ab", { beginning: true }),
    RangeError,
    "Cannot encode with { beginning: true } as the tokenizer must have a beginning-of-text token: " +
      "neither its post-processor nor its tokenizer_config.json names one",
  );
  assertThrows(() => plain.encode("ab", { end: true }), RangeError, "an end-of-text token");
});

Deno.test("Tokenizer.encode() gives the raw bytes and the whole character of a split character", () => {
  const { tokens } = seedling.encode("é👩", { beginning: false });
  assertEquals(tokens.map(({ start, end }) => [start, end]), [
    [0, 1],
    [0, 1],
    [1, 3],
    [1, 3],
    [1, 3],
    [1, 3],
  ]);
  assertEquals(tokens.map(({ bytes }) => bytes[0]), [0xC3, 0xA9, 0xF0, 0x9F, 0x91, 0xA9]);
  assertEquals(tokens[0]!.text, "\ufffd");
  const { tokens: fallback } = tokenizer("llama2").encode("👩", { beginning: false });
  assertEquals(fallback.slice(-4).map(({ bytes }) => bytes[0]), [0xF0, 0x9F, 0x91, 0xA9]);
  assertEquals(fallback.slice(-4).every(({ start, end }) => start === 0 && end === 2), true);
});

Deno.test("Tokenizer.encode() points into the text as given where normalizing changes its length", () => {
  const text = "e\u0301 \uFB03 \u0130x"; // é in two, ffi as one, İ that lower-cases to two
  for (const type of ["NFC", "NFD", "NFKC", "NFKD", "Lowercase"]) {
    const read = Tokenizer.fromJson(letters({ normalizer: { type } }));
    const { tokens, text: kept } = read.encode(text);
    assertEquals(kept, text);
    assertEquals(tokens.at(-1)!.end, text.length);
    assertEquals(text.slice(tokens.at(-1)!.start, tokens.at(-1)!.end), "x");
    const spaces = tokens.filter((token) => token.text === " ");
    assertEquals(spaces.map(({ start, end }) => text.slice(start, end)), [" ", " "]);
  }
});

Deno.test("Tokenizer.encode() refuses half a surrogate pair and says where it stands", () => {
  assertThrows(
    () => seedling.encode("ab\ud83d"),
    TypeError,
    "Cannot encode a text as it must be well formed: half of a surrogate pair (U+D83D) stands " +
      "alone at 2, and text.toWellFormed() would put U+FFFD in its place",
  );
  assertThrows(() => seedling.encode("👩\ude00"), TypeError, "(U+DE00) stands alone at 2");
  assertThrows(() => seedling.encode(undefined as unknown as string), TypeError, "a string");
});

Deno.test("Tokenizer.encode() says which piece has no token where there is no unknown token", () => {
  const json = tokenizerJson("llama2") as { model: Record<string, unknown> };
  const model = { ...json.model, unk_token: null, byte_fallback: false };
  assertThrows(
    () => Tokenizer.fromJson({ ...json, model }).encode("a 語"),
    RangeError,
    'Cannot encode "語" as each piece must have a token: the vocabulary has neither it nor an ' +
      "unknown token",
  );
});

Deno.test("Tokenizer.encodeBatch() encodes each text on its own", () => {
  const texts = ["When Mary", "", " and"];
  assertEquals(
    seedling.encodeBatch(texts, { beginning: false }).map(({ ids }) => ids),
    texts.map((text) => seedling.encode(text, { beginning: false }).ids),
  );
});

Deno.test("Tokenizer.encode() and decode() take tokens of 10,000 characters", () => {
  const long = "x".repeat(10_000);
  const read = Tokenizer.fromJson({
    added_tokens: [{ id: 1, content: `<${long}>`, special: false }],
    decoder: { type: "Fuse" },
    pre_tokenizer: { type: "WhitespaceSplit" },
    model: { type: "WordLevel", vocab: { [long]: 0, "?": 2 }, unk_token: "?" },
  });
  const { ids, tokens } = read.encode(`<${long}> ${long}`);
  assertEquals([ids, tokens[1]!.start, tokens[1]!.end], [[1, 0], 10_003, 20_003]);
  assertEquals(read.decode(ids), `<${long}>${long}`);
  assertEquals(read.token(0).text, long);
});

Deno.test("Tokenizer.encode() takes time in proportion to the text, up to 1 MB and however odd", () => {
  const texts = ["a", " ", "👩", "<", "e\u0301"].map((text) => text.repeat(50_000 / text.length));
  texts.push("e" + "\u0301".repeat(50_000), "When Mary went ".repeat(70_000));
  for (const text of texts) {
    const start = processorTime();
    assertEquals(seedling.decode(seedling.encode(text, { beginning: false }).ids), text);
    assert(processorTime() - start < 10_000, "quadratic would be minutes");
  }
});

Deno.test("Tokenizer.decode() is exact: nothing is cleaned up, nothing is dropped", () => {
  assertEquals(seedling.decode([]), "");
  for (const text of ["Hello , world !", "a . b ? do n't", "\ufeffx", "  ", " 's"]) {
    assertEquals(seedling.decode(seedling.encode(text, { beginning: false }).ids), text);
  }
  const { ids } = seedling.encode("When<|endoftext|>");
  assertEquals(seedling.decode(ids), "<|endoftext|>When<|endoftext|>");
  assertEquals(seedling.decode(ids, { special: false }), "When");
});

Deno.test("Tokenizer.decode() and token() refuse ids that no token has", () => {
  for (const id of [3256, -1, 1.5, NaN, 2 ** 40]) {
    const says = `Cannot find token ${id} as an id must be an integer from 0 to 3255`;
    assertThrows(() => seedling.decode([1, id]), RangeError, says);
    assertThrows(() => seedling.token(id), RangeError, says);
    assertThrows(() => seedling.fromIds([id]), RangeError, says);
  }
  const model = { type: "WordLevel", vocab: { a: 0, b: 5 }, unk_token: "a" };
  const holed = Tokenizer.fromJson({ model });
  assertEquals(holed.vocabularySize, 6);
  assertThrows(() => holed.token(3), RangeError, "must be in the vocabulary: this one is left out");
});

Deno.test("Tokenizer.fromIds() places tokens in the decoded text", () => {
  const { ids, tokens } = seedling.encode("a é👩 b");
  const back = seedling.fromIds(ids);
  assertEquals(back.text, "<|endoftext|>a é👩 b");
  assertEquals(back.beginning, true);
  const shift = "<|endoftext|>".length;
  assertEquals(
    back.tokens.slice(1).map(({ start, end }) => [start - shift, end - shift]),
    tokens.slice(1).map(({ start, end }) => [start, end]),
  );
  assertEquals(seedling.fromIds([]), {
    text: "",
    ids: [],
    tokens: [],
    beginning: false,
    end: false,
  });
});

Deno.test("Tokenizer.fromIds() places any ids, broken characters too", () => {
  const roll = dice(2);
  for (const name of ["seedling", "llama2", "t5", "bert", "clip", "unigram_bytes"]) {
    const read = tokenizer(name);
    for (let i = 0; i < 100; i++) {
      const ids = Array.from({ length: roll(20) }, () => roll(read.vocabularySize));
      const { text, tokens } = read.fromIds(ids);
      assertEquals(text, read.decode(ids));
      let at = 0;
      for (const { start, end } of tokens) {
        assert(start <= at && end >= start && start >= at - 2);
        at = Math.max(at, end);
      }
      assertEquals(at, text.length);
    }
  }
});

Deno.test("Tokenizer.toSingleToken() says how a text splits, and what was meant", () => {
  assertThrows(
    () => seedling.toSingleToken("year"),
    RangeError,
    'Cannot find one token for "year" as it splits into 2: "y", "ear"; did you mean " year", ' +
      "which is one token?",
  );
  assertThrows(
    () => seedling.toSingleToken(" zzqx"),
    RangeError,
    'Cannot find one token for " zzqx" as it splits into',
  );
  assertThrows(() => seedling.toSingleToken(" ,"), RangeError, 'did you mean ","');
  assertThrows(() => seedling.toSingleToken("x ".repeat(50)), RangeError, ", …");
  assertThrows(() => seedling.toSingleToken(""), RangeError, "as it must not be empty");
  assertEquals(seedling.toSingleToken("<|endoftext|>"), 0);
});

Deno.test("Tokenizer.fromJson() names the file and what it expected", () => {
  const refused = (json: unknown, says: string): void => {
    const file = "folder/tokenizer.json";
    assertThrows(() => Tokenizer.fromJson(json, undefined, { file }), SyntaxError, says);
  };
  const start = "Cannot read folder/tokenizer.json as";
  refused(null, `${start} it must be an object: current value is null`);
  refused([], `${start} it must be an object: current value is []`);
  refused({}, `${start} model must be an object: there is none`);
  refused({ model: 3 }, `${start} model must be an object: current value is 3`);
  refused({ model: { type: "X" } }, "model.type must be one of BPE, Unigram, WordLevel, WordPiece");
  refused(letters({ added_tokens: [{ id: "0" }] }), `${start} added_tokens[0].id must be a number`);
  refused(letters({ added_tokens: {} }), `${start} added_tokens must be a list`);
  refused(letters({ normalizer: { type: "Nmu" } }), "normalizer.type must be one of BertNorm");
  refused(
    letters({ pre_tokenizer: { type: "Sequence", pretokenizers: [{}] } }),
    `${start} pre_tokenizer.pretokenizers[0].type must be a string: there is none`,
  );
  refused(letters({ decoder: { type: "CTC" } }), `${start} decoder.type must be one of BPEDecoder`);
  refused(
    letters({ post_processor: { type: "?" } }),
    `${start} post_processor.type must be one of`,
  );
});

Deno.test("Tokenizer.fromJson() names the settings beside the file", () => {
  const json = letters({ added_tokens: [{ id: 20, ...special }] });
  const read = (config: unknown): Tokenizer =>
    Tokenizer.fromJson(json, config, { file: "folder/tokenizer.json" });
  const start = "Cannot read folder/tokenizer_config.json as";
  assertThrows(() => read([]), SyntaxError, `${start} it must be an object`);
  assertThrows(
    () => read({ bos_token: "<s>" }),
    SyntaxError,
    `${start} bos_token must be in the vocabulary: current value is "<s>"`,
  );
  assertThrows(
    () => read({ add_bos_token: true }),
    SyntaxError,
    `${start} bos_token must be a token, as add_bos_token is true: there is none`,
  );
  assertEquals(read({ bos_token: { content: "<b>" }, add_bos_token: true }).encode("a").ids, [
    20,
    1,
  ]);
  assertEquals(read({ bos_token: "<b>" }).encode("a").ids, [1]);
  assertEquals(read({ bos_token: "<b>" }).encode("a", { beginning: true }).ids, [20, 1]);
});
