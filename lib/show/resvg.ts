// deno-lint-ignore-file no-import-prefix -- notebooks outside the clone do not see our import map
/**
 * resvg, which makes a picture of an SVG; imported when the first chart is drawn.
 *
 * @module
 */

export { initWasm, Resvg } from "npm:@resvg/resvg-wasm@2.6.2";

/**
 * Reads the compiled half of resvg out of Deno's package cache, which no path or URL leads to.
 *
 * @returns The module, compiled.
 */
export async function resvgModule(): Promise<WebAssembly.Module> {
  // @ts-ignore: Deno runs `import.source`, but its type checker does not know it yet
  return await import.source("npm:@resvg/resvg-wasm@2.6.2/index_bg.wasm");
}
