// deno-lint-ignore-file no-import-prefix -- one file a dependency names its version
/**
 * Bundles widgets into lib/show/page.generated.ts and lib/notebook/kernel/live_page.generated.ts.
 *
 * @module
 */

import * as esbuild from "npm:esbuild@0.28.2";
import { createHash } from "node:crypto";
import type { Payload } from "../lib/show/payload.ts";
import * as ownStyles from "./own_style.ts";

/** The module and the function of each kind of document; null where it has nothing of its own. */
const kinds: Record<Payload["kind"], readonly [module: string, view: string] | null> = {
  attention: ["attention", "attention"],
  attentionSheet: ["attention_sheet", "attentionSheet"],
  graph: ["graph", "graph"],
  heatMap: ["heat_map", "heatMap"],
  lensTable: ["lens_table", "lensTable"],
  scatter3d: ["scatter_3d", "scatter3d"],
  scatter3dPlotly: ["scatter_3d_plotly", "scatter3dPlotly"],
  table: ["table", "table"],
  tensor: ["tensor", "tensor"],
  tokenMetrics: ["token_metrics", "tokenMetrics"],
  tokenStrip: ["token_strip", "tokenStrip"],
  tree: ["tree", "tree"],
};

/** Bundles what one kind of document runs: the base and the module of its view. */
async function buildKind(kind: string, own: readonly [string, string] | null): Promise<string> {
  const view = own ? `import { ${own[1]} as view } from "./${own[0]}.ts";` : "const view = void 0;";
  const style = kind in ownStyles
    ? `import { ${kind} as own } from "./own_style.ts";`
    : "const own = void 0;";
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `${view} ${style} import { start } from "./page.ts"; start(view, own);`,
      resolveDir: new URL(".", import.meta.url).pathname,
      loader: "ts",
    },
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    // Nothing that a page may misread: only ASCII, and no end of a script.
    charset: "ascii",
    define: { rootClass: `"innerworks-root-class-${kind}"` },
    legalComments: "none",
  });
  return outputFiles[0]!.text.trim();
}

/**
 * Bundles the scripts of all kinds of documents.
 *
 * @returns The text of page.generated.ts.
 */
export async function buildPage(): Promise<string> {
  try {
    const scripts = await Promise.all(
      Object.entries(kinds).map(async ([kind, own]) => [kind, await buildKind(kind, own)] as const),
    );
    const all = JSON.stringify(scripts);
    const hash = createHash("sha256").update(all).digest("hex").slice(0, 8);
    if (/<\/script|<!--/i.test(all)) {
      throw new Error('Cannot write the page as its script must not hold "</script" or "<!--"');
    }
    const lines = scripts.map(([kind, script]) =>
      `  ${kind}: ${
        JSON.stringify(script.replaceAll("innerworks-root-class", `innerworks-${hash}`))
      },\n`
    );
    return "// Written by widgets/build.ts. Do not edit.\n" +
      `export const pages: Readonly<Record<string, string>> = {\n${lines.join("")}};\n` +
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
  const { pages } = await import("../lib/show/page.generated.ts");
  for (const [kind, script] of Object.entries(pages)) {
    const packed = new Blob([script]).stream().pipeThrough(new CompressionStream("gzip"));
    const size = (await new Response(packed).arrayBuffer()).byteLength;
    console.log(`${kind}: ${script.length} bytes, ${size} packed`);
  }
}
