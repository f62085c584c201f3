/**
 * Rules: how gradients run through the building blocks of a pass, whose values stay what they are.
 *
 * @module
 */

import { exactMechanisms, type Mechanisms } from "../../model/mod.ts";
import { frozenNorm } from "./frozen_norm.ts";
import { frozenPattern } from "./frozen_pattern.ts";

/** Makes of building blocks others of the same values and of other gradients. */
export type Rule = (mechanisms: Mechanisms) => Mechanisms;

/** The rules by name. */
const named = {
  /** The gradient as it is. */
  exact: (mechanisms: Mechanisms) => mechanisms,
  frozenNorm,
  frozenPattern,
} as const satisfies Record<string, Rule>;

/** The name of a rule. */
export type RuleName = keyof typeof named;

/** One rule or several, by name or one's own; they are applied one after the other. */
export type Rules = RuleName | Rule | readonly (RuleName | Rule)[];

/**
 * Makes the building blocks of a run by its rules.
 *
 * @throws {RangeError} If there is no rule of a name.
 * @throws {TypeError} If a rule of one's own returns something else.
 */
export function ruled(rules: Rules): Mechanisms {
  const list = Array.isArray(rules) ? rules as readonly (RuleName | Rule)[] : [rules];
  return list.reduce<Mechanisms>((mechanisms, rule) => {
    if (typeof rule === "function") return checked(rule(mechanisms));
    if (Object.hasOwn(named, rule as string)) return named[rule as RuleName](mechanisms);
    throw new RangeError(
      `Cannot take gradients as a rule must be one of ${
        Object.keys(named).join(", ")
      } or a function: current value is ${JSON.stringify(rule)}`,
    );
  }, exactMechanisms);
}

/** Refuses what a compiler would: the kernel of a notebook does not check types. */
function checked(made: Mechanisms): Mechanisms {
  const lacking = Object.keys(exactMechanisms).find((name) =>
    typeof made?.[name as keyof Mechanisms] !== "function"
  );
  if (lacking === undefined) return made;
  throw new TypeError(
    `Cannot take gradients as a rule must return all building blocks of a pass: it ${
      typeof made === "object" && made !== null ? `lacks ${lacking}` : `made ${made}`
    }`,
  );
}

/** Rules as a caption writes them. */
export function rulesText(rules: Rules): string {
  const list = Array.isArray(rules) ? rules as readonly (RuleName | Rule)[] : [rules];
  return list.map((rule) => typeof rule === "function" ? rule.name || "a rule of one's own" : rule)
    .join(", ") || "exact";
}
