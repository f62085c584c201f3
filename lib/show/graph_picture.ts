/**
 * The picture of a graph: an SVG inside an image, which a sanitiser lets through; the page takes it out again.
 *
 * @module
 */

import { seriesColours } from "./colour.ts";
import { quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { formatNumber } from "./format_number.ts";
import type { GraphEdge, GraphOptions } from "./graph.ts";
import { tokenText } from "./token_text.ts";

const paper = "color:rgb(26,28,31);background-color:rgb(255,255,255)";
/** Blue adds, orange takes away, as in every chart here. */
const [plus, minus] = ["#4a78b8", "#b35806"];

/** Pixels: of a letter, the height of a row and of a node, between layers, round the picture. */
const [letter, rowHeight, height, gap, margin] = [7, 26, 18, 64, 6];
/** The most letters of a label in the picture; its tooltip and the table have all. */
const widest = 14;
/** The most nodes of which those without an edge are drawn too. */
const fewNodes = 160;

interface Placed {
  readonly x: number;
  readonly y: number;
}

/** Text that XML can hold: what cannot be seen has its visible form. */
const visible = (text: string): string => tokenText({ text });
/** A label that fits into a node; spaces at its edges are no part of a label. */
const short = (text: string): string => {
  const letters = [...visible(text.trim())];
  return letters.length > widest ? letters.slice(0, widest - 1).join("") + "…" : letters.join("");
};

const kindsOf = (edges: readonly GraphEdge[]): string[] => [
  ...new Set(edges.flatMap(({ kind }) => kind === undefined ? [] : [kind])),
];

/** The colour of an edge: by its kind where there are kinds, else by its sign. */
function colourOf(edge: GraphEdge, kinds: readonly string[]): string {
  const at = edge.kind === undefined ? -1 : kinds.indexOf(edge.kind);
  return at >= 0 ? seriesColours[at % seriesColours.length]! : edge.weight < 0 ? minus : plus;
}

/** An edge as a curve that leaves and enters level. */
function edgeSvg(
  edge: GraphEdge,
  [from, to]: readonly [Placed, Placed],
  { most, width, options, kinds }: {
    readonly most: number;
    readonly width: number;
    readonly options: GraphOptions;
    readonly kinds: readonly string[];
  },
): string {
  const [start, end] = [from.x + width, to.x];
  const bend = Math.min(gap, (end - start) / 2);
  const size = Number.isFinite(edge.weight) ? Math.abs(edge.weight) / most : 1;
  const { nodes, label } = options;
  const title = `${visible(nodes[edge.from]!.label)} → ${visible(nodes[edge.to]!.label)}${
    edge.kind === undefined ? "" : `, ${visible(edge.kind)}`
  }: ${visible(label)} ${formatNumber(edge.weight)}`;
  return `<path class="edge" data-from="${edge.from}" data-to="${edge.to}" d="M${start} ${from.y}C${
    start + bend
  } ${from.y} ${end - bend} ${to.y} ${end} ${to.y}" fill="none" stroke="${
    colourOf(edge, kinds)
  }" stroke-opacity="0.8" stroke-width="${(0.75 + 4.25 * size).toFixed(2)}"${
    edge.weight < 0 ? ' stroke-dasharray="5 3"' : ""
  }><title>${escapeHtml(title)}</title></path>`;
}

/** A node as a box with its label. */
function nodeSvg(at: number, label: string, { x, y, width }: Placed & { width: number }): string {
  return `<g class="node" data-node="${at}"><rect x="${x}" y="${
    y - height / 2
  }" width="${width}" height="${height}" rx="4" fill="#eef0f3" stroke="#8a9099"/><text x="${
    x + width / 2
  }" y="${y + 4}" text-anchor="middle" font-size="11" fill="#1a1c1f">${
    escapeHtml(short(label))
  }</text><title>${escapeHtml(visible(label))}</title></g>`;
}

/** Where the nodes of the picture are, layer by layer; those that are left out have no place. */
function places(options: GraphOptions, shown: readonly GraphEdge[]) {
  const { nodes, layers } = options;
  const tied = new Set(shown.flatMap(({ from, to }) => [from, to]));
  const drawn = nodes.map((_, at) => nodes.length <= fewNodes || tied.has(at));
  const used = layers.map((_, layer) =>
    nodes.some((node, at) => node.layer === layer && drawn[at])
  );
  const columns = layers.map((_, layer) => layer).filter((layer) => used[layer]);
  const labels = nodes.filter((_, at) => drawn[at]).map(({ label }) => [...short(label)].length);
  const heads = columns.map((layer) => [...short(layers[layer]!)].length);
  const width = Math.max(4, ...labels, ...heads) * letter + 10;
  const counts = new Map<number, number>();
  const found = nodes.map((node, at): Placed | undefined => {
    if (!drawn[at]) return undefined;
    const row = counts.get(node.layer) ?? 0;
    counts.set(node.layer, row + 1);
    return {
      x: margin + columns.indexOf(node.layer) * (width + gap),
      y: margin + 24 + rowHeight * (row + 0.5),
    };
  });
  return {
    found,
    columns,
    width,
    left: drawn.filter((draw) => !draw).length,
    size: [
      2 * margin + Math.max(0, columns.length * (width + gap) - gap),
      2 * margin + 24 + rowHeight * Math.max(0, ...counts.values()),
    ] as const,
  };
}

/** What the picture shows, for who does not see it. */
function alternative({ title, nodes }: GraphOptions, shown: readonly GraphEdge[]): string {
  const [strongest] = shown;
  const all = `${title}: ${shown.length} edges between ${nodes.length} nodes`;
  if (!strongest) return all;
  const [from, to] = [nodes[strongest.from]!, nodes[strongest.to]!];
  return `${all}; strongest ${visible(from.label)} to ${visible(to.label)}, ${
    formatNumber(strongest.weight)
  }`;
}

/**
 * Draws the edges of a graph, layers from left to right.
 *
 * @param options The graph, checked already.
 * @param shown The edges that are shown.
 * @returns HTML that reads without scripts.
 */
export function graphPicture(options: GraphOptions, shown: readonly GraphEdge[]): string {
  const { nodes, layers, title } = options;
  const { found, columns, width, left, size } = places(options, shown);
  if (columns.length === 0) return `<p style="${quiet}">No nodes</p>`;
  const weights = shown.map(({ weight }) => Math.abs(weight)).filter(Number.isFinite);
  const how = { most: Math.max(0, ...weights) || 1, width, options, kinds: kindsOf(options.edges) };
  // The weakest first, so that the strongest lie on top.
  const edges = shown.toReversed().map((edge) =>
    edgeSvg(edge, [found[edge.from]!, found[edge.to]!], how)
  );
  const heads = columns.map((layer, column) =>
    `<text class="layer" x="${
      margin + column * (width + gap) + width / 2
    }" y="16" text-anchor="middle" font-size="11" font-weight="bold" fill="#1a1c1f">${
      escapeHtml(short(layers[layer]!))
    }</text>`
  );
  const boxes = nodes.map((node, at) =>
    found[at] ? nodeSvg(at, node.label, { ...found[at], width }) : ""
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${
    size[1]
  }" viewBox="0 0 ${size.join(" ")}" font-family="DejaVu Sans,sans-serif">${heads.join("")}${
    edges.join("")
  }${boxes.join("")}</svg>`;
  const source = new TextEncoder().encode(svg).toBase64();
  const said = left > 0
    ? `<p style="${quiet};margin:2px 0">${left} of ${nodes.length} nodes have no edge that is shown, and are not drawn</p>`
    : "";
  return `<div class="graph" tabindex="0" role="group" aria-label="${
    escapeHtml(title)
  }" style="${paper};overflow-x:auto"><img class="drawing" alt="${
    escapeHtml(alternative(options, shown))
  }" width="${size[0]}" height="${size[1]}" style="width:${size[0]}px;height:${
    size[1]
  }px;max-width:none;margin:0" src="data:image/svg+xml;base64,${source}"></div>${said}`;
}

/**
 * Says which colour is which kind of edge.
 *
 * @param edges All edges, in whose order the kinds have their colours, whichever are shown.
 * @returns HTML, empty where they have no kinds.
 */
export function kindsHtml(edges: readonly GraphEdge[]): string {
  const kinds = kindsOf(edges);
  if (kinds.length === 0) return "";
  const swatches = kinds.map((kind, at) => {
    const colour = seriesColours[at % seriesColours.length]!;
    const [red, green, blue] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    return `<span style="${paper};white-space:nowrap;border-left:18px solid rgb(${red},${green},${blue});padding:0 10px 0 5px;margin:0 4px 0 0">${
      escapeHtml(kind)
    }</span>`;
  });
  return `<p class="kinds" style="${quiet};margin:4px 0">kinds: ${swatches.join("")}</p>`;
}
