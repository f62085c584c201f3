/**
 * Layered graphs: which earlier parts write what later parts read.
 *
 * @module
 */

import { counted, drawnWithin, saidLess } from "./show_within.ts";
import { seriesColours } from "./colour.ts";
import type { Code } from "./code_at.ts";
import type { DrawnDocument } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import type { DrawnRows } from "./drawn_rows.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import { givenValue } from "./given_value.ts";
import { graphPicture, kindsHtml } from "./graph_picture.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";

/** A node of a {@linkcode graph}. */
export interface GraphNode {
  /** What it is, such as "head 3.5". */
  readonly label: string;
  /** Its layer, by its place in `layers`. */
  readonly layer: number;
}

/** An edge of a {@linkcode graph}. */
export interface GraphEdge {
  /** The node that it leaves, by its place in `nodes`. */
  readonly from: number;
  /** The node that it enters, in a later layer. */
  readonly to: number;
  /** How strong it is; negative ones are dashed. */
  readonly weight: number;
  /** Which kind it is, such as "Q", told by colour; six can be told apart. */
  readonly kind?: string;
}

/** What {@linkcode graph} draws. */
export interface GraphOptions {
  /** The heading. */
  readonly title: string;
  /** The names of the layers, the first one first. */
  readonly layers: readonly string[];
  /** The nodes, those of a layer from top to bottom. */
  readonly nodes: readonly GraphNode[];
  /** The edges. */
  readonly edges: readonly GraphEdge[];
  /** What the weights are. */
  readonly label: string;
  /** Their unit. */
  readonly unit?: string;
  /** What a weight would be if there were nothing to see. */
  readonly baseline?: { readonly label: string; readonly value: number };
  /** How many edges of greatest size are shown; 40 if left out. */
  readonly most?: number;
  /** The size from which an edge may be shown at all; 0 if left out. */
  readonly least?: number;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of a node, with `{node}`, its number from 0, in it, for who copies it. */
  readonly code?: Code;
}

/** What {@linkcode GraphOptions} may hold. */
const known = [
  "title",
  "layers",
  "nodes",
  "edges",
  "label",
  "unit",
  "baseline",
  "most",
  "least",
  "caption",
  "code",
];

const paper = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
const oneLine = (text: string): string => text.toWellFormed().replace(/\s+/g, " ");

/** How many edges are shown unless something else is asked for. */
const usualEdges = 40;

/** The edges that are shown, the strongest first, and what is said of the others. */
function chosenEdges(options: GraphOptions): { shown: GraphEdge[]; said: string[] } {
  const { edges, most = usualEdges, least = 0, label, baseline } = options;
  const size = ({ weight }: GraphEdge) => Math.abs(weight);
  const defined = edges.filter(({ weight }) => !Number.isNaN(weight));
  const shown = defined.filter((edge) => size(edge) >= least)
    .toSorted((a, b) => size(b) - size(a) || 0).slice(0, most);
  const smallest = shown.length > 0 ? formatNumber(size(shown.at(-1)!)) : "";
  const why = shown.length === edges.length
    ? ""
    : shown.length === 0
    ? `, as none has at least ${formatNumber(least)}`
    : `: the greatest, down to a size of ${smallest}`;
  const odd = edges.length - defined.length;
  return {
    shown,
    said: [
      `${shown.length} of ${edges.length} edges shown${why}`,
      ...odd > 0 ? [`${odd} undefined, not shown`] : [],
      ...baseline
        ? [`baseline of ${label}: ${formatNumber(baseline.value)} (${oneLine(baseline.label)})`]
        : [],
    ],
  };
}

/** The table of the edges: headings, rows, sides. */
function edgeTable(options: GraphOptions, shown: readonly GraphEdge[]) {
  const { nodes, label, unit, baseline } = options;
  const kinds = shown.some(({ kind }) => kind !== undefined);
  const heading = [
    "from",
    "to",
    ...kinds ? ["kind"] : [],
    unit ? `${label} (${unit})` : label,
    ...baseline ? ["over baseline"] : [],
  ];
  const rows = shown.map(({ from, to, weight, kind }) => [
    oneLine(nodes[from]!.label),
    oneLine(nodes[to]!.label),
    ...kinds ? [oneLine(kind ?? "")] : [],
    formatNumber(weight),
    ...baseline ? [formatNumber(weight - baseline.value)] : [],
  ]);
  const words = kinds ? 3 : 2;
  return {
    heading,
    rows,
    sides: heading.map((_, i) => i < words ? "left" as const : "right" as const),
  };
}

/** All edges, also those that are not shown. */
function edgeRows({ nodes, edges, label, unit }: GraphOptions): DrawnRows {
  return {
    columns: ["from", "to", "kind", unit ? `${label} (${unit})` : label],
    fields: () =>
      edges.map(({ from, to, kind, weight }) => [
        nodes[from]!.label,
        nodes[to]!.label,
        kind ?? null,
        weight,
      ]),
  };
}

