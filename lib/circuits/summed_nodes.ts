/**
 * Scores of nodes by fewer axes.
 *
 * @module
 */

import type { NodeAxis, NodeScores } from "./node_scores.ts";

/**
 * Sums scores over axes: to first order, what replacing all nodes along them together does. Positions past an example's
 * end do not count; where no node is left, NaN stands. The size by chance of a sum is that of as many independent
 * directions, the root of the sum of squares.
 *
 * @param nodes The scores.
 * @param by The axes that stay, in any order.
 * @returns The scores by these axes, `[by…, example]`.
 * @throws {RangeError} If the nodes have no such axis, or layers would be summed, whose nodes hold each other.
 */
export function summedNodes(
  { at, axes, shape, scores, chance }: NodeScores,
  by: readonly NodeAxis[],
): Pick<NodeScores, "axes" | "shape" | "scores" | "chance"> {
  const strange = by.find((axis, i) => !axes.includes(axis) || by.indexOf(axis) < i);
  if (strange !== undefined) {
    throw new RangeError(
      `Cannot sum nodes of ${at} as each axis must be one of theirs, once, ${
        axes.join(", ")
      }: current value is ${by.join(", ")}`,
    );
  }
  if (axes.includes("layer") && !by.includes("layer")) {
    throw new RangeError(
      `Cannot sum nodes of ${at} as layers must be told apart, for what one writes the next holds too: current value is ${
        by.join(", ") || "no axis"
      }`,
    );
  }
  const sizes = by.map((axis) => shape[axes.indexOf(axis)]!);
  const cells = shape.reduce((product, size) => product * size, 1);
  const examples = scores.length / cells, size = sizes.reduce((product, each) => product * each, 1);
  const sums = new Float64Array(size * examples), squares = new Float64Array(size * examples);
  const found = new Uint32Array(size * examples);
  // How far a step along each axis goes in the sums.
  const strides = axes.map((axis) => {
    const place = by.indexOf(axis);
    return place < 0 ? 0 : sizes.slice(place + 1).reduce((product, each) => product * each, 1);
  });
  const place = axes.map(() => 0);
  for (let cell = 0; cell < cells; cell++) {
    const to = place.reduce((sum, at, axis) => sum + at * strides[axis]!, 0) * examples;
    for (let example = 0; example < examples; example++) {
      const score = scores[cell * examples + example]!;
      if (Number.isNaN(score)) continue;
      sums[to + example]! += score;
      squares[to + example]! += chance[cell * examples + example]! ** 2;
      found[to + example]!++;
    }
    for (let axis = axes.length - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) {
      place[axis] = 0;
    }
  }
  const defined = (list: Float64Array) => list.map((value, i) => found[i] === 0 ? NaN : value);
  return {
    axes: by,
    shape: sizes,
    scores: defined(sums),
    chance: defined(squares).map(Math.sqrt),
  };
}

/** Nodes of which all positions count as one: in prompts of unequal length a position is another place in each. */
export function withoutPositions(nodes: NodeScores): NodeScores {
  const by = nodes.axes.filter((axis) => !/^(position|query|key)$/.test(axis));
  return { ...nodes, ...summedNodes(nodes, by) };
}

/** The place of a cell on each axis. */
export function placeOf(
  axes: readonly string[],
  shape: readonly number[],
  cell: number,
): Record<string, number> {
  let stride = shape.reduce((product, size) => product * size, 1);
  return Object.fromEntries(axes.map((axis, i) => {
    stride /= shape[i]!;
    return [axis, Math.floor(cell / stride) % shape[i]!];
  }));
}
