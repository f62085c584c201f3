/**
 * A real browser for tests: offline, and any error or request on a page fails the test.
 *
 * @module
 */

import { type Browser, chromium, type Page } from "../playwright.ts";
import { assertEquals } from "../assert.ts";

/** Where Chromium is; undefined where there is none. */
const path = [Deno.env.get("CHROMIUM"), "/usr/bin/chromium"].find((path) => {
  try {
    return path !== undefined && Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});

const flags =
  "--no-sandbox --disable-gpu --enable-unsafe-swiftshader --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** A page as a host would make it. */
export interface Host {
  /** Attributes of its body. */
  readonly body?: string;
  /** What stands before the outputs. */
  readonly before?: string;
  /** How the browser is set. */
  readonly context?: Parameters<Browser["newContext"]>[0];
}

/** The hosts in which every drawing must be right. */
export const hosts: Record<"light" | "lab dark" | "code dark" | "system dark" | "narrow", Host> = {
  light: {},
  "lab dark": {
    body:
      'data-jp-theme-light="false" style="background:#111;--jp-layout-color0:#111;--jp-content-font-color1:#fff"',
  },
  "code dark": {
    body:
      'data-vscode-theme-kind="vscode-dark" style="background:#1e1e1e;--vscode-editor-background:#1e1e1e;--vscode-editor-foreground:#d4d4d4"',
  },
  "system dark": { context: { colorScheme: "dark" } },
  narrow: { context: { viewport: { width: 320, height: 640 } } },
};

/** Opens pages with outputs in them, in one browser. */
export type Open = (
  outputs: readonly string[],
  host: Host,
  look: (page: Page) => Promise<void>,
) => Promise<void>;

let browser: Promise<Browser> | undefined;

// One browser for all tests of a file, as starting one takes longer than most of them.
Deno.test.afterAll(async () => await (await browser)?.close());

/** Opens a page with outputs, looks at it, and refuses whatever went wrong in it. */
const open: Open = async (outputs, host, look) => {
  browser ??= chromium.launch({ executablePath: path!, args: flags.split(" ") });
  const context = await (await browser).newContext({
    offline: true,
    viewport: { width: 960, height: 800 },
    ...host.context,
  });
  const troubles: string[] = [];
  const page = await context.newPage();
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("console", (line) => {
    // The tests read pixels, the figures do not; but plotly.js does, to find the point under the pointer.
    if (!/willReadFrequently|stall due to ReadPixels/.test(line.text())) {
      troubles.push(`${line.type()}: ${line.text()}`);
    }
  });
  page.on("request", (request) => {
    if (!/^(data|about|blob):/.test(request.url())) troubles.push(`GET ${request.url()}`);
  });
  page.on("dialog", (dialog) => troubles.push(`dialog: ${dialog.message()}`));
  const cells = outputs.map((output) => `<div class="cell">${output}</div>`).join("");
  try {
    await page.setContent(
      `<!doctype html><html lang="en"><head><title>notebook</title></head><body ${
        host.body ?? ""
      }><main>${host.before ?? ""}${cells}</main></body></html>`,
    );
    if (host.context?.javaScriptEnabled !== false) {
      await page.waitForFunction(ready, undefined, { polling: 20, timeout: 10_000 });
    }
    await look(page);
  } finally {
    await context.close();
  }
  assertEquals(troubles, []);
};

/**
 * Declares a test that needs a browser; it is skipped, and counted as skipped, where there is none.
 *
 * @param name What must be true.
 * @param test The test, which opens pages.
 */
export function browserTest(name: string, test: (open: Open) => Promise<void>): void {
  Deno.test({
    name,
    // No Chromium at /usr/bin/chromium or in the variable CHROMIUM.
    ignore: path === undefined,
    // The browser's pipes belong to its driver.
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => test(open),
  });
}

/** Runs in the page: whether every figure that asks for a grid has one. */
function ready(): boolean {
  // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
  const { document } = globalThis as any;
  const figures = [...document.querySelectorAll("[class^=innerworks-]")];
  return figures.every((host) =>
    host.nextElementSibling?.localName !== "script" ||
    host.shadowRoot && (!host.querySelector(".picture") || host.shadowRoot.querySelector(".matrix"))
  );
}

/**
 * Takes the scripts off an output, as a page does that runs none.
 *
 * @param html The output.
 * @returns Its static layer.
 */
export function withoutScripts(html: string): string {
  return html.replace(/<script[\s\S]*?<\/script>/g, "");
}
