import { assertEquals, assertThrows } from "../assert.ts";
import { Aligned } from "../../lib/text/aligned.ts";
import { charsmap } from "../../lib/text/charsmap.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";
import { tokenizerJson } from "./read_fixture.ts";

/** The table that SentencePiece compiled from the rules in `make.py`. */
const table = (tokenizerJson("t5") as {
  normalizer: { normalizers: [{ precompiled_charsmap: string }] };
}).normalizer.normalizers[0].precompiled_charsmap;

/** Replaces by a table. */
function mapped(precompiled_charsmap: unknown, text: string): Aligned {
  return charsmap(Part.whole("t.json", { precompiled_charsmap }))(Aligned.original(text, 0));
}

Deno.test("charsmap() replaces by the table that SentencePiece compiled", () => {
  assertEquals(mapped(table, "ﬁ①㎏é\u00a0x\u200b\u212b한").text, "fi1kge x\u00c5HAN");
  assertEquals(mapped(table, "e\u0301").text, "E");
  assertEquals(mapped(table, "plain text, e").text, "plain text, e");
  assertEquals(mapped(table, "").text, "");
});

Deno.test("charsmap() keeps the place of what it replaces", () => {
  const text = mapped(table, "aﬁ\u200b한b");
  assertEquals(text.text, "afiHANb");
  assertEquals([...text.text].map((_, at) => [text.start(at), text.end(at)]), [
    [0, 1],
    [1, 2],
    [1, 2],
    [3, 4],
    [3, 4],
    [3, 4],
    [4, 5],
  ]);
});

Deno.test("charsmap() changes nothing without a table", () => {
  for (const empty of ["", null, undefined]) assertEquals(mapped(empty, "ﬁ①").text, "ﬁ①");
});

Deno.test("charsmap() refuses a table that contradicts itself", () => {
  const bytes = (...values: number[]): string => btoa(String.fromCharCode(...values));
  assertThrows(
    () => mapped("é", "a"),
    SyntaxError,
    "Cannot read t.json as precompiled_charsmap must be base64",
  );
  for (
    const blob of [bytes(1), bytes(8, 0, 0, 0, 1), bytes(3, 0, 0, 0, 1, 1, 1), bytes(0, 0, 0, 0)]
  ) {
    assertThrows(() => mapped(blob, "a"), SyntaxError, "must be a trie behind its length");
  }
});

Deno.test("charsmap() survives a table with any byte changed", () => {
  const whole = Uint8Array.from(atob(table), (letter) => letter.charCodeAt(0));
  for (let at = 4; at < whole.length; at += 3) {
    const changed = whole.slice();
    changed[at] = changed[at]! ^ 0xFF;
    const blob = btoa(String.fromCharCode(...changed));
    try {
      mapped(blob, "ﬁ①㎏é\u00a0x\u200b\u212b한 plain");
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
});
