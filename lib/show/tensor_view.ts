/**
 * Tensors of any rank, as slices with named axes.
 *
 * @module
 */

import type { Code } from "./code_at.ts";
import { saidLess, shrunkWithin } from "./show_within.ts";
import { leftLabels, topLabels } from "./axis.ts";
import { pictureHtml } from "./cell_picture.ts";
import type { Scale } from "./colour.ts";
import type { DrawnDocument } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { farValue } from "./far_value.ts";
import { formatNumber } from "./format_number.ts";
import { refuseUnlessNumbers } from "./given_value.ts";
import { greatestCells, saidListed } from "./greatest_cells.ts";
import { refuseMissingOptions, refuseUnknownOptions, refuseUnknownWord } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { toIndices, type Transform, valueScale } from "./value_scale.ts";
import { gridOnPaper } from "./wide_on_paper.ts";

/** An axis of a {@linkcode tensorView}. */
export interface TensorAxis {
  /** What it counts, such as "layer" or "head". */
  readonly name: string;
  /** How many places it has. */
  readonly size: number;
  /** What they are called; numbers if left out. */
  readonly labels?: readonly string[];
}

/** What {@linkcode tensorView} draws. */
export interface TensorViewOptions {
  /** The values, the last axis fastest. */
  readonly values: ArrayLike<number>;
  /** The axes, outermost first; none of a single number. */
  readonly axes: readonly TensorAxis[];
  /** What the values are. */
  readonly label: string;
  /** Their unit. */
  readonly unit?: string;
  /** Sequential or diverging; diverging if left out and a value is negative. */
  readonly scale?: Scale;
  /** How colour grows with a value; linear if left out. */
  readonly transform?: Transform;
  /** The values at both ends of the scale; if left out, the values say. What lies outside has a colour of its own. */
  readonly domain?: readonly [low: number, high: number];
  /** The heading; the label and the axes if left out. */
  readonly title?: string;
  /** Where the numbers come from, in one line. */
  readonly caption?: string;
  /** The expression of one value, with the names of the axes in braces, for who copies it. */
  readonly code?: Code;
}

const known = [
  "values",
  "axes",
  "label",
  "unit",
  "scale",
  "transform",
  "domain",
  "title",
  "caption",
  "code",
];

/** The most cells that are drawn; of more, the first of the outer axes. */
const mostCells = 2 ** 20;
/** The most cells whose exact values a page has, and how many of the greatest are listed. */
const [exactCells, listed] = [4000, 20];

/**
 * Draws a tensor: its last two axes are the rows and columns of a slice, the others choose the slice. All slices have one
 * scale; NaN and the infinities have colours of their own and are counted.
 *
 * @param options Values, axes and label.
 * @returns A document; its text has the shape, a few figures and the cells of greatest size. Of more than a million cells
 * the first of the outer axes are drawn, and it says how many.
 * @throws {RangeError} If there are not as many values as the axes have places, or labels as an axis has.
 * @throws {TypeError} If an option or a word among them is not known, or the values are no flat list of numbers.
 *
 * @example
 * ```ts
 * import { tensorView } from "@innerworks/innerworks";
 * const view = tensorView({
 *   values: [1, -2, NaN, 4, 5, Infinity],
 *   axes: [{ name: "head", size: 3 }, { name: "key", size: 2 }],
 *   label: "score",
 * });
 * if (!view["text/plain"].includes("1 undefined")) throw new Error("the undefined value is not counted");
 * ```
 */
export function tensorView(options: TensorViewOptions): DrawnDocument {
  checkedAxes(options);
  return shrunkWithin({
    first: Math.min(options.values.length, mostCells),
    next: (cells, { size, room }) =>
      cells > 64 ? Math.floor(cells * Math.min(0.9, room / size)) : undefined,
    draw: (cells) => drawSlices(options, cells),
  });
}

