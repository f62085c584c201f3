import type { Page } from "../playwright.ts";
import {
  attentionSheet,
  display,
  heatMap,
  lensTable,
  sideBySide,
  table,
  tensorView,
  tokenStrip,
} from "../../lib/show/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { browserTest, withoutScripts } from "./browser.ts";

/** The mean of the grey values of a cell, from 0 to 1, and how far its rows are from it. */
interface Grey {
  readonly mean: number;
  readonly spread: number;
}

/** What cells of an element look like in grey: each is given by its middle and its size, in pixels from the upper left. */
async function greys(
  page: Page,
  selector: string,
  cells: readonly (readonly [x: number, y: number, size: number])[],
): Promise<Grey[]> {
  const shot = (await page.locator(selector).first().screenshot()).toString("base64");
  return await page.evaluate(async ({ shot, cells }) => {
    // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
    const { document, Image } = globalThis as any;
    const image = Object.assign(new Image(), { src: `data:image/png;base64,${shot}` });
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return cells.map(([x, y, size]) => {
      const { data } = context.getImageData(x - size / 2, y - size / 2, size, size);
      const rows = Array.from({ length: size }, (_, row) => {
        let sum = 0;
        for (let i = row * size * 4; i < (row + 1) * size * 4; i += 4) {
          sum += 0.2126 * data[i] + 0.7152 * data[i + 1] + 0.0722 * data[i + 2];
        }
        return sum / size / 255;
      });
      const mean = rows.reduce((a, b) => a + b) / size;
      return { mean, spread: Math.max(...rows) - Math.min(...rows) };
    });
  }, { shot, cells });
}

/** Values above zero in the first row, those below in the second. */
const sizes = [0.1, 0.25, 0.5, 0.75, 1];
const map = heatMap({
  values: [...sizes, ...sizes.map((value) => -value)],
  rows: { name: "sign", labels: ["+", "-"] },
  columns: { name: "size", labels: sizes.map(String) },
  label: "effect",
  domain: [-1, 1],
})["text/html"];

/** The difference of two patterns: more in the upper half, less in the lower. */
const difference = (size: number): string => {
  const half = Array.from({ length: size * size }, (_, i) => i < size * size / 2 ? 0.8 : 0.2);
  return attentionSheet({
    patterns: [half],
    heads: 1,
    tokens: Array.from({ length: size }, (_, id) => ({ text: "a", id })),
    against: { patterns: [half.toReversed()], label: "other" },
  })["text/html"];
};

browserTest(
  "in grey, on paper, cells of one size and other signs are told apart without scripts",
  (open) =>
    open([map, difference(2), difference(460)].map(withoutScripts), {
      context: { viewport: { width: 960, height: 1200 } },
    }, async (page) => {
      const cells = [0, 1].flatMap((row) =>
        sizes.map((_, i) => [15 + 28 * i, 15 + 28 * row, 24] as const)
      );
      const screen = await greys(page, ".picture", cells);
      assert(screen.every(({ spread }) => spread < 0.01), "nothing is striped on a screen");
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      const paper = await greys(page, ".picture", cells);
      paper.forEach(({ mean, spread }, i) => {
        // What is nearly nothing has nearly no sign either.
        const least = [0.04, 0.1, 0.2, 0.3, 0.3][i % 5]!;
        if (i < 5) assert(spread < 0.01, `${sizes[i]} is striped: ${spread}`);
        else assert(spread > least, `−${sizes[i % 5]} is not striped: ${spread}`);
        assert(Math.abs(mean - screen[i]!.mean) < 0.12, `cell ${i} is not as dark as it was`);
      });
      const tile = await greys(page, ".cell:nth-child(2) .picture", [[26, 14, 16], [26, 38, 16]]);
      // Here a cell is a pixel.
      const many = await greys(page, ".cell:nth-child(3) .picture", [[200, 100, 60], [
        200,
        350,
        60,
      ]]);
      for (const [more, less] of [tile, many]) {
        assert(more!.spread < 0.01 && less!.spread > 0.2, `${more!.spread}, ${less!.spread}`);
      }
    }),
);

