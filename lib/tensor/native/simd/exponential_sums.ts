/**
 * What a sum of exponentials is made of, over vectors, without an array of them.
 *
 * @module
 */

import { exponential } from "./exponential.ts";
import type { WrittenFunction } from "./wasm_bytes.ts";
import { type Integer, Writer } from "./writer.ts";

/**
 * Writes the function: for each row of a scratch the greatest number, and the sum of the exponentials of what is below it.
 *
 * It takes how many rows there are, the bytes that they are apart, at least 32, and how many numbers count. It leaves the greatest in
 * the place of a row's first number, and the sum, in double precision, in that of the fifth and sixth.
 */
export function exponentialSumsFunction(): WrittenFunction {
  const w = new Writer("sums", 3);
  const [rows, stride, count] = [0, 1, 2].map((place) => w.parameter(place)) as [
    Integer,
    Integer,
    Integer,
  ];
  const row = w.integer(0), at = w.integer(0), end = w.integer(0), start = w.integer(0);
  const lowest = w.constant(-Infinity), nothing = w.constant(0), four = w.integerConstant(4);
  const lanes = w.integers(0, 1, 2, 3), place = w.variable(nothing), counted = w.spread(count);
  const top = w.variable(nothing), low = w.variable(nothing), high = w.variable(nothing);
  w.loop(row, rows, 1, () => {
    w.set(end, "multiply", count, 4);
    w.set(end, "add", start, end);
    w.assign(top, lowest);
    w.assign(place, lanes);
    w.set(at, "add", start, 0);
    w.loop(at, end, 16, () => {
      const counts = w.do("lessIntegers", place, counted);
      w.assign(top, w.do("most", top, w.select(counts, w.load(at), lowest)));
      w.assign(place, w.do("addIntegers", place, four));
    });
    w.assign(top, w.across("most", top));
    w.assign(low, nothing);
    w.assign(high, nothing);
    w.assign(place, lanes);
    w.set(at, "add", start, 0);
    w.loop(at, end, 16, () => {
      const counts = w.do("lessIntegers", place, counted);
      const below = exponential(w, w.do("subtract", w.load(at), top));
      const own = w.select(counts, below, nothing);
      w.assign(low, w.do("addDoubles", low, w.of("toDoubles", own)));
      w.assign(high, w.do("addDoubles", high, w.of("toDoubles", w.turned(own))));
      w.assign(place, w.do("addIntegers", place, four));
    });
    w.store(start, top);
    w.store(start, w.across("addDoubles", w.do("addDoubles", low, high)), 16);
    w.set(start, "add", start, stride);
  });
  return w.written();
}
