import { pictureFont } from "../../lib/show/picture_font.ts";
import { initWasm, Resvg, resvgModule } from "../../lib/show/resvg.ts";
import { textWidth } from "../../lib/show/text_width.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("textWidth() is as wide as the text drawn, or up to a fifth wider", async () => {
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
      "русский язык, Жуковский",
      "ελληνικά και Ωμέγα",
    ]
  ) {
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="40"><text x="0" y="20" font-size="10" font-family="DejaVu Sans">${text}</text></svg>`;
    const drawn = new Resvg(svg, {
      font: { fontBuffers, defaultFontFamily: "DejaVu Sans", loadSystemFonts: false },
    }).getBBox()!.width;
    const ratio = textWidth(text, 10) / drawn;
    assert(ratio > 0.99 && ratio < 1.25, `${text}: ${ratio}`);
  }
  assertEquals(textWidth("", 10), 0);
});