/** Draws so many cells. */
function drawSlices(options: TensorViewOptions, most: number): DrawnDocument {
  const axes = checkedAxes(options), { values, label, unit, caption, code } = options;
  const kept = keptSizes(axes, most);
  const [rows, columns] = [-2, -1].map((at) => ({ ...axes.at(at)!, size: kept.at(at)! })) as [
    Labelled,
    Labelled,
  ];
  const drawn = firstOf(values, axes, kept),
    count = kept.slice(0, -2).reduce((all, n) => all * n, 1);
  const by = valueScale(drawn, options), indices = toIndices(drawn, by);
  const height = drawn.length === 0 ? 0 : drawn.length / columns.size;
  const cell = Math.max(
    1,
    Math.min(24, Math.floor(640 / columns.size), Math.floor(420 / Math.max(1, rows.size))),
  );
  const measured = unit ? `${label} (${unit})` : label;
  const shape = options.axes.map(({ name, size }) => `${name} ${size}`).join(" × ") || "one number";
  const title = options.title ?? `${label}: ${shape}`;
  const best = values.length === 0 ? [] : greatestCells(values, Math.min(listed, values.length));
  const names = [...options.axes.map(({ name }) => name), measured];
  const list = best.map((i) => [...placeOf(i, options.axes), formatNumber(values[i]!)]);
  const figures = figuresText(values), alone = options.domain ? "" : farValue(values);
  const cuts = axes.flatMap(({ name, size }, i) =>
    kept[i]! < size ? [`the first ${kept[i]} of ${size} of ${name}`] : []
  );
  const alternative = `${title}: ${figures}` +
    (list[0] ? `; greatest ${list[0].at(-1)} at ${placeText(list[0], names)}` : "");
  const stored = height * cell * columns.size * cell > 4e6 ? 1 : cell;
  const paper = "background-color:rgb(255,255,255);color:rgb(26,28,31)";
  const classes = height * cell > page ? "slices tall" : "slices";
  const grid = drawn.length === 0
    ? `<p style="${quiet}">No values</p>`
    : `<div${gridOnPaper(classes, rows.labels, cell * columns.size)}>` +
      `<div style="${paper};padding:17px 0 0 0">${
        leftLabels(rows.labels.slice(0, rows.size), cell)
      }</div><div style="${paper}">${topLabels(columns.labels.slice(0, columns.size), cell)}${
        pictureHtml({
          indices,
          columns: columns.size,
          cell,
          by,
          alternative,
          stored,
        })
      }</div></div>`;
  const below = count > 1
    ? `; slices of ${
      axes.slice(0, -2).map(({ name }) => name).join(", ")
    } one below the other, the labels are the first one's`
    : "";
  return documentOf({
    title,
    caption,
    code,
    less: cuts.length > 0 ? saidLess(`${cuts.join(", ")} are drawn`) : undefined,
    rows: {
      columns: names,
      fields: () => Array.from(values, (value, i) => [...placeOf(i, options.axes), value]),
    },
    payload: {
      kind: "tensor",
      by,
      label: measured,
      axes: axes.map(({ name, labels }, i) => ({
        name,
        // What is not drawn cannot be chosen.
        labels: labels.slice(0, kept[i]),
      })),
      ...drawn.length <= exactCells &&
        { values: Array.from(drawn, (value) => Number(value.toPrecision(7))) },
    },
    body: `<p class="axes" style="${quiet};margin:0 0 4px 0">${escapeHtml(figures)}</p>` +
      `<p class="axes" style="${quiet};margin:0 0 4px 0">rows: ${escapeHtml(rows.name)}; columns: ${
        escapeHtml(columns.name)
      }${escapeHtml(below)}</p>` + grid +
      legendHtml({ ...by, infinite: options.domain === undefined }, label, unit, indices) +
      (alone ? `<p class="note" style="${quiet};margin:4px 0">${alone}</p>` : "") +
      `<details open style="${paper}"><summary style="${quiet};line-height:24px">Greatest values</summary>${
        tableHtml(
          names.map((name, i) => ({
            heading: escapeHtml(name),
            align: i === names.length - 1 ? "right" as const : "left" as const,
          })),
          list.map((row) => row.map(escapeHtml)),
        )
      }</details>`,
    text: `${shape}: ${figures}${alone && `\n${alone}`}\n${
      values.length > listed ? `greatest first${saidListed(values.length, listed)}\n` : ""
    }${
      textTable([names, ...list], names.map((_, i) => i === names.length - 1 ? "right" : "left"))
    }`,
  });
}

