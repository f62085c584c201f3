import { assertEquals } from "../assert.ts";
import { Aligned } from "../../lib/text/aligned.ts";

/** The range of each unit. */
function ranges(text: Aligned): number[][] {
  return [...text.text].map((_, at) => [text.start(at), text.end(at)]);
}

Deno.test("Aligned.original() counts from its base, and so do its slices", () => {
  const text = Aligned.original("abcd", 10);
  assertEquals(ranges(text), [[10, 11], [11, 12], [12, 13], [13, 14]]);
  assertEquals([text.slice(1, 3).text, ranges(text.slice(1, 3))], ["bc", [[11, 12], [12, 13]]]);
  assertEquals(text.start(4), 14);
});

Deno.test("Aligned.replace() gives what comes the range of what goes, and insertions a point", () => {
  const text = Aligned.original("abcd", 10).replace([
    { from: 0, to: 0, text: "_" },
    { from: 1, to: 3, text: "xyz" },
    { from: 4, to: 4, text: "!" },
  ]);
  assertEquals(text.text, "_axyzd!");
  assertEquals(ranges(text), [
    [10, 10],
    [10, 11],
    [11, 13],
    [11, 13],
    [11, 13],
    [13, 14],
    [14, 14],
  ]);
});

Deno.test("Aligned.replace() of a changed text still points into the original", () => {
  const once = Aligned.original("aXb", 5).replace([{ from: 1, to: 2, text: "--" }]);
  const twice = once.replace([{ from: 1, to: 2, text: "" }, { from: 3, to: 4, text: "BB" }]);
  assertEquals(twice.text, "a-BB");
  assertEquals(ranges(twice), [[5, 6], [6, 7], [7, 8], [7, 8]]);
  assertEquals(ranges(twice.slice(1, 3)), [[6, 7], [7, 8]]);
  assertEquals(once.replace([]) === once, true);
});

Deno.test("Aligned.replace() can leave nothing, at its place", () => {
  const none = Aligned.original("ab", 3).replace([{ from: 0, to: 2, text: "" }]);
  assertEquals([none.text, none.start(0)], ["", 3]);
});

Deno.test("Aligned.changed() takes ranges as they are", () => {
  const text = Aligned.changed("xyz", [1, 1, 4], [3, 3, 5]);
  assertEquals(ranges(text.slice(1, 3)), [[1, 3], [4, 5]]);
});
