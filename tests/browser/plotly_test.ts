import { display, type DrawnDocument, scatter3d } from "../../lib/show/mod.ts";
import { apartFromOutputs } from "../../lib/show/plotly_carrier.ts";
import type { Page } from "../playwright.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";
import { faults } from "./axe.ts";
import { browserTest, hosts } from "./browser.ts";
import { hostile } from "./views.ts";

const odd = '<b>bold</b> &amp; <a href="x">y</a>';
const tokens = [{ text: odd }, ...hostile];
const points = tokens.map(({ text }, i) => ({
  label: text,
  at: [Math.cos(i), Math.sin(i) * 2, i / 10] as const,
  class: i % 2 ? "other" : odd,
}));

/** What a notebook shows of clouds, the first of which carries plotly.js. */
const outputs = (...titles: string[]): Promise<string[]> =>
  apartFromOutputs(() =>
    Promise.all(titles.map(async (title) => {
      const cloud = scatter3d({
        title,
        points,
        axes: [odd, "second", "third"],
        caption: "seedling",
      });
      return (await (await cloud.plotly())[display]() as DrawnDocument)["text/html"];
    }))
  );

/** Waits until so many figures are drawn by plotly.js and nothing else is shown in them. */
const drawn = (page: Page, count: number): Promise<unknown> =>
  page.waitForFunction(
    (count) => {
      // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
      const { document } = globalThis as any;
      const all = [...document.querySelectorAll("[class^=innerworks-]")];
      // deno-lint-ignore no-explicit-any -- the same
      return all.filter(({ shadowRoot: root }: any) =>
        root?.querySelector(".js-plotly-plot canvas") && root.querySelector(".matrix").hidden &&
        !root.querySelector(".cloud").hidden
      ).length === count;
    },
    count,
    { polling: 50, timeout: 20_000 },
  );

/** Runs an expression in the page, in which `root(i)` is the shadow root of a figure. */
// deno-lint-ignore no-explicit-any -- whatever the page answers
const inPage = (page: Page, expression: string): Promise<any> =>
  page.evaluate(
    `(() => { const root = (i) => document.querySelectorAll("[class^=innerworks-]")[i].shadowRoot; const plot = (i) => root(i).querySelector(".js-plotly-plot"); const seen = ${seen}; return ${expression}; })()`,
  );

/** An expression of the picture of the first figure. */
const inFirst = (rest: string): string =>
  `document.querySelector("[class^=innerworks-]").shadowRoot.querySelector(".js-plotly-plot")${rest}`;

/** Where a point is seen in its picture: runs in the page. */
const seen = `(plot, i) => {
  const { _fullLayout: { scene: { _scene: { glplot, dataScale } } }, data: [{ x, y, z }] } = plot;
  const { model, view, projection } = glplot.cameraParams;
  const [a, b, , d] = [model, view, projection].reduce(
    (place, by) => [0, 1, 2, 3].map((row) => place.reduce((sum, value, k) => sum + value * by[k * 4 + row], 0)),
    [x[i] * dataScale[0], y[i] * dataScale[1], z[i] * dataScale[2], 1],
  );
  return [(0.5 + 0.5 * a / d) * plot.clientWidth, (0.5 - 0.5 * b / d) * plot.clientHeight];
}`;

/** How many pixels of a picture on the screen are nearly of a colour. */
async function coloured(page: Page, figure: number, colour: readonly number[]): Promise<number> {
  const screen = (await page.locator(".js-plotly-plot").nth(figure).screenshot()).toString(
    "base64",
  );
  return await page.evaluate(async ([screen, colour]) => {
    // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
    const { document, Image } = globalThis as any;
    const image = new Image(), copy = document.createElement("canvas");
    image.src = `data:image/png;base64,${screen}`;
    await image.decode();
    [copy.width, copy.height] = [image.width, image.height];
    const context = copy.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (colour.every((value, j) => Math.abs(data[i + j] - value) < 40)) count++;
    }
    return count;
  }, [screen, colour] as const);
}

browserTest(
  "plotly.js draws the data in every output of a page, of which one carries it",
  async (open) => {
    const [first, second, third] = await outputs("first", "second", "third");
    assert(first!.length > 700_000 && second!.length < 80_000, `${second!.length} characters`);
    await open([first!, second!, "<div id=later></div>"], {}, async (page) => {
      await drawn(page, 2);
      for (const axis of [0, 1, 2]) {
        const values: number[] = await inPage(page, `[...plot(1).data[0]["${"xyz"[axis]}"]]`);
        assertEquals(values, points.map(({ at }) => Number(at[axis]!.toPrecision(5))));
      }
      assertEquals(await inPage(page, "plot(0).data[0].marker.color.slice(0, 2)"), [
        "#4a78b8",
        "#d9822b",
      ]);
      const [blue, orange] = [[74, 120, 184], [217, 130, 43]];
      for (const colour of [blue, orange]) {
        assert(await coloured(page, 1, colour!) > 300, `${colour} is not in the picture`);
      }
      // Nothing of plotly.js is left where the notebook would meet it.
      assertEquals(
        await inPage(
          page,
          "[typeof Plotly, typeof moduleName, document.head.querySelectorAll('style').length]",
        ),
        ["undefined", "undefined", 0],
      );
      // WebGL prints a blank.
      await page.emulateMedia({ media: "print" });
      assert(await page.locator(".matrix").first().isVisible());
      assertEquals(await page.locator(".cloud").first().isVisible(), false);
      await page.emulateMedia({ media: "screen" });
      assertEquals(await faults(page), []);
      await read(page);
      await page.evaluate(() => {
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        const { body } = (globalThis as any).document;
        body.style.setProperty("--jp-layout-color0", "#111");
        body.style.setProperty("--jp-content-font-color1", "#fff");
        body.style.background = "#111";
        body.setAttribute("data-jp-theme-light", "false");
      });
      await page.waitForFunction(() => {
        // deno-lint-ignore no-explicit-any -- the same
        const host = (globalThis as any).document.querySelector("[class^=innerworks-]");
        return host.shadowRoot.querySelector(".js-plotly-plot")._fullLayout.paper_bgcolor ===
          "rgb(17,17,17)";
      });
      assertEquals(await faults(page), []);
      // The output that carried it is cleared, and another comes after it.
      await page.evaluate(`gone = document.querySelector(".cell").firstChild; gone.remove(); 0`);
      await page.waitForFunction("!gone.shadowRoot.querySelector('.js-plotly-plot')");
      await page.evaluate((html) => {
        // deno-lint-ignore no-explicit-any -- the same
        const { document } = globalThis as any;
        document.querySelector("#later").append(
          document.createRange().createContextualFragment(html),
        );
        document.querySelector("#later").scrollIntoView();
      }, third!);
      await drawn(page, 2);
    });
  },
);

