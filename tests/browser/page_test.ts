import type { Page } from "../playwright.ts";
import { assert, assertEquals, assertMatch, assertNotEquals } from "../assert.ts";
import { browserTest, hosts } from "./browser.ts";
import { pattern, sentence, views } from "./views.ts";
import { all as list, attentionView, bars, display, save } from "../../lib/show/mod.ts";

const all = views();
const html = (name: string): string => all[name]!["text/html"];

/** The colour of a pixel of a canvas, in CSS pixels from its corner. */
const pixel = (page: Page, selector: string, x: number, y: number): Promise<number[]> =>
  page.locator(selector).first().evaluate((canvas, [x, y]) => {
    // deno-lint-ignore no-explicit-any -- a canvas of the page
    const context = (canvas as any).getContext("2d");
    return [...context.getImageData(x, y, 1, 1).data];
  }, [x, y] as const);

browserTest(
  "the page of a chart alone is no wider than its window, whatever its text holds",
  async (open) => {
    const folder = await Deno.makeTempDir();
    try {
      const caption = "seedling, from the library, with which it ships · ".repeat(9);
      const labels = ["x".repeat(300), "b"];
      await save(
        bars({ title: "T", labels, values: [1, 2], label: "v", caption }),
        `${folder}/c.html`,
      );
      const saved = await Deno.readTextFile(`${folder}/c.html`);
      await open([], hosts.light, async (page) => {
        await page.setContent(saved);
        for (const width of [380, 900]) {
          await page.setViewportSize({ width, height: 800 });
          const wide = await page.evaluate("document.documentElement.scrollWidth");
          assert(Number(wide) <= width, `${wide} pixels in ${width}`);
        }
      });
      const some = ["part of a model, by its whole name", "another"];
      await save(
        bars({ title: "T", labels: some, values: [1, 2], label: "v" }),
        `${folder}/d.html`,
      );
      const few = await Deno.readTextFile(`${folder}/d.html`);
      await open([], hosts.light, async (page) => {
        await page.setContent(few);
        await page.setViewportSize({ width: 260, height: 800 });
        const [wrapped, whole] = await page.locator("pre").evaluate((text) => {
          // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
          const shown = text as any, wrapped = shown.offsetHeight;
          shown.style.whiteSpace = "pre";
          return [wrapped, shown.offsetHeight];
        });
        assertEquals(wrapped, whole, "a row of numbers is broken");
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

browserTest("a chart among other outputs is dark on a dark page, light on paper", async (open) => {
  const chart = await bars({ title: "Two", labels: ["a", "b"], values: [1, -2], label: "size" });
  const output = (await list([chart])[display]())["text/html"];
  const filters = {
    light: "none",
    "lab dark": "invert(0.93) hue-rotate(180deg)",
    "code dark": "invert(0.93) hue-rotate(180deg)",
    "system dark": "invert(0.93) hue-rotate(180deg)",
  };
  for (const [name, filter] of Object.entries(filters)) {
    await open([output], hosts[name as keyof typeof hosts], async (page) => {
      const shown = () =>
        page.locator("img").evaluate((image) =>
          // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
          (globalThis as any).getComputedStyle(image).filter
        );
      assertEquals(await shown(), filter);
      await page.emulateMedia({ media: "print" });
      assertEquals(await shown(), "none");
    });
  }
  // A light notebook of a reader whose system is dark.
  const light = {
    body: 'data-jp-theme-light="true"',
    context: { colorScheme: "dark" as const },
  };
  await open([output], light, async (page) => {
    const picture = page.locator("img");
    // deno-lint-ignore no-explicit-any -- the same
    const shown = picture.evaluate((image) => (globalThis as any).getComputedStyle(image).filter);
    assertEquals(await shown, "none");
  });
});

browserTest(
  "a figure shown twice, moved and shown again is upgraded once each",
  (open) =>
    open([html("attention"), html("attention"), html("tree")], {}, async (page) => {
      assertEquals(await page.locator(".matrix").count(), 2);
      assertEquals(await page.locator(".thumbs").count(), 2);
      await page.locator(".matrix").first().press("ArrowDown");
      // As JupyterLab does when a cell is scrolled out of sight and back.
      await page.locator(".cell").first().evaluate((cell) => {
        // deno-lint-ignore no-explicit-any -- an element of the page
        const { parentNode } = cell as any;
        parentNode.removeChild(cell);
        parentNode.append(cell);
      });
      assertEquals(await page.locator(".matrix").count(), 2);
      await page.locator(".cell").last().locator(".matrix").press("ArrowDown");
      assertMatch(await page.locator(".cell").last().locator("output").innerText(), /query .*When/);
    }),
);

browserTest(
  "a figure is upgraded where scripts are made again and removed, as in VS Code",
  (open) =>
    open(["<div id='later'></div>"], {}, async (page) => {
      await page.evaluate((html) => {
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        const { document } = globalThis as any;
        const cell = document.querySelector("#later");
        cell.innerHTML = html;
        for (const script of [...cell.getElementsByTagName("script")]) {
          const copy = document.createElement("script");
          copy.text = script.innerText;
          if (script.type) copy.type = script.type;
          cell.appendChild(copy).parentNode.removeChild(copy);
        }
      }, html("smallMap"));
      await page.locator(".matrix").waitFor();
    }),
);

browserTest(
  "a figure is upgraded on a page with a module loader, and tells it nothing",
  (open) =>
    open([html("smallMap")], {
      before: "<script>defined = 0; define = () => defined++; define.amd = {}</script>",
    }, async (page) => {
      await page.locator(".matrix").waitFor();
      assertEquals(await page.evaluate("defined"), 0);
    }),
);

browserTest(
  "a figure with scripts off shows its static layer",
  (open) =>
    open([html("attention")], { context: { javaScriptEnabled: false } }, async (page) => {
      assert(await page.locator(".picture").first().isVisible());
      assert(await page.getByText("strongest pairs elsewhere").isVisible());
    }),
);

browserTest(
  "a heat map says the same number by pointer and by key as its table",
  (open) =>
    open([html("smallMap")], {}, async (page) => {
      const map = page.locator(".matrix");
      const output = page.locator("output");
      await map.press("ArrowRight");
      const first = await output.innerText();
      assertMatch(first, /^layer .0., head .0.: effect \(logit\) −0\.176$/);
      await map.press("End");
      assertMatch(await output.innerText(), /head .7.: effect \(logit\) 0\.584/);
      await map.press("Escape");
      assertEquals(await output.innerText(), "");
      await map.hover({ position: { x: 60, y: 30 } });
      assertEquals(await output.innerText(), first);
      // Undefined is said, not drawn as zero.
      for (const key of ["Home", ...Array(5).fill("ArrowRight")]) await map.press(key);
      assertMatch(await output.innerText(), /head .5.: effect \(logit\) undefined/);
    }),
);

browserTest(
  "a heat map says the notes of a cell, hatches what is undefined, and dots what is marked",
  (open) =>
    open([html("patchedMap")], {}, async (page) => {
      const map = page.locator(".matrix"), output = page.locator("output");
      for (const key of ["ArrowRight", "ArrowRight"]) await map.press(key);
      assertMatch(await output.innerText(), /: effect \(nats\) .+; 95% interval .+ to 2/);
      for (const key of ["Home"]) await map.press(key);
      assertMatch(await output.innerText(), /undefined; 95% interval/);
      await map.press("Escape");
      const colours = await map.evaluate((canvas) => {
        // deno-lint-ignore no-explicit-any -- a canvas of the page
        const { data } = (canvas as any).getContext("2d").getImageData(0, 0, 400, 200);
        const count: Record<string, number> = {};
        for (let i = 0; i < data.length; i += 4) {
          const key = data.slice(i, i + 3).join();
          count[key] = (count[key] ?? 0) + 1;
        }
        return count;
      });
      const grey = colours["176,176,176"] ?? 0;
      // Of four cells of 48 × 26 pixels about half is hatched by the colour of the page, its edges in between.
      assert(grey > 800 && grey < 4 * 48 * 26 * 0.8, `${grey} pixels are grey`);
    }),
);

browserTest(
  "a pinned cell stays when the pointer leaves, until Escape",
  (open) =>
    open([html("smallMap")], {}, async (page) => {
      const output = page.locator("output");
      await page.locator(".matrix").click({ position: { x: 100, y: 40 } });
      const said = await output.innerText();
      assertNotEquals(said, "");
      await page.mouse.move(0, 0);
      assertEquals(await output.innerText(), said);
      await page.keyboard.press("Escape");
      assertEquals(await output.innerText(), "");
    }),
);

browserTest(
  "the keyboard reaches every cell and head of the attention view, and every token",
  (open) => {
    const size = 4;
    const small = attentionView({
      pattern: pattern(3, size),
      heads: 3,
      tokens: sentence.slice(0, size),
      layer: 0,
    });
    return open([small["text/html"], html("strip")], {}, async (page) => {
      const said = new Set<string>();
      await page.keyboard.press("Tab");
      assertEquals(await page.locator("button[aria-pressed=true]").innerText(), "head 0");
      await page.keyboard.press("ArrowRight");
      assertEquals(await page.locator("button[aria-pressed=true]").innerText(), "head 1");
      await page.keyboard.press("Tab");
      for (let head = 0; head < 3; head++) {
        await page.keyboard.press("PageDown");
        await page.keyboard.press("Escape");
        for (let row = 0; row < size; row++) {
          if (row === 0) await page.keyboard.press("ArrowRight");
          else await page.keyboard.press("ArrowDown");
          await page.keyboard.press("Home");
          for (let column = 0; column < size; column++) {
            said.add(await page.locator("output").first().innerText());
            await page.keyboard.press("ArrowRight");
          }
        }
      }
      assertEquals(said.size, 3 * size * size);
      await page.locator(".strip[tabindex]").focus();
      await page.keyboard.press("End");
      assertMatch(
        await page.locator("output").last().innerText(),
        /^position 14, token 113: " to"; loss/,
      );
    });
  },
);

browserTest(
  "the large head and the text under it show the weights of the picture",
  (open) =>
    open([html("attention")], {}, async (page) => {
      // Head 0, query 14: the text is tinted by the row that is pointed at.
      const map = page.locator(".matrix");
      await map.press("End");
      for (let i = 0; i < 14; i++) await map.press("ArrowDown");
      await map.press("Home");
      const weight = Number((await page.locator("output").innerText()).match(/≈ ([\d.]+)$/)![1]);
      const exact = pattern(8, sentence.length)[14 * sentence.length]!;
      assert(Math.abs(weight - exact) <= 0.0091, `${weight} is not ${exact}`);
      assertEquals(await page.locator(".flow .at").innerText(), "·to");
    }),
);

browserTest(
  "zero is the colour of the page in every theme, and a theme can change",
  async (open) => {
    for (const name of ["light", "lab dark", "code dark", "system dark"] as const) {
      await open([html("attention")], hosts[name], async (page) => {
        const figure = page.locator(".thumbs");
        const ground = await figure.evaluate((element) => {
          // deno-lint-ignore no-explicit-any -- an element of the page
          const scope = globalThis as any;
          return scope.getComputedStyle(
            (element as unknown as { closest(s: string): unknown }).closest(".figure"),
          ).backgroundColor;
        });
        const corner = await pixel(page, ".thumbs canvas", 14, 0);
        assertEquals(`rgb(${corner.slice(0, 3).join(", ")})`, ground);
        assertEquals(ground === "rgb(255, 255, 255)", name === "light");
      });
    }
    await open([html("attention")], { body: 'data-jp-theme-light="true"' }, async (page) => {
      const before = await pixel(page, ".thumbs canvas", 14, 0);
      await page.evaluate(() => {
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        const { body } = (globalThis as any).document;
        body.style.setProperty("--jp-layout-color0", "#111");
        body.setAttribute("data-jp-theme-light", "false");
      });
      await page.waitForTimeout(50);
      assertEquals([before, await pixel(page, ".thumbs canvas", 14, 0)], [
        [255, 255, 255, 255],
        [17, 17, 17, 255],
      ]);
    });
  },
);

browserTest(
  "no figure makes a narrow page wider",
  (open) =>
    open(Object.values(all).map((view) => view["text/html"]), hosts.narrow, async (page) => {
      assertEquals(await page.evaluate("document.documentElement.scrollWidth"), 320);
    }),
);

browserTest("pointing at a cell draws no canvas anew and touches few elements", (open) => {
  const tokens = Array.from({ length: 128 }, (_, i) => ({ text: ` word${i}`, id: i }));
  const big = attentionView({ pattern: pattern(1, 128), heads: 1, tokens, layer: 0 });
  return open([big["text/html"]], {}, async (page) => {
    const map = page.locator(".matrix");
    for (const key of ["End", "PageDown"]) await map.press(key);
    const touched = await map.evaluate(async (canvas) => {
      // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
      const scope = globalThis as any, map = canvas as any, elements = new Set();
      let drawn = 0;
      const { drawImage } = scope.CanvasRenderingContext2D.prototype;
      scope.CanvasRenderingContext2D.prototype.drawImage = function (...all: unknown[]) {
        drawn++;
        return drawImage.apply(this, all);
      };
      // deno-lint-ignore no-explicit-any -- the same
      new scope.MutationObserver((all: any[]) => all.forEach(({ target }) => elements.add(target)))
        .observe(map.getRootNode(), { attributes: true, childList: true, subtree: true });
      for (let i = 0; i < 5; i++) {
        map.dispatchEvent(new scope.KeyboardEvent("keydown", { key: "ArrowLeft" }));
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      return [drawn, elements.size];
    });
    assertEquals(touched[0], 0);
    // Another column of the same query: outlines and what is said, and no token.
    assert(touched[1]! < 20, `${touched[1]} elements`);
  });
});

browserTest(
  "copying from a strip gives the text itself, not its visible form",
  (open) =>
    open([html("strip")], {}, async (page) => {
      const copied = await page.locator(".strip[tabindex]").evaluate((strip) => {
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        const scope = globalThis as any;
        // deno-lint-ignore no-explicit-any -- the same
        const chips = (strip as any).querySelectorAll(".token");
        const selection = scope.getSelection();
        selection.setBaseAndExtent(chips[2].lastChild, 1, chips[4].lastChild, 2);
        const event = new scope.ClipboardEvent("copy", {
          clipboardData: new scope.DataTransfer(),
          bubbles: true,
        });
        // deno-lint-ignore no-explicit-any -- the same
        (strip as any).dispatchEvent(event);
        return event.clipboardData.getData("text/plain");
      });
      assertEquals(copied, " Mary and John");
    }),
);

browserTest(
  "a lens table says the same of a cell by pointer and by key, and keeps what is pinned",
  (open) =>
    open([html("lens")], {}, async (page) => {
      const lens = page.locator(".lens:has(+ output)");
      const output = page.locator("output");
      const cell = page.locator(".lens:has(+ output) tr:nth-child(2) .read").nth(1);
      await cell.hover();
      const said = await output.innerText();
      assertMatch(said, /^layer 0, after 1 When; decided here\n1\. ·Mary [\d.]+%\n2\. /);
      assertMatch(said, /rank of ·Mary: \d+$/);
      await page.mouse.move(0, 0);
      await lens.press("Escape");
      // At rest it says what comes after the whole prompt.
      assertMatch(await output.innerText(), /^layer 3, after 14 ·to(; decided here)?\n1\. /);
      for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"]) {
        await lens.press(key);
      }
      // The first key enters at the first cell, whichever it is.
      await lens.press("Home");
      await lens.press("ArrowRight");
      assertEquals(await output.innerText(), said);
      await lens.press("Enter");
      await page.locator(".lens:has(+ output) .read").last().hover();
      assertEquals(await output.innerText(), `${said}\n(pinned)`);
      await lens.press("Escape");
      const rows = page.locator(".lens:has(+ output) tr:has(.read)");
      for (let i = 0; i < await rows.count(); i++) await lens.press("ArrowDown");
      await lens.press("End");
      assertMatch(await output.innerText(), /^layer 3, after 14 ·to\nrank of ·Mary: \d+$/);
    }),
);

browserTest(
  "a graph shows the edges of the node that is pointed at or pinned, and of the strongest; its table sorts by key",
  (open) =>
    open([html("graph")], {}, async (page) => {
      const edges = page.locator("svg .edge");
      assertEquals(await edges.count(), 30);
      await page.locator("svg .node[data-node='6']").hover();
      const lit = await page.locator("svg .edge.on").evaluateAll((all) =>
        // deno-lint-ignore no-explicit-any -- elements of the page
        all.map((edge: any) => [edge.dataset.from, edge.dataset.to])
      );
      assert(lit.length > 0 && lit.every((ends) => ends.includes("6")));
      await page.mouse.move(0, 0);
      assertEquals(await page.locator("svg.some").count(), 0);
      const said = page.locator("output"), frame = page.locator(".graph:has(svg)");
      for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await frame.press(key);
      assertMatch(await said.innerText(), /edges shown \(pinned\)\n.* → .*: /);
      await page.locator("svg .node[data-node='6']").hover();
      assertMatch(await said.innerText(), /pinned/);
      await frame.press("Escape");
      assertEquals(await said.innerText(), "");
      const slider = page.locator("input[type=range]");
      await slider.fill("10");
      assertEquals(await page.locator("svg .edge:not(.out)").count(), 10);
      assertEquals(await page.locator("tbody tr:visible").count(), 10);
      assertMatch(
        await page.locator("label.choices").innerText(),
        /10 of 30, from [\d.]+ on: \d+\.\d% of the size of all/,
      );
      await slider.fill("30");
      const column = async (
        place: number,
      ) => (await page.locator(`tbody tr td:nth-child(${place}):visible`).allInnerTexts());
      const numbers = async () => (await column(4)).map((text) => Number(text.replace("−", "-")));
      const sort = page.locator("th button", { hasText: "composition score" });
      await sort.press("Enter");
      const down = await numbers();
      assertEquals(down, down.toSorted((a, b) => b - a));
      await sort.press("Enter");
      assertEquals(await numbers(), down.toReversed());
      await page.locator("th button", { hasText: "from" }).press("Enter");
      const names = await column(1);
      assertEquals(
        names,
        names.toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true })),
      );
    }),
);

browserTest(
  "a tap says what a key says: heat map, sheet, tensor, lens, strip and cloud",
  (open) => {
    const names = ["smallMap", "sheet", "tensor", "lens", "strip", "cloud"];
    const context = { hasTouch: true, viewport: { width: 1000, height: 900 } };
    return open(names.map(html), { context }, async (page) => {
      const said = (cell: number): Promise<string> =>
        page.locator(".cell").nth(cell).locator("output").last().innerText();
      const part = (cell: number, what: string) =>
        page.locator(".cell").nth(cell).locator(what).first();
      for (const [cell, what] of [[0, ".matrix"], [1, ".matrix"], [2, ".matrix"]] as const) {
        const map = part(cell, what);
        await map.press("ArrowRight");
        const key = await said(cell);
        assertNotEquals(key, "");
        // Where the outline of the first cell lies.
        const box = (await page.locator(".cell").nth(cell).locator(".spot").last().boundingBox())!;
        const own = (await map.boundingBox())!;
        await map.press("Escape");
        assertEquals(await said(cell), "");
        const position = { x: box.x - own.x + box.width / 2, y: box.y - own.y + box.height / 2 };
        await map.tap({ position });
        assertEquals(await said(cell), key);
      }
      await part(1, ".sheet").press("ArrowRight");
      assertMatch(await part(1, ".label").innerText(), /^Head 0\.1:/);
      await part(1, ".sheet").tap({ position: { x: 8, y: 8 } });
      assertMatch(await part(1, ".label").innerText(), /^Head 0\.0:/);
      await part(3, ".lens:has(+ output) .read").tap();
      const read = await said(3);
      await part(3, ".lens:has(+ output)").press("Escape");
      await part(3, ".lens:has(+ output)").press("ArrowRight");
      assertEquals(`${await said(3)}\n(pinned)`, read);
      await part(4, ".strip[tabindex] .token").tap();
      const token = await said(4);
      await part(4, ".strip[tabindex]").press("Escape");
      await part(4, ".strip[tabindex]").press("ArrowRight");
      assertEquals(await said(4), token);
      await part(5, ".matrix").press("PageDown");
      assertMatch(await said(5), /first\u2069 ≈ .*, \u2066second\u2069 ≈ /);
      await part(5, ".matrix").press("Escape");
      assertEquals(await said(5), "");
    });
  },
);
