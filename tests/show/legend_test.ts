import { legendHtml, ticksHtml } from "../../lib/show/legend.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("legendHtml() prints both ends of the domain, its middle, and how colour grows", () => {
  const by = { scale: "diverging", transform: "linear", low: -2, high: 2 } as const;
  const words = legendHtml(by, "effect", "logit", new Uint8Array([3])).replace(/<[^>]+>/g, "|");
  assertStringIncludes(words, "effect (logit): ||−2||−1||0||1||2|");
  const root = { scale: "sequential", transform: "sqrt", low: 0, high: 1 } as const;
  assertStringIncludes(legendHtml(root, "weight", undefined, new Uint8Array()), "square root");
});

Deno.test("legendHtml() names odd entries only where they occur, and escapes its label", () => {
  const by = { scale: "sequential", transform: "linear", low: 0, high: 1 } as const;
  const html = legendHtml(by, "<b>", undefined, new Uint8Array([0, 5]));
  assertEquals(html.match(/data-index="(\d+)"/g)?.length, 6);
  assert(!html.includes("<b>"));
});

Deno.test("ticksHtml() shows the colours of named values, and says which lie beyond the scale", () => {
  const by = { scale: "diverging", transform: "linear", low: -2, high: 2 } as const;
  assertEquals(ticksHtml(by, []), "");
  const html = ticksHtml(by, [{ label: "<b> at", value: 0 }, { label: "clean run at", value: 3 }]);
  assertEquals(
    html.replace(/<[^>]+>/g, ""),
    "\u00a0 &lt;b&gt; at 0&emsp;\u00a0 clean run at 3, above the scale",
  );
  assertStringIncludes(html, 'data-index="129"');
});