/**
 * Draws a graph whose edges lead from earlier to later layers, from left to right, with the strongest edges alone: how
 * many of how many, from which size on, and what the baseline is stand above the picture. An edge is as wide as its
 * weight is great, dashed where it is negative. The table below lists the same edges.
 *
 * @param options Layers, nodes, edges and label.
 * @returns A document, whose text lists the edges that are shown, the strongest first.
 * @throws {RangeError} If a node or edge names a layer or node that there is not, or an edge does not lead to a later
 * layer.
 * @throws {TypeError} If an option is not known, a node has no label or an edge no weight.
 *
 * @example
 * ```ts
 * import { graph } from "@innerworks/innerworks";
 * const drawn = graph({
 *   title: "K-composition",
 *   layers: ["layer 0", "layer 1"],
 *   nodes: [{ label: "head 0.0", layer: 0 }, { label: "head 1.2", layer: 1 }],
 *   edges: [{ from: 0, to: 1, weight: 0.25, kind: "K" }],
 *   label: "composition score",
 *   baseline: { label: "random matrices", value: 0.05 },
 * });
 * if (!drawn["text/plain"].includes("0.200")) throw new Error("the edge is missing");
 * ```
 */
export function graph(options: GraphOptions): DrawnDocument {
  checkOptions(options);
  const count = Math.min(options.most ?? usualEdges, options.edges.length);
  return drawnWithin({ count, draw: (most) => drawEdges({ ...options, most }, count) });
}

/** Draws the strongest edges. */
function drawEdges(options: GraphOptions, asked: number): DrawnDocument {
  const { title, label, caption, code, most = asked } = options;
  const { shown, said } = chosenEdges(options);
  const { heading, rows, sides } = edgeTable(options, shown);
  const list = tableHtml(
    heading.map((text, i) => ({ heading: escapeHtml(text), align: sides[i]! })),
    rows.map((row) => row.map(escapeHtml)),
  );
  const guide =
    "earlier layers left, later ones right; the wider an edge, the greater its size; dashed: negative";
  return documentOf({
    title,
    less: most < asked
      ? saidLess(
        `the ${counted(most)} strongest of ${counted(options.edges.length)} edges are shown`,
      )
      : undefined,
    rows: edgeRows(options),
    caption,
    code,
    payload: { kind: "graph" },
    body: said.map((line) => `<p style="${quiet};margin:0 0 2px 0">${escapeHtml(line)}</p>`)
      .join("") +
      graphPicture(options, shown) +
      `<p class="axes" style="${quiet};margin:2px 0">${guide}</p>${kindsHtml(options.edges)}` +
      `<details class="edges" open style="${paper}"><summary style="${quiet};line-height:24px">Edges by ${
        escapeHtml(label)
      }</summary>${list}</details>`,
    text: [...said, textTable([heading, ...rows], sides)].join("\n"),
  });
}

/** Refuses what a compiler would, and edges that lead nowhere. */
function checkOptions(options: GraphOptions): void {
  const what = "draw a graph";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["title", "layers", "nodes", "edges", "label"]);
  const { nodes, edges, layers, baseline } = options;
  for (const name of ["layers", "nodes", "edges"] as const) {
    if (Array.isArray(options[name])) continue;
    throw new TypeError(
      `Cannot ${what} as ${name} must be a list: current value is ${givenValue(options[name])}`,
    );
  }
  if (baseline) refuseUnknownOptions(`${what} with a baseline`, baseline, ["label", "value"]);
  for (const name of ["most", "least"] as const) {
    const value = options[name];
    if (value === undefined || value >= 0 && (name === "least" || Number.isInteger(value))) {
      continue;
    }
    throw new RangeError(
      `Cannot ${what} as ${name} must be ${
        name === "most" ? "a whole number" : "a number"
      } from 0: current value is ${givenValue(value)}`,
    );
  }
  nodes.forEach((node, at) => checkNode(node, { at, layers }));
  edges.forEach((edge, at) => checkEdge(edge, { at, nodes }));
  const kinds = new Set(edges.map(({ kind }) => kind)).size;
  if (kinds <= seriesColours.length) return;
  throw new RangeError(
    `Cannot ${what} as there must be at most ${seriesColours.length} kinds of edges, which can be told apart: current value is ${kinds}`,
  );
}

function checkNode(
  node: GraphNode,
  { at, layers }: { readonly at: number; readonly layers: readonly string[] },
): void {
  const what = `draw node ${at} of a graph`;
  refuseUnknownOptions(what, node, ["label", "layer"]);
  if (typeof node.label !== "string") {
    throw new TypeError(
      `Cannot ${what} as its label must be text: current value is ${givenValue(node.label)}`,
    );
  }
  if (layers[node.layer] !== undefined) return;
  throw new RangeError(
    `Cannot ${what} as its layer must be from 0 to ${layers.length - 1}: current value is ${
      givenValue(node.layer)
    }`,
  );
}

function checkEdge(
  edge: GraphEdge,
  { at, nodes }: { readonly at: number; readonly nodes: readonly GraphNode[] },
): void {
  const what = `draw edge ${at} of a graph`;
  refuseUnknownOptions(what, edge, ["from", "to", "weight", "kind"]);
  if (typeof edge.weight !== "number") {
    throw new TypeError(
      `Cannot ${what} as its weight must be a number: current value is ${givenValue(edge.weight)}`,
    );
  }
  for (const name of ["from", "to"] as const) {
    if (nodes[edge[name]]) continue;
    throw new RangeError(
      `Cannot ${what} as ${name} must be from 0 to ${nodes.length - 1}: current value is ${
        givenValue(edge[name])
      }`,
    );
  }
  const [from, to] = [nodes[edge.from]!, nodes[edge.to]!];
  if (from.layer < to.layer) return;
  throw new RangeError(
    `Cannot ${what} as it must lead to a later layer: current value is from ${from.layer} to ${to.layer}`,
  );
}
