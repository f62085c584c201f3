/**
 * Sweeps made by hand, for tests of what is said of them.
 *
 * @module
 */

import type { SweepValues } from "../../../lib/run/mod.ts";

/** What a made sweep is of. */
export interface MadeSweep extends Partial<SweepValues> {
  /** The sizes of the axes by their names. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The value of a variant in an example. */
  readonly value: (variant: number, example: number) => number;
}

/** Makes the numbers of a sweep of one metric over pairs whose baseline is 0 and whose reference is 4. */
export function madeSweep({ sizes, value, ...given }: MadeSweep): SweepValues {
  const shape = Object.values(sizes), examples = given.examples ?? 2;
  const cells = shape.reduce((product, size) => product * size, 1);
  return {
    model: "toy",
    title: "patch resid_pre",
    axes: Object.entries(sizes).map(([name, size]) => ({
      name,
      labels: Array.from({ length: size }, (_, i) => String(i)),
    })),
    shape,
    variants: Array.from({ length: cells }, (_, i) => `variant ${i}`),
    examples,
    metrics: [{ label: "logit", unit: "nats" }],
    values: Float64Array.from(
      { length: cells * examples },
      (_, i) => value(Math.floor(i / examples), i % examples),
    ),
    baseline: new Float64Array(examples),
    reference: new Float64Array(examples).fill(4),
    done: new Uint8Array(cells).fill(1),
    skipped: new Uint8Array(cells),
    direction: "denoising",
    prompts: [],
    references: [],
    ...given,
  };
}
