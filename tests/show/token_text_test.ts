import { exactText, tokenParts, tokenText } from "../../lib/show/token_text.ts";
import { hostile } from "../browser/views.ts";
import { assert, assertEquals } from "../assert.ts";

const shown = (text: string): string => tokenText({ text });

Deno.test("tokenText() gives what cannot be seen a form", () => {
  const cases: [string, string][] = [
    ["", "∅"],
    [" the", "·the"],
    ["the ", "the·"],
    ["a b", "a b"],
    ["a  b", "a··b"],
    ["   ", "···"],
    ["        if", "·×8if"],
    ["\n", "↵"],
    ["\t", "⇥"],
    ["\r\n", "⟨U+000D⟩↵"],
    ["\0", "⟨U+0000⟩"],
    ["\u00a0", "⟨U+00A0⟩"],
    ["\u200b", "⟨U+200B⟩"],
    ["\ufeff", "⟨U+FEFF⟩"],
    ["\u00ad", "⟨U+00AD⟩"],
    ["\u2028", "⟨U+2028⟩"],
    ["\u{e0041}", "⟨U+E0041⟩"],
    ["a\u202eb", "a⟨U+202E⟩b"],
    ["\ud83d", "⟨U+D83D⟩"],
    ["\u0301", "◌\u0301"],
    ["e\u0301", "e\u0301"],
    ["👨‍👩‍👧", "👨‍👩‍👧"],
    ["a\u200db", "a⟨U+200D⟩b"],
    ["שלום", "שלום"],
    ["中文", "中文"],
  ];
  for (const [text, form] of cases) assertEquals(shown(text), form);
});

Deno.test("tokenText() shows bytes that are no whole character", () => {
  const of = (...bytes: number[]): string =>
    tokenText({ text: "\ufffd", bytes: new Uint8Array(bytes) });
  assertEquals(of(0xe2, 0x80), "⟨E2 80⟩");
  assertEquals(of(0x20, 0xe2), "·⟨E2⟩");
  assertEquals(of(0x61, 0x80, 0x62, 0xff), "a⟨80⟩b⟨FF⟩");
  // Whole characters that need care: an overlong form, a surrogate, the replacement character itself.
  assertEquals(of(0xc0, 0x80), "⟨C0 80⟩");
  assertEquals(of(0xed, 0xa0, 0x80), "⟨ED A0 80⟩");
  assertEquals(of(0xef, 0xbf, 0xbd), "\ufffd");
  // Bytes count only where the text could not hold them.
  assertEquals(tokenText({ text: "é", bytes: new Uint8Array([0xc3, 0xa9]) }), "é");
});

Deno.test("tokenText() marks special tokens and shortens long ones, saying how long they are", () => {
  assertEquals(tokenText({ text: "<bos>", special: true }), "⟦<bos>⟧");
  const long = shown("x".repeat(9_999) + " ");
  assertEquals(long, `${"x".repeat(24)}…⟨10000 characters⟩…${"x".repeat(7)}·`);
  assertEquals(shown("😀".repeat(60)), `${"😀".repeat(24)}…⟨60 characters⟩…${"😀".repeat(8)}`);
});

Deno.test("tokenText() is one line of whole characters for any token", () => {
  for (const token of hostile) {
    const text = tokenText(token);
    assertEquals(text.toWellFormed(), text);
    assert(text.length > 0 && text.length < 200);
    assert(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text));
  }
});

Deno.test("tokenParts() tells marks from what they could be taken for", () => {
  assertEquals(tokenParts({ text: " ·" }), [
    { text: "·", mark: true },
    { text: "·", mark: false },
  ]);
});

Deno.test("exactText() quotes the text with nothing invisible in it", () => {
  assertEquals(exactText({ text: ' "a\n\u200b\ud800' }), '" \\"a\\n\\u{200B}\\ud800"');
  assert(exactText({ text: "x".repeat(10_000) }).endsWith("(10000 UTF-16 units)"));
});
