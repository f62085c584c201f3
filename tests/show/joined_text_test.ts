import { joinedText } from "../../lib/show/mod.ts";
import { assertEquals } from "../assert.ts";

/** The bytes of a text, a token each. */
const bytewise = (text: string) =>
  Array.from(new TextEncoder().encode(text), (byte) => ({
    text: byte < 128 ? String.fromCharCode(byte) : "\uFFFD",
    bytes: Uint8Array.of(byte),
  }));

Deno.test("joinedText() puts characters together whose bytes lie in several tokens", () => {
  for (const text of ["The café is", "I ❤ שלום 中", "\uFEFFa😀b", ""]) {
    assertEquals(joinedText(bytewise(text)), text);
  }
  const whole = { text: " x", bytes: new TextEncoder().encode(" x") };
  // What ends within a character, and what has a whole token between its bytes, is broken.
  assertEquals(joinedText(bytewise("é").slice(0, 1)), "\uFFFD");
  const [first, second] = bytewise("é");
  assertEquals(joinedText([first!, whole, second!]), "\uFFFD x\uFFFD");
  assertEquals(joinedText([{ text: "\uFFFD" }, { text: "b" }]), "\uFFFDb");
});
