import { assertEquals, assertThrows } from "../assert.ts";
import { singleToken } from "../../lib/text/single_token.ts";
import type { Token } from "../../lib/text/mod.ts";

/** Cuts a text into letters, but for " ab", which is one token. */
function encode(text: string): Token[] {
  const parts = text === " ab" ? [text] : [...text];
  return parts.map((text, id) => ({
    id: id + 7,
    text,
    start: 0,
    end: 0,
    bytes: new Uint8Array(),
    special: false,
  }));
}

Deno.test("singleToken() gives the id of one token", () => {
  assertEquals([singleToken("a", encode), singleToken(" ab", encode)], [7, 7]);
});

Deno.test("singleToken() says into what a text splits, and what would not", () => {
  assertThrows(
    () => singleToken("ab", encode),
    RangeError,
    'Cannot find one token for "ab" as it splits into 2: "a", "b"; did you mean " ab", which is one token?',
  );
  assertThrows(() => singleToken("", encode), RangeError, 'for "" as it must not be empty');
  assertThrows(() => singleToken("x".repeat(20), encode), RangeError, 'splits into 20: "x", ');
});
