import { assertEquals, assertThrows } from "../assert.ts";
import { pairMerger } from "../../lib/text/byte_pairs.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";
import { dice } from "./read_fixture.ts";
import { processorTime } from "../processor_time.ts";

const none = { prefix: "", suffix: "" };

/** Builds a merger of a list of merges; the vocabulary is made of their parts. */
function merger(merges: unknown, entries: string[], borders = none): (word: string) => string[] {
  const vocabulary = new Map(entries.map((text, id) => [text, id]));
  const merge = pairMerger(Part.whole("t.json", { merges }), vocabulary, borders);
  return (word) => {
    const { ids, starts } = merge(word);
    return ids.map((id, i) => `${entries[id] ?? "?"}@${starts[i]}`);
  };
}

/** Merges as the paper says it: the best pair, everywhere, again and again. */
function plainly(word: string, merges: [string, string][]): string[] {
  let pieces = [...word];
  for (;;) {
    const rank = (i: number): number =>
      merges.findIndex(([a, b]) => a === pieces[i] && b === pieces[i + 1]);
    const ranks = pieces.slice(0, -1).map((_, i) => rank(i)).filter((found) => found >= 0);
    if (ranks.length === 0) return pieces;
    const [a, b] = merges[Math.min(...ranks)]!;
    const merged: string[] = [];
    for (let i = 0; i < pieces.length; i++) {
      const both = pieces[i] === a && pieces[i + 1] === b;
      merged.push(both ? a + b : pieces[i]!);
      if (both) i++;
    }
    pieces = merged;
  }
}

Deno.test("pairMerger() merges as the paper's plain loop does, on words of any letters", () => {
  const roll = dice(5);
  const letters = [..."abcd👩"];
  const entries = [...letters];
  const merges: [string, string][] = [];
  while (merges.length < 40) {
    const pair: [string, string] = [entries[roll(entries.length)]!, entries[roll(entries.length)]!];
    if (entries.includes(pair.join(""))) continue;
    merges.push(pair);
    entries.push(pair.join(""));
  }
  const cut = merger(merges, entries);
  for (let i = 0; i < 500; i++) {
    const word = Array.from({ length: roll(25) }, () => letters[roll(5)]).join("");
    let at = 0;
    const expected = plainly(word, merges).map((piece) => {
      at += piece.length;
      return `${piece}@${at - piece.length}`;
    });
    assertEquals(cut(word), expected, word);
    assertEquals(cut(word), expected, "a second time, from the cache");
  }
});

Deno.test("pairMerger() leaves what the vocabulary has not, and never merges over it", () => {
  const cut = merger(["a b"], ["a", "b", "ab"]);
  assertEquals(cut("aéb👩ab"), ["a@0", "?@1", "b@2", "?@3", "ab@5"]);
  assertEquals(cut(""), []);
});

Deno.test("pairMerger() spells what stands inside a word and at its end as the vocabulary does", () => {
  assertEquals(
    merger(["a ##b", "ab ##c"], ["a", "##b", "##c", "ab", "abc"], {
      prefix: "##",
      suffix: "",
    })("abcb"),
    ["abc@0", "##b@3"],
  );
  const ends = merger([["a", "b</w>"]], ["a", "b</w>", "ab</w>", "b"], {
    prefix: "",
    suffix: "</w>",
  });
  assertEquals(ends("ab"), ["ab</w>@0"]);
  assertEquals(ends("abb"), ["a@0", "b@1", "b</w>@2"]);
});

Deno.test("pairMerger() merges a word of 300,000 letters, which a quadratic search would not", () => {
  const entries = Array.from({ length: 12 }, (_, i) => "a".repeat(2 ** i));
  const merges = entries.slice(0, -1).map((text) => [text, text]);
  const start = processorTime();
  const pieces = merger(merges, entries)("a".repeat(300_000));
  assertEquals(pieces.length, 146 + 5); // 300,000 = 146 · 2048 + 0b1111100000
  assertEquals(processorTime() - start < 10_000, true, "n² would be hours");
});

Deno.test("pairMerger() says what it cannot read", () => {
  const refused = (merges: unknown, says: string): void => {
    assertThrows(() => merger(merges, ["a", "b", "ab"]), SyntaxError, says);
  };
  refused({}, "Cannot read t.json as merges must be a list of pairs");
  refused(["a b", "ab"], "merges must be a list of pairs, and entry 1 is none");
  refused(["a b", ["a", "b"]], "and entry 1 is none");
  refused(["a b", "b a"], "of entries of the vocabulary, and those of entry 1 are not all");
  const huge = new Map([["a", 2 ** 27]]);
  assertThrows(
    () => pairMerger(Part.whole("t.json", { merges: [] }), huge, none),
    SyntaxError,
    "vocab must be ids under 67108864",
  );
});
