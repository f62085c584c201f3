/**
 * Values of templates: compared, measured and written as Python does, for which templates are made.
 *
 * @module
 */

/** A value as the interpreter holds it; its classes are not exported. */
export interface Value {
  /** The kind, such as `"StringValue"`. */
  readonly type: string;
  /** What it holds: text, numbers, lists and maps of values. */
  readonly value: unknown;
}

/** The longest text, and the largest list with all that it holds, that a template may build. */
export const mostLength = 2 ** 22;

/** A template that computes too much. */
export class Excess extends RangeError {}

/** Says what a template does too much of. */
export function tooMuch(must: string): Excess {
  return new Excess(`Cannot write a chat as its template must ${must}`);
}

/** Whether values are equal as Python compares them: by what they hold, and never a text with a number. */
export function same(a: Value, b: Value): boolean {
  const [x, y] = [a.value, b.value];
  if (Array.isArray(x) && Array.isArray(y)) {
    return x.length === y.length && x.every((part, index) => same(part, y[index]));
  }
  if (x instanceof Map && y instanceof Map) {
    return x.size === y.size && [...x].every(([key, part]) => y.has(key) && same(part, y.get(key)));
  }
  if (a.type === "NullValue" || b.type === "NullValue") return a.type === b.type;
  const number = (value: unknown): unknown => typeof value === "boolean" ? Number(value) : value;
  return number(x) === number(y);
}

/** Gives a text back that is not too long. */
export function checked(text: string): string {
  if (text.length > mostLength) throw tooMuch(`write at most ${mostLength} characters`);
  return text;
}

/** Builds the function that measures values: all that they hold, counted as often as it is written. */
export function weights(): (value: Value) => number {
  const known = new WeakMap<Value, number>();
  const weigh = (value: Value, depth: number = 0): number => {
    if (value === undefined) return 0;
    const before = known.get(value);
    if (before !== undefined) return before;
    if (depth > 500) throw tooMuch("nest lists no deeper than 500");
    let weight = 1;
    const inner = value.value;
    if (typeof inner === "string") weight = inner.length;
    else if (Array.isArray(inner) || inner instanceof Map && value.type !== "NamespaceValue") {
      for (const part of inner.values()) weight += weigh(part as Value, depth + 1);
    }
    if (weight > mostLength) {
      throw tooMuch(`build no more than ${mostLength} characters or entries`);
    }
    known.set(value, weight);
    return weight;
  };
  return weigh;
}

/** Writes a value as Python's `str` does. */
export function python(value: Value): string {
  if (value.type === "UndefinedValue") return "";
  const inner = value.value;
  return typeof inner === "string" ? inner : represented(value);
}

/** Writes a value as Python's `repr` does. */
function represented(value: Value): string {
  const inner = value.value;
  if (value.type === "NullValue") return "None";
  if (inner === undefined) return "Undefined";
  if (typeof inner === "boolean") return inner ? "True" : "False";
  if (typeof inner === "string") return quoted(inner);
  if (Array.isArray(inner)) {
    const parts = inner.map(represented);
    if (value.type !== "TupleValue") return `[${parts.join(", ")}]`;
    return `(${parts.join(", ")}${parts.length === 1 ? "," : ""})`;
  }
  if (inner instanceof Map && value.type !== "NamespaceValue") {
    return `{${[...inner].map(([key, x]) => `${quoted(key)}: ${represented(x)}`).join(", ")}}`;
  }
  if (typeof inner === "number") return String(value);
  throw new Error(`a ${value.type} is written, which has no text`);
}

/** Quotes a text as Python does. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const named: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
  const inside = text.replace(/[\\\n\r\t]|\p{C}|(?! )\p{Z}/gu, (letter) => {
    if (named[letter] !== undefined) return named[letter]!;
    const code = letter.codePointAt(0)!.toString(16);
    if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
  });
  return quote + (quote === "'" ? inside.replaceAll("'", "\\'") : inside) + quote;
}
