/**
 * Trees, such as the parts of a model.
 *
 * @module
 */

import type { DrawnRows } from "./drawn_rows.ts";
import { counted, drawnWithin, saidFirst } from "./show_within.ts";
import type { DrawnDocument } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";

/** A node of a {@linkcode tree}. */
export interface TreeNode {
  /** What it is called. */
  readonly name: string;
  /** What it is, such as its axes and shape, shown beside the name. */
  readonly note?: string;
  /** A longer word about it, shown under the name when the node is open. */
  readonly detail?: string;
  /** What it is made of. */
  readonly children?: readonly TreeNode[];
}

/** What {@linkcode tree} draws. */
export interface TreeOptions {
  /** What the tree is about. */
  readonly title: string;
  /** The node that holds all others. */
  readonly root: TreeNode;
  /** How many levels are open at first; 2 if left out. */
  readonly open?: number;
  /** Where it comes from, in one line. */
  readonly caption?: string;
}

const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";

function checkNode(node: TreeNode): void {
  refuseUnknownOptions("draw a node of a tree", node, ["name", "note", "detail", "children"]);
  node.children?.forEach(checkNode);
}

function nodeHtml(node: TreeNode, open: number): string {
  const { name, note, detail, children = [] } = node;
  const label = `<code class="name" style="${ink};font-family:monospace">${
    escapeHtml(name)
  }</code>${note ? ` <span class="note" style="${quiet}">${escapeHtml(note)}</span>` : ""}`;
  if (!detail && children.length === 0) {
    return `<div class="leaf" style="${ink};padding-left:18px">${label}</div>`;
  }
  const more = detail
    ? `<div class="note" style="${quiet};padding-left:18px">${escapeHtml(detail)}</div>`
    : "";
  const inside = children.map((child) => nodeHtml(child, open - 1)).join("");
  return `<details${
    open > 0 ? " open" : ""
  } style="${ink};padding-left:4px"><summary style="${ink};line-height:24px">${label}</summary><div class="inside" style="${ink};padding-left:14px">${more}${inside}</div></details>`;
}

function nodeText(node: TreeNode, indent: string): string {
  const { name, note, detail, children = [] } = node;
  const lines = [`${indent}${name}${note ? `  ${note}` : ""}`];
  if (detail) lines.push(`${indent}    ${detail.replace(/\s+/g, " ")}`);
  return [...lines, ...children.map((child) => nodeText(child, indent + "  "))].join("\n");
}

/**
 * Draws a tree whose nodes open and close.
 *
 * @param options Title, root and caption.
 * @returns A document.
 * @throws {TypeError} If an option or a field of a node is not known.
 *
 * @example
 * ```ts
 * import { tree } from "@innerworks/innerworks";
 * const model = tree({
 *   title: "A model",
 *   root: { name: "model", children: [{ name: "embed", note: "[vocabulary 512, width 128]" }] },
 * });
 * if (!model["text/plain"].includes("  embed")) throw new Error("the child is missing");
 * ```
 */
export function tree(options: TreeOptions): DrawnDocument {
  refuseUnknownOptions("draw a tree", options, ["title", "root", "open", "caption"]);
  refuseMissingOptions("draw a tree", options, ["title", "root"]);
  const { title, root, open = 2, caption } = options;
  checkNode(root);
  const count = [...nodesOf(root)].length;
  return drawnWithin({
    count,
    draw(shown) {
      const some = shown < count ? upperNodes(root, shown) : root;
      return documentOf({
        title,
        caption,
        less: saidFirst(shown, count, "nodes, from the root down,"),
        rows: treeRows(root),
        payload: { kind: "tree" },
        body: nodeHtml(some, open),
        text: nodeText(some, ""),
      });
    },
  });
}

/** All nodes, level by level. */
function* nodesOf(root: TreeNode): Iterable<TreeNode> {
  let level = [root];
  while (level.length > 0) {
    yield* level;
    level = level.flatMap(({ children = [] }) => children);
  }
}

/** The first nodes, level by level; whose children went says how many. */
function upperNodes(root: TreeNode, count: number): TreeNode {
  const kept = new Set<TreeNode>();
  for (const node of nodesOf(root)) {
    if (kept.size === count) break;
    kept.add(node);
  }
  const cut = (node: TreeNode): TreeNode => {
    const { children = [] } = node, some = children.filter((child) => kept.has(child));
    const left = children.length - some.length;
    const more = left > 0 ? [{ name: "…", note: `${counted(left)} more` }] : [];
    return children.length === 0 ? node : { ...node, children: [...some.map(cut), ...more] };
  };
  return cut(root);
}

/** The nodes by their paths. */
function treeRows(root: TreeNode): DrawnRows {
  function* rows(node: TreeNode, above: string): Iterable<readonly (string | null)[]> {
    const path = above ? `${above}.${node.name}` : node.name;
    yield [path, node.note ?? null, node.detail ?? null];
    for (const child of node.children ?? []) yield* rows(child, path);
  }
  return { columns: ["path", "note", "detail"], fields: () => rows(root, "") };
}