/** Points at points by key and by pointer: what is said is text. */
async function read(page: Page): Promise<void> {
  const plot = page.locator(".plot").first(), output = page.locator(".cloud output").first();
  await plot.press("PageDown");
  assertStringIncludes(await output.innerText(), `${odd}\u2069: \u2066${odd}\u2069 ≈ 1, `);
  assertEquals(await inPage(page, "plot(0).data[1].x"), [1]);
  await plot.press("PageUp");
  assertStringIncludes(await output.innerText(), "constructor");
  await plot.press("Escape");
  assertEquals([await output.innerText(), await inPage(page, "plot(0).data[1].x")], ["", []]);
  const eye = (): Promise<number> => inPage(page, "plot(0)._fullLayout.scene.camera.eye.x");
  const before = await eye();
  await plot.press("ArrowRight");
  assert(Math.abs(await eye() - before) > 0.01);
  await plot.press("Home");
  assert(Math.abs(await eye() - before) < 1e-9);
  for (const at of [0, 1, 2]) {
    const [x, y] = await inPage(page, `seen(plot(0), ${at})`);
    const { x: left, y: top } = (await plot.boundingBox())!;
    await page.mouse.move(left + x, top + y);
    // The label is text, shortened, and so is what stands below.
    await page.waitForFunction(inFirst('.querySelector(".hovertext")'));
    const label = await inPage(page, `plot(0).querySelector(".hovertext").textContent`);
    assertEquals(label.replace(/[\u2066\u2069]|…$/g, ""), tokens[at]!.text.slice(0, 60));
    assertStringIncludes(await output.innerText(), `\u2066${tokens[at]!.text}\u2069: `);
    // Pressed, it stays when the pointer goes, until another place is pressed.
    await page.mouse.click(left + x, top + y);
    await page.waitForFunction(
      inFirst(`.data[1].x[0] === ${Number(points[at]!.at[0].toPrecision(5))}`),
    );
    await page.mouse.move(left + 2, top + 2);
    assertStringIncludes(await output.innerText(), `\u2066${tokens[at]!.text}\u2069: `);
    await page.mouse.click(left + 2, top + 2);
    await page.waitForFunction(inFirst(".data[1].x.length === 0"));
  }
  assertEquals(await inPage(page, `plot(0).querySelectorAll("a, b, img, script").length`), 0);
  assertEquals(await inPage(page, "globalThis.broken ?? null"), null);
}

browserTest(
  "a cloud whose page has no plotly.js is our canvas and says so, until another output brings it",
  async (open) => {
    const [first, second] = await outputs("first", "second");
    const far = await scatter3d({
      title: "far",
      axes: ["x", "y", "z"],
      points: [1e9, 1e9 + 1].map((value) => ({ at: [value, 0, 0] as const })),
    }).plotly();
    await open([second!], hosts["lab dark"], async (page) => {
      const note = page.locator(".note");
      assertMatch(
        await note.innerText(),
        /^Drawn without plotly.js: the output that carries it is not on this page\..*\{ carry: true \}/,
      );
      assert(await page.locator(".matrix").isVisible());
      assertEquals(await faults(page), []);
      await page.evaluate((html) => {
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        const { document } = globalThis as any;
        document.body.append(
          ...["X", "Y"].flatMap((_, i) => document.createRange().createContextualFragment(html[i])),
        );
      }, [first!, far["text/html"]]);
      await page.locator(".plot").first().waitFor();
      await note.first().waitFor({ state: "hidden" });
      assertMatch(await note.last().innerText(), /single precision/);
    });
  },
);

browserTest(
  "a cloud is our canvas and says so where there is no WebGL",
  async (open) => {
    const [first] = await outputs("first");
    const before = `<script>{
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return /webgl/.test(kind) ? null : getContext.call(this, kind, ...rest);
    };
  }</script>`;
    await open([first!], { before }, async (page) => {
      const note = page.getByText("needs WebGL");
      await note.waitFor();
      assert(
        await page.locator(".matrix").isVisible() && !await page.locator(".cloud").isVisible(),
      );
      await page.locator(".matrix").press("PageDown");
      assertStringIncludes(await page.locator("output").first().innerText(), odd);
      assertEquals(await faults(page), []);
    });
  },
);
