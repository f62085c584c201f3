/**
 * Greater-than.
 *
 * Hanna, Liu and Variengien, "How does GPT-2 compute greater-than?", NeurIPS 2023, https://arxiv.org/abs/2305.00586.
 *
 * @module
 */

import { fillTemplate } from "../../run/mod.ts";
import type { TaskDefinition } from "./definition.ts";
import { draw } from "./draw.ts";
import { events } from "./words.ts";

const template =
  "The {event} lasted from the year {century}{year} to the year {century:end century}";

/** The two digits of a year. */
const digits = (year: number) => String(year).padStart(2, "0");

/**
 * "The war lasted from the year 1732 to the year 17" and the answers are 33 to 99, the wrong ones all up to 32. Two-digit
 * years that are no single token of the model are left out of both.
 */
export const greaterThanTask: TaskDefinition = {
  asks: "end a span of years after its start: any later year of the century is right",
  corruption: "the span starts so early in the century that nearly every year would be right",
  *candidates(model, random) {
    const years = Array.from({ length: 100 }, (_, year) => year).filter((year) =>
      model.tokenizer?.encode(digits(year), { beginning: false, end: false }).ids.length === 1
    );
    const earliest = years[0] ?? 0;
    for (;;) {
      const values = { event: draw(random, events), century: String(11 + random.integer(9)) };
      const start = earliest + 3 + random.integer(Math.max(1, 91 - earliest - 3));
      const { text, spans } = fillTemplate(template, { ...values, year: digits(start) });
      yield {
        clean: text,
        corrupt: fillTemplate(template, { ...values, year: digits(earliest) }).text,
        answer: years.filter((year) => year > start).map(digits),
        wrong: years.filter((year) => year <= start).map(digits),
        spans: { event: spans.event!, year: spans.year!, end: [-1] },
      };
    }
  },
};
