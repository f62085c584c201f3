import { attentionSheet } from "../../lib/show/mod.ts";
import { entry, palette, special } from "../../lib/show/colour.ts";
import { attentionScale } from "../../lib/show/attention_view.ts";
import { toIndex } from "../../lib/show/value_scale.ts";
import { RandomStream } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
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

browserTest(
  "a head of the last layer is shown with its weights as soon as the sheet is there",
  async (open) => {
    // Of weights by chance the picture has many parts, of which only the first is read before the sheet stands.
    const [layers, size] = [8, 64], stream = new RandomStream(3);
    const patterns = Array.from(
      { length: layers },
      () => Array.from({ length: 2 * size * size }, () => stream.uniform()),
    );
    const tokens = Array.from({ length: size }, (_, i) => ({ text: `t${i}` }));
    const html = attentionSheet({ patterns, heads: 2, tokens })["text/html"];
    await open([], hosts.light, async (page) => {
      const last = layers - 1;
      const read = await page.evaluate(async ({ html, last }) => {
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        const scope = globalThis as any,
          { document } = scope,
          place = document.createElement("div");
        const until = async (there: () => boolean) => {
          for (let i = 0; i < 2000 && !there(); i++) {
            await new Promise((again) => setTimeout(again));
          }
        };
        const press = (element: { dispatchEvent(event: unknown): void }, key: string) =>
          element.dispatchEvent(new scope.KeyboardEvent("keydown", { key, bubbles: true }));
        document.body.append(place);
        place.innerHTML = html;
        const script = document.createElement("script"),
          given = place.querySelector("script:not([type])");
        script.text = given.text;
        given.replaceWith(script);
        const host = place.querySelector("[class^=innerworks-]");
        const find = (selector: string) => host.shadowRoot?.querySelector(selector);
        await until(() => find(".matrix"));
        for (let layer = 0; layer < last; layer++) press(find(".sheet"), "ArrowDown");
        for (let row = 0; row < 3; row++) press(find(".matrix"), "ArrowDown");
        await until(() => find("output").textContent.includes(`head ${last}.0`));
        return find("output").textContent as string;
      }, { html, last });
      // The third key down is row 2 of the first column.
      const weight = patterns[last]![2 * size]!, shown = Number(/≈ ([\d.]+)/.exec(read)?.[1]);
      assert(
        read.includes(`head ${last}.0`) && Math.abs(shown - weight) < 0.02,
        `${weight}: ${read}`,
      );
    });
  },
);
