import { pictureFont } from "../../lib/show/picture_font.ts";
import { initWasm, Resvg, resvgModule } from "../../lib/show/resvg.ts";
import { textWidth } from "../../lib/show/text_width.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("textWidth() is as wide as the text drawn, and of other alphabets up to a fifth wider", async () => {
  await initWasm(await resvgModule()).catch(() => {});
  const fontBuffers = [(await pictureFont()).bytes];
  for (
    const text of [
      "seedling · through the last norm, each vector by its own scale · read at position 14, the last of 15",
      "dashed: 1 / vocabulary, probability 0.000307",
      "What wrote the logit Mary − John",
      "lllllllll",
      "WWWWmmmm",
      "10,000,000",
      "10 ·Mary → ·John (“café”) ≈ 0.5…",
      "русский язык, Жуковский",
      "ελληνικά και Ωμέγα",
    ]
  ) {
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="40"><text x="0" y="20" font-size="10" font-family="DejaVu Sans">${text}</text></svg>`;
    const drawn = new Resvg(svg, {
      font: { fontBuffers, defaultFontFamily: "DejaVu Sans", loadSystemFonts: false },
    }).getBBox()!.width;
    const width = textWidth(text, 10), ratio = width / drawn;
    if (/[\u0370-\u04ff]/.test(text)) assert(ratio > 0.99 && ratio < 1.25, `${text}: ${ratio}`);
    // A box of ink lacks only what is blank before the first letter and behind the last.
    else assert(width > drawn - 0.5 && width < drawn + 4, `${text}: ${width} of ${drawn}`);
  }
  assertEquals(textWidth("", 10), 0);
});
