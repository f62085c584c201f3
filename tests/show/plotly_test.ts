import { packedPlotly } from "../../lib/show/plotly.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("packedPlotly() is plotly.js as text, the same for all, and runs nothing of it", async () => {
  const packed = await packedPlotly();
  assertEquals(packedPlotly(), packedPlotly());
  assert(packed.length < 760_000, `it takes ${packed.length} characters`);
  const stream = new Blob([Uint8Array.fromBase64(packed)]).stream();
  const text = await new Response(stream.pipeThrough(new DecompressionStream("gzip"))).text();
  assert(text.startsWith("/**\n* plotly.js (gl3d - minified) v4.1.1\n"), text.slice(0, 80));
  assert(!("Plotly" in globalThis) && !("moduleName" in globalThis));
});

Deno.test("plotly.js is fetched where it is asked for: no lock names it but that of the tests", async () => {
  // Deno fetches all that a lock names, and all that a program names in full, before the program starts.
  const lock = await Deno.readTextFile(new URL("../../deno.lock", import.meta.url));
  assertEquals(lock.includes("plotly"), false);
  assert((await Deno.readTextFile(new URL("../deno.lock", import.meta.url))).includes("plotly"));
});
