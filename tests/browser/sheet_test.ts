import { attentionSheet } from "../../lib/show/mod.ts";
import { entry, palette, special } from "../../lib/show/colour.ts";
import { attentionScale } from "../../lib/show/attention_view.ts";
import { toIndex } from "../../lib/show/value_scale.ts";
import { assertEquals } from "../assert.ts";
import { browserTest, hosts } from "./browser.ts";

browserTest(
  "the tiles of a sheet have the colours of the page, and a head that is chosen its weights",
  async (open) => {
    const weights = [1, 0, 0.25, 0.75], other = [1, 0, 0.5, 0.5];
    const html = attentionSheet({
      patterns: [weights, other],
      heads: 1,
      tokens: [{ text: "a" }, { text: "b" }],
    })["text/html"];
    for (
      const [host, ground] of [
        [hosts.light, { background: [255, 255, 255], dark: false }],
        [hosts["lab dark"], { background: [17, 17, 17], dark: true }],
      ] as const
    ) {
      await open([html], host, async (page) => {
        const colours = palette("sequential", ground);
        const shown = await page.locator("img.sheet").evaluate(async (image) => {
          // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
          const picture = image as any, canvas = picture.ownerDocument.createElement("canvas");
          await picture.decode();
          [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
          const context = canvas.getContext("2d");
          context.drawImage(picture, 0, 0);
          // The line between tiles, and the middle of each cell of 24 pixels of both.
          return [[0, 0], [12, 12], [36, 12], [12, 36], [36, 36], [12, 84]].map(([x, y]) =>
            [...context.getImageData(x, y, 1, 1).data].slice(0, 3)
          );
        });
        const wanted = [...weights, 0.5].map((weight) => toIndex(weight, attentionScale));
        assertEquals(
          shown,
          [special.undefined, ...wanted].map((index) => [...entry(colours, index)]),
        );
        const map = page.locator(".matrix"), output = page.locator("output");
        for (const key of ["ArrowDown", "ArrowDown"]) await map.press(key);
        assertEquals(/≈ [\d.]+/.exec(await output.innerText())?.[0], "≈ 0.25");
        await map.press("PageDown");
        assertEquals(/≈ [\d.]+/.exec(await output.innerText())?.[0], "≈ 0.50");
      });
    }
  },
);
