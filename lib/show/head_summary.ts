/**
 * What a head of attention does, in numbers.
 *
 * @module
 */

/** How many pairs of a head are listed. */
const listed = 3;

/** What a head does, in numbers; of differences of weights the same is said. */
export interface HeadSummary {
  /** Its mean weight on the first token, on the previous one, and on the query's own. */
  readonly first: number;
  readonly previous: number;
  readonly itself: number;
  readonly pairs: readonly (readonly [query: number, key: number, weight: number])[];
}

/**
 * Reads a head: where its attention goes on average, and its strongest pairs off the first token.
 *
 * @param pattern Attention weights.
 * @param start Where the head's begin.
 * @param size How many tokens there are.
 */
export function summariseHead(
  pattern: ArrayLike<number>,
  start: number,
  size: number,
): HeadSummary {
  let [first, previous, itself] = [0, 0, 0];
  const pairs: [number, number, number][] = [];
  // Query 0 can attend only to itself, so it says nothing about the head.
  for (let query = 1; query < size; query++) {
    for (let key = 0; key < size; key++) {
      const weight = pattern[start + query * size + key]!;
      if (key === 0) first += weight;
      // For query 1 the previous token is the first one, which has a column of its own.
      if (query > 1 && key === query - 1) previous += weight;
      if (key === query) itself += weight;
      if (key === 0 || !(Math.abs(weight) > Math.abs(pairs[listed - 1]?.[2] ?? 0))) continue;
      pairs.push([query, key, weight]);
      pairs.sort((a, b) => Math.abs(b[2]) - Math.abs(a[2]));
      if (pairs.length > listed) pairs.pop();
    }
  }
  // Where no query is left there is no mean: 0 / 0 is undefined.
  const share = (sum: number, skipped: number): number => sum / Math.max(0, size - skipped);
  return { first: share(first, 1), previous: share(previous, 2), itself: share(itself, 1), pairs };
}
