import { fit, lineOfText, linesOf, measure, runWidth, word } from "../../lib/show/svg_text.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("linesOf() breaks text and leaves nothing out, whatever it holds", () => {
  const runs = [
    { text: "one two  three", bold: false },
    { text: "x".repeat(300), bold: true },
    { text: "chip chip", bold: false, background: "rgb(1,2,3)" },
    { text: "kind", bold: false, line: { edge: "left", width: 18, colour: "c", dashed: false } },
  ] as const;
  for (const room of [60, 400]) {
    const lines = linesOf(runs, room);
    assertEquals(
      lines.flat().map(({ text }) => text).join(""),
      runs.map(({ text }) => text).join(""),
    );
    for (const line of lines) {
      const broad = line.reduce((sum, run) => sum + runWidth(run), 0);
      assert(broad <= room, `${broad} of ${room}`);
    }
  }
  assertEquals(linesOf([], 10), [[]]);
});

Deno.test("word() and lineOfText() write what XML can hold, with lines and swatches", () => {
  const line = { edge: "bottom", width: 3, colour: "red", dashed: true } as const;
  const drawn = lineOfText([{ text: "a<\0", bold: true, line }], 5, 20);
  assert(drawn.includes(">a&lt;\ufffd<") && drawn.includes('stroke="red" stroke-width="3"'));
  assert(drawn.includes("stroke-dasharray"));
  assert(word({ ...fit("letters", 30), bold: false }, 0, 0).includes("…<title>letters</title>"));
  assertEquals(fit("wide", 0).text, "…");
  assert(measure("e\u0301") === measure("e"));
});
