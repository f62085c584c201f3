import { assertEquals } from "../assert.ts";
import { byteLetters, byteRanges, fromBytes, letterBytes, toBytes } from "../../lib/text/utf8.ts";
import { dice } from "./read_fixture.ts";

Deno.test("fromBytes() keeps byte order marks, and marks what is not UTF-8", () => {
  assertEquals(fromBytes(toBytes("\ufeffa\ufeff")), "\ufeffa\ufeff");
  assertEquals(fromBytes(Uint8Array.of(0x61, 0xFF)), "a\ufffd");
});

Deno.test("byteLetters gives each byte a letter of its own, as GPT-2 does", () => {
  assertEquals(new Set(byteLetters).size, 256);
  assertEquals(
    [byteLetters[0x20], byteLetters[0x0A], byteLetters[0x61], byteLetters[0xAD], byteLetters[0xE9]],
    ["Ġ", "Ċ", "a", "Ń", "é"],
  );
  for (let byte = 0; byte < 256; byte++) assertEquals(letterBytes.get(byteLetters[byte]!), byte);
});

Deno.test("byteRanges() agrees with the decoder on every beginning of a character", () => {
  const interesting = [
    0x00,
    0x61,
    0x7F,
    0x80,
    0x8F,
    0x90,
    0x9F,
    0xA0,
    0xBF,
    0xC0,
    0xC1,
    0xC2,
    0xDF,
  ];
  interesting.push(0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF);
  const roll = dice(4);
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from({ length: 1 + roll(6) }, () => interesting[roll(23)]!);
    const text = fromBytes(bytes);
    const { starts, ends } = byteRanges(bytes);
    assertEquals([starts[0], ends.at(-1)], [0, text.length]);
    for (let at = 0; at < bytes.length; at++) {
      const before = at === 0 ? 0 : ends[at - 1]!;
      const same = at > 0 && starts[at] === starts[at - 1];
      assertEquals(same || starts[at] === before, true);
      // What is no U+FFFD decodes from exactly its bytes.
      const held = text.slice(starts[at], ends[at]);
      const own = bytes.filter((_, other) => starts[other] === starts[at]);
      assertEquals(fromBytes(own), held);
    }
  }
});
