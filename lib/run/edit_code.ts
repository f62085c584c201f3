/**
 * Edits as expressions of TypeScript.
 *
 * @module
 */

import { literalCode, namedCode } from "../show/mod.ts";
import { type Edit, editText } from "./edit.ts";

/** What each function that makes an edit is given after the site, by the names of the edit's fields; none where it is made of functions. */
const given: Readonly<Record<Edit["kind"], readonly string[] | null>> = {
  zero: [],
  mean: ["source"],
  resample: ["source"],
  replace: ["value"],
  add: ["value"],
  scale: ["factor"],
  noise: [],
  project: ["basis"],
  swapSubspace: ["basis", "value"],
  knockout: [],
  freeze: [],
  splice: null,
  apply: null,
};

/** The most letters of edits that are written out; longer ones are a name. */
const mostLetters = 2000;

/**
 * Writes edits as an option: as the calls that make them where all that they hold can be written down, else as the name `edits`
 * with a comment that says what must stand there.
 *
 * @param edits The edits.
 * @returns For example `edits: [zero("blocks.3.attn.z", { heads: 5 })]`; nothing where there are none.
 *
 * @example
 * ```ts
 * import { editsCode, knockout } from "@innerworks/innerworks";
 * const code = editsCode([knockout(3, { positions: -1, keys: 2 })]);
 * if (code !== 'edits: [knockout("blocks.3.attn.scores", { positions: -1, keys: 2 })]') throw new Error(code);
 * ```
 */
export function editsCode(edits: readonly Edit[]): string {
  if (edits.length === 0) return "";
  const calls = edits.map(editCode), code = `edits: [${calls.join(", ")}]`;
  if (!calls.includes(null) && code.length <= mostLetters) return code;
  return namedCode("edits", `your edits: ${edits.map(editText).join("; ")}`);
}

/** An edit as the call that makes it; null where it holds a tensor, a cache, means or a function. */
function editCode(edit: Edit): string | null {
  const { kind, at, ...fields } = edit as Edit & Readonly<Record<string, unknown>>;
  const names = given[kind];
  const before = names?.map((name) => valueCode(fields[name]));
  const where = Object.entries(fields).filter(([name, value]) =>
    value !== undefined && !names?.includes(name)
  ).map(([name, value]) => [name, valueCode(value)] as const);
  if (!before || before.includes(null) || where.some(([, code]) => code === null)) return null;
  const options = where.length > 0
    ? [`{ ${where.map(([name, code]) => `${name}: ${code}`).join(", ")} }`]
    : [];
  return `${kind}(${[literalCode(at), ...before, ...options].join(", ")})`;
}

/** A value of an edit: numbers, words, and what this very run holds. */
function valueCode(value: unknown): string | null {
  if (ArrayBuffer.isView(value)) {
    return valueCode(Array.from(value as unknown as ArrayLike<number>));
  }
  if (Array.isArray(value)) {
    const each = value.map(valueCode);
    return each.includes(null) ? null : `[${each.join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) {
    return typeof value === "function" ? null : literalCode(value);
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return null;
  const { from, ...rest } = value as Readonly<Record<string, unknown>>;
  if (from === "cache") return null;
  const parts = Object.entries(from === "run" ? rest : value)
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => [name, valueCode(one)] as const);
  if (parts.some(([, code]) => code === null)) return null;
  const inside = parts.length > 0
    ? `{ ${parts.map(([name, code]) => `${name}: ${code}`).join(", ")} }`
    : "{}";
  return from === "run" ? `ofRun(${inside})` : inside;
}