browserTest(
  "in grey, on paper, signs are seen in upgraded figures: by stripes, lines or written numbers",
  async (open) => {
    const strip = tokenStrip({
      tokens: [{ text: "up" }, { text: "down" }],
      values: [1, -1],
      label: "change",
    })["text/html"];
    await open([difference(3), map, strip], {}, async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      const { width, height } = (await page.locator(".matrix").first().boundingBox())!;
      const at = (row: number) => [width - 37, height - 1 - 24 * (2.5 - row), 16] as const;
      const [more, less] = await greys(
        page,
        ".matrix",
        [at(0), at(2)].map(([x, y, size]) => [Math.round(x), Math.round(y), size]),
      );
      assert(more!.spread < 0.01 && less!.spread > 0.2, `${more!.spread}, ${less!.spread}`);
      const filters = await page.locator(".matrix").evaluateAll((canvases) =>
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        canvases.map((canvas) => (globalThis as any).getComputedStyle(canvas).filter.slice(0, 4))
      );
      assertEquals(filters, ["url(", "none"], "numbers are not crossed out");
      const lines = await page.locator(".strip .token").evaluateAll((chips) =>
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        chips.map((chip) => (globalThis as any).getComputedStyle(chip).borderBottomStyle)
      );
      assertEquals(lines.filter((line) => line), ["solid", "double"]);
      const said = await page.locator(".legend").evaluateAll((legends) =>
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        legends.map((legend) => (globalThis as any).getComputedStyle(legend, "::after").content)
      );
      assertEquals(said.filter((words) => words).map((words) => words.includes("negative")), [
        true,
        false,
        true,
      ]);
    });
  },
);

browserTest(
  "on paper a lens table of many tokens is whole, with scripts and without",
  async (open) => {
    const tokens = Array.from({ length: 15 }, (_, id) => ({ text: " statement", id }));
    const lens = lensTable({
      stages: ["0.pre", "final"],
      tokens,
      top: [0, 1].map(() => tokens.map((token) => [{ token, probability: 0.5 }])),
    })["text/html"];
    // As wide as a sheet of A4 between its margins.
    const context = { viewport: { width: 718, height: 1000 } };
    for (const html of [lens, withoutScripts(lens)]) {
      await open([html], { context }, async (page) => {
        await page.emulateMedia({ media: "print", colorScheme: "light" });
        const { x, width } = (await page.locator(".lens table:visible").first().boundingBox())!;
        assert(x >= 0 && x + width <= 718, `the table ends at ${x + width}`);
        assert(width > 350, "it is no smaller than it must be");
      });
    }
  },
);

browserTest(
  "on paper tables and grids that are wider than a sheet are whole, with scripts and without",
  async (open) => {
    const label = (i: number) => `a label of many words, number ${i}`;
    const axis = (name: string, length: number) => ({
      name,
      labels: Array.from({ length }, (_, i) => label(i)),
    });
    const values = Array.from({ length: 160 }, (_, i) => i - 80.5);
    const figures = [
      table({
        title: "numbers",
        columns: Array.from({ length: 20 }, (_, i) => ({ name: `number ${i}` })),
        rows: [values.slice(0, 20)],
      }),
      table({ title: "words", columns: [{ name: "site" }], rows: [["unbreakable".repeat(15)]] }),
      heatMap({ values, rows: axis("row", 4), columns: axis("column", 40), label: "size" }),
      tensorView({
        values,
        axes: [{ name: "row", labels: axis("row", 4).labels, size: 4 }, { name: "b", size: 40 }],
        label: "size",
      }),
    ].map((figure) => figure["text/html"]);
    const context = { viewport: { width: 718, height: 1000 } };
    for (const html of [figures, figures.map(withoutScripts)]) {
      await open(html, { context }, async (page) => {
        await page.emulateMedia({ media: "print", colorScheme: "light" });
        const wide = page.locator("table:visible, .picture:visible, .matrix:visible");
        const ends = await wide.evaluateAll((elements) =>
          elements.map((element) => {
            const { right, width } = element.getBoundingClientRect();
            return [right, width, element.tagName + element.className] as const;
          })
        );
        assert(ends.length >= 4, `there are ${ends.length}`);
        for (const [right, , name] of ends) assert(right <= 718, `${name} ends at ${right}`);

        for (const [, width] of ends.slice(0, 2)) assert(width > 350, `it has ${width} pixels`);
      });
    }
  },
);

browserTest(
  "on paper figures side by side stand one below the other where scripts are off, as their tables are open",
  async (open) => {
    const figure = heatMap({
      values: Array.from({ length: 32 }, (_, i) => i / 7),
      rows: { name: "layer", labels: ["0", "1", "2", "3"] },
      columns: { name: "head", labels: [..."01234567"] },
      label: "size",
    });
    const both = (await sideBySide([figure, figure])[display]())["text/html"]!;
    const context = { viewport: { width: 718, height: 1000 }, javaScriptEnabled: false };
    await open([both], { context }, async (page) => {
      await page.emulateMedia({ media: "print", colorScheme: "light" });
      const tables = await page.locator("table:visible").all();
      assert(tables.length >= 2);
      for (const table of tables) {
        const { x, width } = (await table.boundingBox())!;
        assert(x + width <= 718, `a table ends at ${x + width}`);
      }
    });
  },
);
