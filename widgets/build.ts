// deno-lint-ignore-file no-import-prefix -- one file a dependency names its version
/**
 * Bundles widgets into lib/show/page.generated.ts and lib/notebook/kernel/live_page.generated.ts.
 *
 * @module
 */

import * as esbuild from "npm:esbuild@0.28.2";
import { createHash } from "node:crypto";

/**
 * Bundles the page's script.
 *
 * @returns The text of page.generated.ts.
 */
export async function buildPage(): Promise<string> {
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [new URL("./page.ts", import.meta.url).pathname],
      bundle: true,
      minify: true,
      write: false,
      format: "iife",
      target: "es2022",
      // Nothing that a page may misread: only ASCII, and no end of a script.
      charset: "ascii",
      define: { rootClass: '"innerworks-root-class"' },
      legalComments: "none",
    });
    const script = outputFiles[0]!.text.trim();
    const hash = createHash("sha256").update(script).digest("hex").slice(0, 8);
    const page = script.replaceAll("innerworks-root-class", `innerworks-${hash}`);
    if (/<\/script|<!--/i.test(page)) {
      throw new Error('Cannot write the page as its script must not hold "</script" or "<!--"');
    }
    return "// Written by widgets/build.ts. Do not edit.\n" +
      `export const page: string = ${JSON.stringify(page)};\n` +
      `export const pageHash: string = "${hash}";\n`;
  } finally {
    await esbuild.stop();
  }
}

/**
 * Bundles the page's half of a live view, which anywidget loads as a module.
 *
 * @returns The text of live_page.generated.ts.
 */
export async function buildLivePage(): Promise<string> {
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [new URL("./live.ts", import.meta.url).pathname],
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      target: "es2022",
      charset: "ascii",
      legalComments: "none",
    });
    return "// Written by widgets/build.ts. Do not edit.\n" +
      `export const livePage: string = ${JSON.stringify(outputFiles[0]!.text.trim())};\n`;
  } finally {
    await esbuild.stop();
  }
}

if (import.meta.main) {
  const live = new URL("../lib/notebook/kernel/live_page.generated.ts", import.meta.url);
  await Deno.writeTextFile(live, await buildLivePage());
  const text = await buildPage();
  await Deno.writeTextFile(new URL("../lib/show/page.generated.ts", import.meta.url), text);
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const size = (await new Response(packed).arrayBuffer()).byteLength;
  console.log(`page.generated.ts: ${text.length} bytes, ${size} packed`);
}
