import { graph, type GraphOptions } from "../../lib/show/graph.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

const options: GraphOptions = {
  title: "Composition",
  layers: ["layer 0", "layer 1"],
  nodes: [{ label: "head 0.0", layer: 0 }, { label: "head 0.1", layer: 0 }, {
    label: "head 1.0",
    layer: 1,
  }],
  edges: [
    { from: 0, to: 2, weight: 0.25, kind: "Q" },
    { from: 1, to: 2, weight: -0.5, kind: "K" },
    { from: 1, to: 2, weight: NaN, kind: "Q" },
    { from: 0, to: 2, weight: 0.125, kind: "K" },
  ],
  label: "score",
  unit: "u",
  baseline: { label: "random matrices", value: 0.0625 },
  most: 2,
  caption: "seedling",
};

/** The picture that is inside the image. */
function drawing(html: string): string {
  const [, source] = html.match(/src="data:image\/svg\+xml;base64,([^"]*)"/)!;
  return new TextDecoder().decode(Uint8Array.fromBase64(source!));
}

Deno.test("graph() lists the edges that are shown, and says which are not and what the baseline is", () => {
  const drawn = graph(options);
  assertEquals(
    drawn["text/plain"],
    `Composition
2 of 4 edges shown: the greatest, down to a size of 0.250
1 undefined, not shown
baseline of score: 0.0625 (random matrices)
from      to        kind  score (u)  over baseline
head 0.1  head 1.0  K        −0.500         −0.563
head 0.0  head 1.0  Q         0.250          0.188
seedling`,
  );
  for (const text of ["2 of 4 edges shown", "0.0625", ">−0.500<", ">0.188<", "1 undefined"]) {
    assertStringIncludes(drawn["text/html"], text);
  }
});

Deno.test("graph() draws the same edges as its table, the strongest widest, negative ones dashed", () => {
  const svg = drawing(graph(options)["text/html"]);
  const edges = svg.match(/<path class="edge".*?<\/path>/g)!;
  assertEquals(edges.map((edge) => edge.match(/<title>(.*)<\/title>/)![1]), [
    "head 0.0 → head 1.0, Q: score 0.250",
    "head 0.1 → head 1.0, K: score −0.500",
  ]);
  const widths = edges.map((edge) => Number(edge.match(/stroke-width="([\d.]+)"/)![1]));
  assert(widths[0]! < widths[1]!);
  assertEquals(edges.map((edge) => edge.includes("dasharray")), [false, true]);
});

Deno.test("graph() gives kinds their colours in the order of all edges, whichever are shown", () => {
  const legend = (change: object) =>
    graph({ ...options, ...change })["text/html"].match(/class="kinds".*?<\/p>/)![0];
  assertEquals(legend({ most: 1 }), legend({ most: 4 }));
});

Deno.test("graph() draws edges from a size on, and none", () => {
  const some = graph({ ...options, most: 40, least: 0.25 });
  assertStringIncludes(some["text/plain"], "2 of 4 edges shown");
  const none = graph({ ...options, least: 3 });
  assertStringIncludes(none["text/plain"], "0 of 4 edges shown, as none has at least 3");
  const all = graph({ ...options, edges: options.edges.filter(({ weight }) => weight > 0) });
  assertStringIncludes(all["text/plain"], "2 of 2 edges shown\n");
  const empty = graph({ title: "t", layers: [], nodes: [], edges: [], label: "x" });
  assertStringIncludes(empty["text/html"], "No nodes");
});

Deno.test("graph() leaves nodes without an edge out of a large graph, and says so", () => {
  const nodes = Array.from({ length: 400 }, (_, i) => ({ label: `n${i}`, layer: i < 200 ? 0 : 1 }));
  const html = graph({ ...options, nodes, edges: [{ from: 3, to: 300, weight: 1 }] })["text/html"];
  assertEquals(drawing(html).match(/class="node"/g)?.length, 2);
  assertStringIncludes(html, "398 of 400 nodes have no edge that is shown, and are not drawn");
});

Deno.test("graph() escapes hostile labels, also those that XML cannot hold", () => {
  const bad = ['"><img src=x onerror=alert(1)>', "\0\x07\x1b", "\ud800", "]]>", "<script>"];
  const html = graph({
    ...options,
    title: bad[0]!,
    layers: ["a", bad[4]!],
    nodes: bad.map((label, i) => ({ label, layer: i === 4 ? 1 : 0 })),
    edges: bad.slice(0, 4).map((kind, from) => ({ from, to: 4, weight: 1, kind })),
    baseline: { label: bad[0]!, value: 0 },
  })["text/html"];
  assert(!html.includes("<img src=x"));
  const svg = drawing(html);
  assert(!svg.includes("<img") && !svg.includes("<script"));
  // deno-lint-ignore no-control-regex -- it is these that must not be there
  assert(!/[\x00-\x08\x0b-\x1f\ufffd]/.test(svg));
});

Deno.test("graph() refuses edges that lead nowhere, and says where", () => {
  const [edge, node] = [options.edges[0]!, options.nodes[0]!];
  const wrong: [object, typeof RangeError | typeof TypeError, string][] = [
    [{ edge: [] }, TypeError, '"edge" is not, perhaps "edges" is meant'],
    [{ nodes: "a" }, TypeError, 'nodes must be a list: current value is "a"'],
    [{ most: 1.5 }, RangeError, "most must be a whole number from 0: current value is 1.5"],
    [{ least: -1 }, RangeError, "least must be a number from 0: current value is -1"],
    [
      { baseline: { name: "a" } },
      TypeError,
      'with a baseline as its options must be among label, value: "name" is not',
    ],
    [
      { nodes: [{ layer: 0 }], edges: [] },
      TypeError,
      "draw node 0 of a graph as its label must be text: current value is undefined",
    ],
    [
      { nodes: [{ ...node, layer: 2 }], edges: [] },
      RangeError,
      "draw node 0 of a graph as its layer must be from 0 to 1: current value is 2",
    ],
    [
      { edges: [{ ...edge, to: 3 }] },
      RangeError,
      "draw edge 0 of a graph as to must be from 0 to 2: current value is 3",
    ],
    [
      { edges: [{ ...edge, weight: "1" }] },
      TypeError,
      'its weight must be a number: current value is "1"',
    ],
    [
      { edges: [edge, { ...edge, from: 2, to: 0 }] },
      RangeError,
      "draw edge 1 of a graph as it must lead to a later layer: current value is from 1 to 0",
    ],
    [
      { edges: Array.from("abcdefg", (kind) => ({ ...edge, kind })) },
      RangeError,
      "at most 6 kinds of edges, which can be told apart: current value is 7",
    ],
  ];
  for (const [change, kind, message] of wrong) {
    assertThrows(() => graph({ ...options, ...change }), kind, message);
  }
});
