/**
 * An attribution as grids: by layer and head, by layer and component, by head and the token that it reads.
 *
 * @module
 */

import { codeOf } from "../run/mod.ts";
import { type DrawnDocument, heatMap, literalCode } from "../show/mod.ts";
import type { LogitAttribution } from "./attribution_result.ts";
import type { PartKind } from "./part.ts";

/** What each head gives, the mean over the prompts. */
export function headGrid(attribution: LogitAttribution): DrawnDocument {
  const own = attribution.parts.map((part, i) => ({ part, value: meanOf(attribution.values[i]!) }))
    .filter(({ part }) => part.head !== undefined);
  if (own.length === 0) {
    throw new RangeError(
      'Cannot draw heads as attention must be split into them: take { by: "head" }',
    );
  }
  const layers = 1 + Math.max(...own.map(({ part }) => part.layer!));
  const heads = 1 + Math.max(...own.map(({ part }) => part.head!));
  const values = new Float64Array(layers * heads);
  for (const { part, value } of own) values[part.layer! * heads + part.head!]! += value;
  const sum = values.reduce((sum, value) => sum + value, 0);
  return heatMap({
    values,
    rows: { name: "layer", labels: numbered(layers) },
    columns: { name: "head", labels: numbered(heads) },
    label: attribution.facts.label,
    unit: attribution.facts.unit,
    scale: "diverging",
    title: `${attribution.facts.label}, by head`,
    ...codeOf(attribution, ".mean({ layer: {row}, head: {column} })"),
    caption: `${attribution.caption} · heads together ${sum.toFixed(3)} of ${
      meanOf(attribution.totals).toFixed(3)
    }; a head on average ${(sum / values.length).toFixed(3)}`,
  });
}

/** The kinds of parts that a layer's columns hold. */
const kinds: readonly (readonly PartKind[])[] = [
  ["attention", "head", "path"],
  ["feed-forward", "neuron", "expert"],
  ["bias"],
];

/** What attention and feed-forward networks give, the mean over the prompts. */
export function layerGrid(attribution: LogitAttribution): DrawnDocument {
  const own = attribution.parts.map((part, i) => ({ part, value: meanOf(attribution.values[i]!) }))
    .filter(({ part }) => part.layer !== null);
  const count = 1 + Math.max(...own.map(({ part }) => part.layer!));
  const columns = ["attention", "feed-forward", "biases"], values = new Float64Array(3 * count);
  for (const { part, value } of own) {
    const column = kinds.findIndex((own) => own.includes(part.kind));
    values[3 * part.layer! + column]! += value;
  }
  return heatMap({
    values,
    rows: { name: "layer", labels: numbered(count) },
    columns: { name: "component", labels: columns },
    label: attribution.facts.label,
    unit: attribution.facts.unit,
    scale: "diverging",
    title: `${attribution.facts.label}, by layer`,
    ...codeOf(attribution, ".mean({ layer: {row}, kind: {kinds} })", {
      kinds: { by: "column", texts: kinds.map((own) => literalCode(own)) },
    }),
    caption: attribution.caption,
  });
}

/** What each head gives by each token of the first prompt that it reads. */
export function pathGrid(attribution: LogitAttribution): DrawnDocument {
  const own = attribution.parts.map((part, i) => ({ part, value: attribution.values[i]![0]! }))
    .filter(({ part }) => part.kind === "path");
  const { tokens } = attribution.facts.prompts[0]!;
  const heads = own.map(({ part }) => part).filter(({ source }) => source === own[0]!.part.source);
  const rows = heads.map(({ layer, head }) => `L${layer}H${head}`);
  return heatMap({
    values: own.map(({ value }) => value),
    rows: { name: "head", labels: rows },
    columns: { name: "token that the head reads", labels: tokens },
    label: attribution.facts.label,
    unit: attribution.facts.unit,
    scale: "diverging",
    title: `${attribution.facts.label}, by head and the token that it reads`,
    ...codeOf(attribution, ".mean({ layer: {layer}, head: {head}, source: {column} })", {
      layer: { by: "row", texts: heads.map(({ layer }) => String(layer)) },
      head: { by: "row", texts: heads.map(({ head }) => String(head)) },
    }),
    caption: attribution.caption,
  });
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

/** The mean of numbers. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
