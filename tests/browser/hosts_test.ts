import { Sanitizer } from "./jupyterlab.ts";
import type { Page } from "../playwright.ts";
import { assert, assertEquals } from "../assert.ts";
import { browserTest, withoutScripts } from "./browser.ts";
import { views } from "./views.ts";
import { svgOf } from "../../lib/show/chart.ts";
import { bars, histogram, lines, scatter, waterfall } from "../../lib/show/mod.ts";

const all = Object.entries(views());
const outputs = all.map(([, view]) => view["text/html"]);

/** Words that every host must show of a view: its title, where its numbers come from, and its first twenty rows of numbers. */
const wanted = all.map(([, view]) => {
  const lines = view["text/plain"].split("\n");
  const numbers = lines.filter((line) => /\s{2,}\S*\d/.test(line)).slice(0, 20)
    .flatMap((line) => line.trim().split(/\s{2,}/).filter((cell) => /^[−≈]?[\d.]+%?$/.test(cell)));
  return [lines[0]!, ...lines.length > 2 ? [lines.at(-1)!] : []]
    .map((line) => line.trim().split(/\s{2,}/)[0]!.replace(/\s+/g, " ")).concat(numbers);
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

/** The kinds of output that each host shows, the first it finds. */
const orders = {
  JupyterLab: ["text/html", "application/vnd.vegalite.v5+json", "image/png", "text/plain"],
  "VS Code": ["application/vnd.vegalite.v5+json", "text/html", "image/png", "text/plain"],
  nbconvert: ["text/html", "image/png", "text/plain"],
  GitHub: ["text/html", "image/png", "text/plain"],
};

Deno.test("every chart is a specification where a host draws those, else a picture with its words in it", async () => {
  const [x, y] = [{ name: "layer" }, { name: "length" }];
  const charts = await Promise.all([
    bars({ title: "Bars of it", labels: ["a", "b"], values: [1, 20], label: "size" }),
    lines({ title: "Lines of it", x, y, series: [{ name: "a", y: [1, 20] }] }),
    waterfall({
      title: "Fall of it",
      parts: [{ label: "a", value: 19 }, { label: "b", value: 1 }],
      total: 20,
      label: "logit",
    }),
    histogram({ title: "Counts of it", values: [1, 20], x, label: "tokens" }),
    scatter({ title: "Points of it", points: [{ x: 1, y: 20, label: "p" }], x, y }),
  ]);
  for (const chart of charts) {
    const chosen = Object.values(orders).map((order) => order.find((type) => type in chart));
    assertEquals(chosen, [
      "application/vnd.vegalite.v5+json",
      "application/vnd.vegalite.v5+json",
      "image/png",
      "image/png",
    ]);
    const [title] = chart["text/plain"].split("\n");
    assert((await svgOf(chart["application/vnd.vegalite.v5+json"])).includes(`>${title}<`));
    assert(/\b20/.test(chart["text/plain"]) || title!.startsWith("Counts"), chart["text/plain"]);
  }
});

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
