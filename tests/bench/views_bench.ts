/**
 * One table of what a drawing of attention takes in a page: bytes, elements, the time to its first paint and to the frame after
 * the pointer moved; beside CircuitsVis and BertViz where a Python has them, on the same weights in the same browser.
 *
 *     deno task bench tests/bench/views_bench.ts
 *     INNERWORKS_VIEWS=/path/to/python deno task bench tests/bench/views_bench.ts
 *
 * where that Python has `circuitsvis==1.43.3` and `bertviz==1.4.1`. What BertViz loads from elsewhere is fetched from npm
 * first, and no time of the network is counted. Times are the least of several rounds: the first output of a page, and another
 * one on the same page, as in a notebook.
 *
 * @module
 */

import { attentionSheet } from "../../mod.ts";
import { pattern } from "../browser/views.ts";
import { type Browser, chromium, type Page } from "../playwright.ts";
import { npmFile } from "./npm_file.ts";

/** A drawing to be measured. */
interface Drawn {
  readonly title: string;
  readonly html: string;
  /** What is there once it is drawn, and what the pointer moves over. */
  readonly target: string;
  readonly rounds: number;
  readonly asked?: string;
}

/** The milliseconds after which a peer is given up. */
const limit = 90_000;

const python = Deno.env.get("INNERWORKS_VIEWS");
const tokens = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: ` word${i}`, id: i }));

/** What a drawing loads from elsewhere, by the end of the address. */
const scripts: Record<string, readonly [name: string, version: string, path: string]> = {
  require: ["requirejs", "2.3.6", "require.js"],
  d3: ["d3", "5.7.0", "dist/d3.min.js"],
  jquery: ["jquery", "2.2.4", "dist/jquery.min.js"],
};

// Not in a function of Deno.bench, which would fill it more than once.
await table();

/** Fills the table and prints it as Markdown. */
async function table(): Promise<void> {
  const browser = await chromium.launch({
    executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
    // A frame is as long as what is done in it, and not as long as that of a screen.
    args: ["--no-sandbox", "--disable-gpu", "--disable-frame-rate-limit", "--disable-gpu-vsync"],
  });
  console.log(
    "| drawing | MB | elements | first paint on a fresh page | on the same page | pointer to frame | asked |",
  );
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
  try {
    // The browser itself is still starting.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    for (const one of [...ours(), ...await theirs()]) console.log(await measured(browser, one));
  } finally {
    await browser.close();
  }
  console.log(
    `${navigator.hardwareConcurrency} processors; load average ${
      Deno.loadavg().map((load) => load.toFixed(2)).join(" ")
    }`,
  );
}

function ours(): Drawn[] {
  const sheet = (layers: number, heads: number, size: number) =>
    attentionSheet({
      patterns: Array.from({ length: layers }, () => pattern(heads, size)),
      heads,
      tokens: tokens(size),
    })["text/html"];
  const target = ".matrix", rounds = 8;
  return [
    {
      title: "attentionSheet, 12 × 12 heads × 128 tokens",
      html: sheet(12, 12, 128),
      target,
      rounds,
      asked: "≤ 1 MB, ≤ 2,000, ≤ 100 ms, ≤ 8 ms",
    },
    {
      title: "attentionSheet, 1 head × 1,024 tokens",
      html: sheet(1, 1, 1024),
      target,
      rounds,
      asked: "≤ 1.5 MB, ≤ 300 ms, ≤ 16 ms",
    },
  ];
}

