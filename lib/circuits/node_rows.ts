/**
 * The estimates of attribution patching as rows.
 *
 * @module
 */

import { type CsvField, LongTable } from "../show/mod.ts";
import type { AttributionPatchingFacts } from "./attribution_patching_result.ts";
import type { NodeScores } from "./node_scores.ts";
import { placeOf } from "./summed_nodes.ts";

/**
 * Lists the estimates: of every kind of nodes each node in each example.
 *
 * @param facts What was estimated, and the numbers.
 * @returns The rows, with the size that each would have by chance, and the metric in the run that is edited and in the other. An
 * axis that a kind has not is empty; the token is that of the edited run at `position`, else at `key`, else at `query`.
 */
export function nodeRows(facts: AttributionPatchingFacts): LongTable {
  const { nodes, metric } = facts, axes = [...new Set(nodes.flatMap((one) => one.axes))];
  const placed = ["position", "key", "query"].filter((axis) => axes.includes(axis));
  return new LongTable(
    `estimates of ${metric.label} by gradients`,
    [
      "kind",
      ...axes,
      ...placed.length > 0 ? ["token"] : [],
      ..."example estimate chance baseline reference".split(" "),
    ],
    function* () {
      for (const kind of nodes) yield* rowsOf(kind, facts, { axes, placed });
    },
  );
}

/** The rows of one kind. */
function* rowsOf(
  { at, axes: own, shape, sites, scores, chance }: NodeScores,
  { baseline, reference, prompts }: AttributionPatchingFacts,
  { axes, placed }: { readonly axes: readonly string[]; readonly placed: readonly string[] },
): Generator<readonly CsvField[]> {
  const examples = baseline.length;
  for (let i = 0; i < scores.length; i++) {
    const place = placeOf(own, shape, Math.floor(i / examples)), example = i % examples;
    const axis = placed.find((name) => place[name] !== undefined);
    const token = axis === undefined ? undefined : prompts[example]!.tokens[place[axis]!];
    const layer = place.layer === undefined ? null : Number(/\d+/.exec(sites[place.layer]!)![0]);
    yield [
      at,
      ...axes.map((name) => name === "layer" ? layer : place[name] ?? null),
      ...placed.length > 0 ? [token?.text ?? null] : [],
      example,
      scores[i]!,
      chance[i]!,
      baseline[example]!,
      reference[example]!,
    ];
  }
}