/** The pixels of a page of paper from top to bottom, less a margin: a taller picture begins on a page without its labels. */
const page = 900;

/** How many places of each axis are drawn: all, or of the outer ones the first, so that there are not too many cells. */
function keptSizes(axes: readonly TensorAxis[], most: number): number[] {
  const kept = axes.map(({ size }) => size);
  for (let i = 0; i < kept.length; i++) {
    const places = kept.reduce((all, size) => all * size, 1);
    if (places <= most) break;
    kept[i] = Math.max(1, Math.floor(kept[i]! * most / places));
  }
  return kept;
}

/** The values at the first places of each axis. */
function firstOf(
  values: ArrayLike<number>,
  axes: readonly TensorAxis[],
  kept: readonly number[],
): Float64Array {
  const block = new Float64Array(kept.reduce((all, size) => all * size, 1));
  const steps = axes.map((_, i) => axes.slice(i + 1).reduce((all, { size }) => all * size, 1));
  for (let i = 0; i < block.length; i++) {
    let [rest, at] = [i, 0];
    for (let axis = kept.length - 1; axis >= 0; axis--) {
      at += (rest % kept[axis]!) * steps[axis]!;
      rest = Math.floor(rest / kept[axis]!);
    }
    block[i] = values[at]!;
  }
  return block;
}

/** The axes, each with labels, and at least two of them. */
type Labelled = TensorAxis & { readonly labels: readonly string[] };
function checkedAxes(options: TensorViewOptions): Labelled[] {
  const what = "draw a tensor";
  refuseUnknownOptions(what, options, known);
  refuseMissingOptions(what, options, ["values", "axes", "label"]);
  refuseUnknownWord(what, "scale", options.scale, ["sequential", "diverging"]);
  refuseUnknownWord(what, "transform", options.transform, ["linear", "sqrt"]);
  refuseUnlessNumbers(what, "values", options.values);
  const { values, axes } = options, places = axes.reduce((all, { size }) => all * size, 1);
  if (values.length !== places) {
    throw new RangeError(
      `Cannot ${what} as it must have as many values as its axes have places, ${places}: current value is ${values.length}`,
    );
  }
  const labelled = axes.map((axis) => {
    refuseUnknownOptions(`${what}: an axis`, axis, ["name", "size", "labels"]);
    const { size, labels = Array.from({ length: size }, (_, i) => String(i)) } = axis;
    if (labels.length === size) return { ...axis, labels };
    throw new RangeError(
      `Cannot ${what} as ${axis.name} must have as many labels as places, ${size}: current value is ${labels.length}`,
    );
  });
  const single = { name: "", size: 1, labels: [""] };
  return [...Array.from({ length: Math.max(0, 2 - labelled.length) }, () => single), ...labelled];
}

/** Where a value lies, a label an axis. */
function placeOf(at: number, axes: readonly TensorAxis[]): string[] {
  let rest = at;
  return axes.toReversed().map(({ size, labels }) => {
    const index = rest % size;
    rest = Math.floor(rest / size);
    return labels?.[index] ?? String(index);
  }).reverse();
}

const placeText = (row: readonly string[], names: readonly string[]): string =>
  row.slice(0, -1).map((label, i) => `${names[i]} ${label}`).join(", ");

/** Mean, deviation and ends of what is finite, and how many are not. */
function figuresText(values: ArrayLike<number>): string {
  let [count, mean, square, undefinedOnes, infinite] = [0, 0, 0, 0, 0];
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) undefinedOnes++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      // Welford's recurrence: a sum of squares would lose what a large mean leaves.
      const step = value - mean;
      mean += step / ++count;
      square += step * (value - mean);
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
  }
  const odd = `${undefinedOnes} undefined, ${infinite} infinite`;
  if (count === 0) return `no finite value, ${odd}`;
  return `mean ${formatNumber(mean)}, deviation ${formatNumber(Math.sqrt(square / count))}, from ${
    formatNumber(least)
  } to ${formatNumber(greatest)}, ${odd}`;
}