/** The same by the peers; those that draw one layer at a time are given one. */
async function theirs(): Promise<Drawn[]> {
  if (!python) return [];
  const folder = await Deno.makeTempDir();
  try {
    const { success, stderr } = await new Deno.Command(python, {
      args: [new URL("./views_side.py", import.meta.url).pathname, folder],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const html = (name: string) => Deno.readTextFileSync(`${folder}/${name}.html`);
    const rounds = 1;
    return [
      {
        title: "CircuitsVis attention_heads, 1 layer × 12 heads × 128 tokens",
        html: html("circuitsvis_12"),
        target: "canvas",
        rounds,
      },
      {
        title: "BertViz head_view, 12 × 12 heads × 128 tokens, one layer seen at a time",
        html: html("bertviz_head_12"),
        target: "[id^=bertviz] svg",
        rounds,
      },
      {
        title: "BertViz model_view, 12 × 12 heads × 128 tokens",
        html: html("bertviz_model_12"),
        target: "[id^=bertviz] svg",
        rounds,
      },
      {
        title: "CircuitsVis attention_heads, 1 head × 1,024 tokens",
        html: html("circuitsvis_1024"),
        target: "canvas",
        rounds,
      },
      {
        title: "BertViz head_view, 1 head × 1,024 tokens",
        html: html("bertviz_head_1024"),
        target: "[id^=bertviz] svg",
        rounds,
      },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A page with nothing in it, which has what a drawing loads from elsewhere. */
async function freshPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.route(/^https?:/, async (route) => {
    const address = route.request().url();
    const found = Object.entries(scripts).find(([name]) => address.includes(name));
    if (!found) return await route.abort();
    await route.fulfill({ contentType: "text/javascript", body: await npmFile(...found[1]) });
  });
  page.setDefaultTimeout(120_000);
  await page.setContent("<!doctype html><html><head></head><body><main></main></body></html>");
  // What the process of a tab does when it starts is no part of a drawing.
  await page.waitForTimeout(300);
  return page;
}

/** Runs a drawing in pages of its own and measures it: a row of the table. */
async function measured(browser: Browser, drawn: Drawn): Promise<string> {
  const { title, html, target, rounds, asked = "" } = drawn;
  const painted = (page: Page): Promise<number> =>
    within(page.evaluate(put, { html, target, limit }), limit + 5000);
  let page = await freshPage(browser);
  const megabytes = (html.length / 1e6).toFixed(2);
  try {
    let [first, paint] = [Infinity, Infinity];
    for (let round = 0; round < rounds; round++) {
      if (round > 0) {
        await page.close();
        page = await freshPage(browser);
      }
      first = Math.min(first, await painted(page));
    }
    for (let round = 0; round < rounds; round++) paint = Math.min(paint, await painted(page));
    const elements = await page.evaluate(count, target);
    // The largest of them: peers have thumbnails besides.
    const boxes = await Promise.all(
      (await page.locator(target).all()).slice(0, 40).map((found) => found.boundingBox()),
    );
    const area = (box: typeof boxes[0]) => box ? box.width * box.height : 0;
    const box = boxes.toSorted((a, b) => area(b) - area(a))[0];
    await page.evaluate(watch);
    for (let i = 0; i < 24; i++) {
      const [x, y] = [box!.x + box!.width * (0.3 + i / 60), box!.y + 150 + i * 9];
      await page.mouse.move(x, Math.min(y, 880));
      await page.waitForTimeout(60);
    }
    const frames = await page.evaluate("frames") as number[];
    frames.sort((a, b) => a - b);
    const hover = frames[Math.floor(frames.length / 2)] ?? NaN;
    return `| ${title} | ${megabytes} | ${elements} | ${first.toFixed(0)} ms | ${
      paint.toFixed(0)
    } ms | ${hover.toFixed(1)} ms | ${asked} |`;
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    return `| ${title} | ${megabytes} | | ${why} | | | ${asked} |`;
  } finally {
    // A page that is busy closes late.
    await within(page.close(), 5000).catch(() => {});
  }
}

/** The value of a promise, if it comes in time: a page that is busy answers to nothing. */
async function within<T>(promise: Promise<T>, limit: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not drawn within ${limit / 1000} s`)), limit);
  });
  promise.catch(() => {});
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Runs in the page: puts a drawing into it as a notebook does, and says after how many milliseconds it was painted. */
async function put({ html, target, limit }: { html: string; target: string; limit: number }) {
  // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
  const { document, requestAnimationFrame } = globalThis as any;
  const main = document.querySelector("main"), start = performance.now();
  main.innerHTML = html;
  for (const script of main.querySelectorAll("script")) {
    const fresh = document.createElement("script");
    for (const { name, value } of script.attributes) fresh.setAttribute(name, value);
    fresh.text = script.text;
    script.replaceWith(fresh);
    if (fresh.src) await new Promise((resolve) => fresh.onload = fresh.onerror = resolve);
  }
  const host = main.querySelector("[class^=innerworks-]");
  const there = () => {
    const found = (host ? host.shadowRoot : main)?.querySelector(target);
    // A canvas that was not drawn has the size that every canvas begins with.
    return found && (found.localName !== "canvas" || found.width !== 300);
  };
  while (!there()) {
    if (performance.now() - start > limit) throw new Error(`not drawn within ${limit / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve));
  }
  // A picture may be decoded later than what stands beside it.
  const pictures = [...(host?.shadowRoot ?? main).querySelectorAll("img[src]")];
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - start;
}

/** Runs in the page: how many elements there are below its body, shadows included. */
function count(): number {
  // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
  const { document } = globalThis as any;
  const host = document.querySelector("[class^=innerworks-]");
  return (host?.shadowRoot ?? document.querySelector("main")).querySelectorAll("*").length;
}

/** Runs in the page: notes how long it is from each move of the pointer to the frame that follows. */
function watch(): void {
  // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
  const scope = globalThis as any;
  scope.frames = [];
  scope.document.addEventListener("mousemove", () => {
    const start = performance.now();
    scope.requestAnimationFrame(() =>
      scope.setTimeout(() => scope.frames.push(performance.now() - start))
    );
  }, true);
}
