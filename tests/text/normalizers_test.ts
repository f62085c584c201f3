import { assertEquals, assertThrows } from "../assert.ts";
import { Aligned } from "../../lib/text/aligned.ts";
import { normalizer } from "../../lib/text/normalizers.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";
import { dice } from "./read_fixture.ts";

/** Normalizes a text. */
function normalized(settings: unknown, text: string): Aligned {
  return normalizer(Part.whole("normalizer", settings))(Aligned.original(text, 0));
}

/** The original text behind each character. */
function origins(settings: unknown, text: string): string[] {
  const now = normalized(settings, text);
  let at = 0;
  return [...now.text].map((character) => {
    const origin = text.slice(now.start(at), now.end(at + character.length - 1));
    at += character.length;
    return `${character}<${origin}`;
  });
}

Deno.test("normalizer() gives the Unicode normal forms of any text", () => {
  const pool = [
    ..."ae\u0301\u0323\u0302\u1100\u1161\u11a8한글각ﬁ①Å\u212bé\u0344\u1e9b\u0c47\u0c56",
  ];
  pool.push("\u{1D15E}", "\u{11131}", "\u{11127}", "z", " ");
  const roll = dice(5);
  for (const type of ["NFC", "NFD", "NFKC", "NFKD"]) {
    for (let i = 0; i < 500; i++) {
      const text = Array.from({ length: roll(9) }, () => pool[roll(pool.length)]!).join("");
      assertEquals(normalized({ type }, text).text, text.normalize(type));
    }
  }
});

Deno.test("normalizer() keeps the place of what composes and decomposes", () => {
  assertEquals(origins({ type: "NFC" }, "xe\u0301y"), ["x<x", "é<e\u0301", "y<y"]);
  assertEquals(origins({ type: "NFD" }, "xéy"), ["x<x", "e<é", "\u0301<é", "y<y"]);
  assertEquals(origins({ type: "NFKC" }, "aﬃ①"), ["a<a", "f<ﬃ", "f<ﬃ", "i<ﬃ", "1<①"]);
  assertEquals(origins({ type: "NFC" }, "\u1112\u1161\u11abx"), ["한<\u1112\u1161\u11ab", "x<x"]);
  // The base stays where it is; the marks that change places share a range.
  assertEquals(origins({ type: "NFD" }, "q\u0307\u0323z"), [
    "q<q",
    "\u0323<\u0307\u0323",
    "\u0307<\u0307\u0323",
    "z<z",
  ]);
});

Deno.test("normalizer() lower-cases each character on its own", () => {
  assertEquals(origins({ type: "Lowercase" }, "ΑΣ İ"), ["α<Α", "σ<Σ", " < ", "i<İ", "\u0307<İ"]);
});

Deno.test("normalizer() strips, prefixes, replaces and takes accents off", () => {
  assertEquals(origins({ type: "Strip", strip_left: true, strip_right: false }, " a "), [
    "a<a",
    " < ",
  ]);
  assertEquals(
    normalized({ type: "Strip", strip_left: true, strip_right: true }, "\u0085 ").text,
    "",
  );
  assertEquals(origins({ type: "Prepend", prepend: "▁" }, "a"), ["▁<", "a<a"]);
  assertEquals(normalized({ type: "Prepend", prepend: "▁" }, "").text, "");
  assertEquals(
    origins({ type: "Replace", pattern: { Regex: "[ab]+" }, content: "$&" }, "abx"),
    ["$<ab", "&<ab", "x<x"],
  );
  assertEquals(
    origins({ type: "Replace", pattern: { String: "." }, content: "" }, "a.b"),
    ["a<a", "b<b"],
  );
  assertEquals(origins({ type: "StripAccents" }, "e\u0301é"), ["e<e", "é<é"]);
});

Deno.test("normalizer() cleans as BERT does", () => {
  const bert = {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    lowercase: true,
  };
  assertEquals(origins(bert, "É\0\t中𠀀"), [
    "e<É",
    " <\t",
    " <中",
    "中<中",
    " <中",
    " <𠀀",
    "𠀀<𠀀",
    " <𠀀",
  ]);
  assertEquals(normalized({ ...bert, lowercase: false }, "É").text, "É");
  assertEquals(normalized({ ...bert, strip_accents: false }, "É").text, "é");
});

Deno.test("normalizer() runs a sequence, and nothing where there is none", () => {
  const steps = { type: "Sequence", normalizers: [{ type: "NFD" }, { type: "StripAccents" }] };
  assertEquals(origins(steps, "éa"), ["e<é", "a<a"]);
  assertEquals(normalizer(null)(Aligned.original("É", 0)).text, "É");
});

Deno.test("normalizer() says what it cannot read", () => {
  const refused = (settings: unknown, says: string): void => {
    assertThrows(() => normalizer(Part.whole("t.json", settings)), SyntaxError, says);
  };
  refused({}, "Cannot read t.json as type must be a string: there is none");
  refused({ type: "Nmu" }, "type must be one of BertNormalizer, ByteLevel, Lowercase");
  refused({ type: "Prepend" }, "prepend must be a string: there is none");
  refused({ type: "Replace", pattern: {}, content: "" }, "pattern must be { Regex } or { String }");
  refused(
    { type: "Replace", pattern: { Regex: "(" }, content: "" },
    "pattern must be a pattern that JavaScript can match",
  );
});
