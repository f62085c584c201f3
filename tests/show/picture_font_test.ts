import { pictureFont } from "../../lib/show/picture_font.ts";
import { initWasm, Resvg, resvgModule } from "../../lib/show/resvg.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("pictureFont() draws every letter that it says it has, and no other", async () => {
  await initWasm(await resvgModule()).catch(() => {});
  const { bytes, letters } = await pictureFont();
  const options = { font: { fontBuffers: [bytes], defaultFontFamily: "DejaVu Sans" } };
  const drawn = (letter: string): boolean =>
    new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="9" y="20" font-size="10">${letter}</text></svg>`,
      { font: { ...options.font, loadSystemFonts: false } },
    ).getBBox() !== undefined;
  const all = [...letters].map((letter) => String.fromCodePoint(letter))
    .filter((letter) => /[^\p{Z}\p{C}\p{M}<&]/u.test(letter));
  // One of seven, as each takes a parse of the font.
  assertEquals(all.filter((letter, i) => i % 7 === 0 && !drawn(letter)), []);
  for (const letter of "中אक") assertEquals(drawn(letter), letters.has(letter.codePointAt(0)!));
  assert(all.length > 1500, `${all.length} letters`);
});
