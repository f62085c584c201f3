import { Sanitizer } from "./jupyterlab.ts";
import type { Page } from "../playwright.ts";
import { assert, assertEquals } from "../assert.ts";
import { browserTest, withoutScripts } from "./browser.ts";
import { views } from "./views.ts";

const all = Object.entries(views());
const outputs = all.map(([, view]) => view["text/html"]);

/** Words that every host must show of a view: its title and where its numbers come from, and what its text ends with. */
const wanted = all.map(([, view]) => {
  const lines = view["text/plain"].split("\n");
  return [lines[0]!, ...lines.length > 2 ? [lines.at(-1)!] : []]
    .map((line) => line.trim().split(/\s{2,}/)[0]!.replace(/\s+/g, " "));
});

/** What of the wanted is not seen, by the name of the view; and what is seen that should not be. */
async function missing(page: Page): Promise<string[]> {
  // Of a figure with a shadow that is what is read; `innerText` of a page does not go into shadows.
  const texts = await page.evaluate(() => {
    // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
    const { document } = globalThis as any;
    // deno-lint-ignore no-explicit-any -- the same
    return [...document.querySelectorAll(".cell")].map((cell: any) => {
      const host = cell.querySelector("[class^=innerworks-]");
      const figure = host?.shadowRoot?.querySelector(".figure") ?? cell;
      // What folds opens by a click in every host.
      for (const folded of figure.querySelectorAll("details")) folded.open = true;
      return figure.innerText.replace(/\s+/g, " ");
    });
  });
  return texts.flatMap((text: string, i: number) => [
    ...wanted[i]!.filter((words) => !text.includes(words)).map((words) =>
      `${all[i]![0]}: ${words}`
    ),
    ...text.includes('"kind":') || text.includes("=>") ? [`${all[i]![0]} shows its script`] : [],
  ]);
}

/** How many figures have been upgraded. */
const upgraded = (page: Page): Promise<number> =>
  page.evaluate(() =>
    // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
    [...(globalThis as any).document.querySelectorAll("[class^=innerworks-]")]
      // deno-lint-ignore no-explicit-any -- the same
      .filter((host: any) => host.shadowRoot?.querySelector(".figure")).length
  );

browserTest(
  "every view is read in JupyterLab trusted, and where a page has AMD, as nbconvert's has",
  async (open) => {
    for (
      const before of [
        "",
        "<script>globalThis.define = () => { throw new Error('AMD') }; define.amd = {}</script>",
      ]
    ) {
      await open(outputs, { before }, async (page) => {
        assertEquals(await missing(page), []);
        assertEquals(await upgraded(page), outputs.length);
      });
    }
  },
);

browserTest(
  "every view is read where scripts are off, after JupyterLab's sanitiser, and where a site strips styles",
  async (open) => {
    const sanitiser = new Sanitizer();
    const stripped = (html: string) =>
      withoutScripts(html).replace(/<svg[\s\S]*?<\/svg>/g, "").replace(
        / (style|class)="[^"]*"/g,
        "",
      );
    for (const change of [withoutScripts, (html: string) => sanitiser.sanitize(html), stripped]) {
      await open(outputs.map(change), { context: { javaScriptEnabled: false } }, async (page) => {
        // Playwright evaluates where a page's own scripts are off.
        assertEquals(await missing(page), []);
        assertEquals(await upgraded(page), 0);
      });
    }
  },
);

/** Puts outputs into a page as VS Code does: scripts are made anew with few attributes, run, and are taken out at once. */
async function insert(page: Page, html: readonly string[]): Promise<void> {
  await page.evaluate(async (html) => {
    // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
    const { document } = globalThis as any;
    for (const one of html) {
      const cell = document.createElement("div");
      cell.className = "cell";
      cell.innerHTML = one;
      document.querySelector("main").append(cell);
      for (const script of cell.querySelectorAll("script")) {
        const fresh = document.createElement("script");
        for (const name of ["type", "src", "nonce", "noModule", "async"]) {
          if (script.getAttribute(name)) fresh.setAttribute(name, script.getAttribute(name));
        }
        fresh.text = script.text;
        script.parentNode.appendChild(fresh).parentNode.removeChild(fresh);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }, html);
}

browserTest(
  "every view is read in VS Code, and 50 outputs that are taken out leave neither listeners nor elements",
  (open) =>
    open([], {}, async (page) => {
      await insert(page, outputs);
      assertEquals(await missing(page), []);
      assertEquals(await upgraded(page), outputs.length);
      const fifty = Array.from({ length: 50 }, (_, i) => outputs[i % outputs.length]!);
      assert(fifty.reduce((sum, { length }) => sum + length, 0) < 15e6);
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable");
      const left = async () => {
        await page.evaluate("document.querySelectorAll('.cell').forEach((cell) => cell.remove())");
        await page.mouse.move(1, 1);
        for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
        const { metrics } = await session.send("Performance.getMetrics");
        const metric = (name: string) => metrics.find((one) => one.name === name)!.value;
        return ["JSEventListeners", "Nodes", "JSHeapUsedSize"].map(metric);
      };
      await left();
      await insert(page, fifty);
      const [listeners, nodes, heap] = await left();
      await insert(page, fifty);
      const [laterListeners, laterNodes, laterHeap] = await left();
      assert(laterListeners! <= listeners! + 2, `${listeners} listeners, later ${laterListeners}`);
      assert(laterNodes! <= nodes! + 50, `${nodes} elements, later ${laterNodes}`);
      assert(laterHeap! <= heap! + 1e6, `${heap} bytes, later ${laterHeap}`);
    }),
);

browserTest("on A4 nothing is cut off", (open) =>
  // A4 at 96 dots an inch, less margins of a centimetre.
  open(outputs, { context: { viewport: { width: 718, height: 1046 } } }, async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    const cut = await page.evaluate(() =>
      // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
      [...(globalThis as any).document.querySelectorAll("[class^=innerworks-]")].flatMap(
        // deno-lint-ignore no-explicit-any -- the same
        (host: any) => {
          const figure = host.shadowRoot.querySelector(".figure");
          const over = figure.scrollWidth - figure.clientWidth;
          return over > 1 ? [`${figure.querySelector(".title").innerText}: ${over}`] : [];
        },
      )
    );
    assertEquals(cut, []);
    assert((await page.pdf({ format: "A4" })).length > 10_000);
  }));
