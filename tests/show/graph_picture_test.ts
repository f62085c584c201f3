import { graphPicture, kindsHtml } from "../../lib/show/graph_picture.ts";
import { assertEquals, assertStringIncludes } from "../assert.ts";

const options = {
  title: "t",
  layers: ["a", "b", "c"],
  nodes: [0, 1, 2].map((layer) => ({ label: `n${layer}`, layer })),
  edges: [{ from: 0, to: 2, weight: -1 }],
  label: "x",
};

Deno.test("graphPicture() draws layers from left to right, and blue and orange by sign where there are no kinds", () => {
  const html = graphPicture(options, options.edges);
  const svg = new TextDecoder().decode(
    Uint8Array.fromBase64(html.match(/base64,([^"]*)"/)![1]!),
  );
  const places = [...svg.matchAll(/<rect x="([\d.]+)"/g)].map(([, x]) => Number(x));
  assertEquals(places, places.toSorted((a, b) => a - b));
  assertStringIncludes(svg, 'stroke="#b35806"');
  assertStringIncludes(html, "strongest n0 to n2, −1");
});

Deno.test("kindsHtml() is empty where edges have no kinds", () => {
  assertEquals(kindsHtml(options.edges), "");
});
