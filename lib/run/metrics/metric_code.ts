/**
 * Metrics as expressions of TypeScript.
 *
 * @module
 */

import { namedCode } from "../../show/mod.ts";
import type { Metric } from "./metric.ts";

/**
 * What writes each metric of the library. It is no field of them: one that is made out of another by spreading would carry the
 * expression of something that it no longer is.
 */
const codes = new WeakMap<Metric, () => string>();

/**
 * Remembers how a metric is written.
 *
 * @param metric The metric.
 * @param write Writes the call that made it.
 * @returns The same metric.
 */
export function writtenMetric(metric: Metric, write: () => string): Metric {
  codes.set(metric, write);
  return metric;
}

/**
 * Writes a metric as an expression.
 *
 * @param metric The metric.
 * @returns The call that made it; of one that no function of the library made the name `metric`, with a comment that says what must
 * stand there.
 *
 * @example
 * ```ts
 * import { logit, metricCode } from "@innerworks/innerworks";
 * if (metricCode(logit(" Mary")) !== 'logit(" Mary")') throw new Error("it should be written as it was called");
 * const own = { ...logit(" Mary"), label: "mine" };
 * if (metricCode(own) !== 'metric /* your metric "mine" *\/') throw new Error("what it computes is not known");
 * ```
 */
export function metricCode(metric: Metric): string {
  return codes.get(metric)?.() ??
    namedCode("metric", `your metric ${JSON.stringify(metric.label)}`);
}
