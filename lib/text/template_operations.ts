/**
 * What Jinja computes otherwise than the library that interprets templates: operators, filters, methods and macros, put
 * right where a template would write another text.
 *
 * @module
 */

import type { Environment, Interpreter } from "./hf_jinja.ts";
import { checked, python, same, tooMuch, type Value } from "./template_values.ts";

/** A part of a template, as the library parses it. */
export interface Node {
  /** The kind, such as `"For"`. */
  readonly type: string;
  /** What a loop does each time. */
  readonly body?: readonly Node[];
  /** What a loop goes over. */
  readonly iterable?: Node;
  /** The operator between {@linkcode left} and {@linkcode right}. */
  readonly operator?: { readonly value: string };
  /** What stands before an operator. */
  readonly left?: Node;
  /** What stands behind an operator. */
  readonly right?: Node;
  /** What a filter is applied to. */
  readonly operand?: Node;
  /** What stands before a dot. */
  readonly object?: Node;
  /** What stands behind a dot. */
  readonly property?: Node;
  /** What is called. */
  readonly callee?: Node;
  /** What it is called with. */
  readonly args?: readonly Node[];
  /** The filter, by name or by a call. */
  readonly filter?: Node;
  /** The name of a macro. */
  readonly name?: { readonly value: string };
  /** The name of an argument. */
  readonly key?: { readonly value: string };
  /** A name, a constant, or the value of a named argument. */
  readonly value?: unknown;
  /** A value that is there already. */
  readonly known?: Value;
}

/** The functions inside the interpreter that are put right; the library calls them through itself. */
export interface Inside {
  /** Evaluates a part. */
  evaluate(node: Node | undefined, scope: Environment): Value;
  /** Writes parts in a row. */
  evaluateBlock(nodes: readonly Node[], scope: Environment): Value;
  /** Goes through a loop. */
  evaluateFor(node: Node, scope: Environment): Value;
}

type Evaluate = (node: Node, scope: Environment) => Value | null;

/** Builds the function that evaluates what is put right; null for the rest. */
export function operations(
  interpreter: Interpreter,
  inside: Inside,
  Scope: typeof Environment,
): Evaluate {
  const given = inside.evaluate.bind(interpreter);
  const valueOf = (value: unknown): Value => new Scope().set("_", value) as Value;
  const asText = (text: string): Value => valueOf(checked(text));
  const known = (value: Value): Node => ({ type: "", known: value });

  const binary: Evaluate = (node, scope) => {
    const operator = node.operator!.value;
    if (!/^(~|==|!=|\+|%)$/.test(operator)) return null;
    const left = inside.evaluate(node.left, scope);
    const right = inside.evaluate(node.right, scope);
    const [a, b] = [left.value, right.value];
    if (operator === "~") return asText(python(left) + python(right));
    if (operator === "==" || operator === "!=") {
      return valueOf(same(left, right) === (operator === "=="));
    }
    if (operator === "%" && typeof a === "number" && typeof b === "number" && b !== 0) {
      return valueOf(a - b * Math.floor(a / b));
    }
    if (operator === "+" && (typeof a === "string") !== (typeof b === "string")) {
      throw new Error(`a text and a ${typeof a === "string" ? right.type : left.type} are added`);
    }
    return given({ ...node, left: known(left), right: known(right) }, scope);
  };

  const member: Evaluate = (node, scope) => {
    const object = inside.evaluate(node.object, scope);
    if (object.type === "UndefinedValue") {
      throw new Error(`something is read of ${nameOf(node.object!)}, which is undefined`);
    }
    return given({ ...node, object: known(object) }, scope);
  };

  const call: Evaluate = (node, scope) => {
    const { object, property } = node.callee!;
    const method = property?.type === "Identifier" ? methods[String(property.value)] : undefined;
    if (method === undefined) return null;
    const text = inside.evaluate(object, scope);
    if (typeof text.value === "string") {
      const [first] = node.args!.map((argument) => inside.evaluate(argument, scope));
      return asText(method(text.value, first?.type === "StringValue" ? python(first) : undefined));
    }
    return given({ ...node, callee: { ...node.callee!, object: known(text) } }, scope);
  };

  const filter: Evaluate = (node, scope) => {
    const { callee, args = [] } = node.filter!;
    const name = String(callee?.value ?? node.filter!.value);
    const filter = filters[name];
    const argument = (names: readonly string[], place: number): Value | undefined => {
      const named = args.find(({ key }) => key !== undefined && names.includes(key.value));
      const found = named?.value ?? args.filter(({ key }) => key === undefined)[place];
      return found === undefined ? undefined : inside.evaluate(found as Node, scope);
    };
    if (filter === undefined) {
      const width = /^(indent|tojson)$/.test(name) ? argument(["width", "indent"], 0) : undefined;
      if (Number(width?.value) > 1000) throw tooMuch("indent by at most 1000");
      return null;
    }
    const operand = inside.evaluate(node.operand, scope);
    const written = filter(
      operand,
      argument(["d", "separator"], 0),
      argument(["attribute"], 1),
    );
    if (written !== null) return typeof written === "string" ? asText(written) : valueOf(written);
    return given({ ...node, operand: known(operand) }, scope);
  };

  // A macro reads the names of the place where it stands, and not of that where it is called.
  const macro: Evaluate = (node, scope) => {
    const nothing = given(node, scope);
    const made = scope.variables.get(node.name!.value) as unknown as {
      value: (args: unknown, at: Environment) => Value;
    };
    const run = made.value;
    made.value = (args, at) => {
      const own = new Scope(scope);
      const caller = at.variables.get("caller");
      if (caller !== undefined) own.setVariable("caller", caller);
      return run(args, own);
    };
    return nothing;
  };

  const kinds: Readonly<Record<string, Evaluate>> = {
    BinaryExpression: binary,
    MemberExpression: member,
    CallExpression: call,
    FilterExpression: filter,
    Macro: macro,
  };
  return (node, scope) => kinds[node.type]?.(node, scope) ?? null;
}

/** Spells what stands before a dot. */
function nameOf(node: Node): string {
  if (node.type === "Identifier") return String(node.value);
  if (node.type !== "MemberExpression") return "an expression";
  const property = node.property!;
  const name = property.type === "Identifier" ? `.${property.value}` : `[${property.value ?? "…"}]`;
  return nameOf(node.object!) + name;
}

/** Python's methods of texts. */
const methods: Readonly<Record<string, (text: string, letters?: string) => string>> = {
  strip: (text, letters) => strip(text, letters, true, true),
  lstrip: (text, letters) => strip(text, letters, true, false),
  rstrip: (text, letters) => strip(text, letters, false, true),
  capitalize,
  title: (text) => text.replace(/\p{L}+/gu, capitalize),
};

/** Jinja's filters; null where the library does as Jinja does. */
const filters: Readonly<
  Record<string, (operand: Value, first?: Value, second?: Value) => string | number | null>
> = {
  string: python,
  trim: (operand, letters) =>
    strip(python(operand), letters === undefined ? undefined : python(letters), true, true),
  capitalize: (operand) => capitalize(python(operand)),
  title: (operand) => python(operand).replace(/[^-\s({[<]+/gu, capitalize),
  length: (operand) => typeof operand.value === "string" ? [...operand.value].length : null,
  join: (operand, between, attribute) => {
    const parts = typeof operand.value === "string" ? [...operand.value] : operand.value;
    if (!Array.isArray(parts)) return null;
    const texts = parts.map((part) => {
      if (typeof part === "string") return part;
      if (attribute === undefined) return python(part);
      const value = part.value instanceof Map ? part.value.get(python(attribute)) : undefined;
      return value === undefined ? "" : python(value);
    });
    return texts.join(between === undefined ? "" : python(between));
  },
};

function capitalize(text: string): string {
  const [first = "", ...rest] = text;
  return first.toUpperCase() + rest.join("").toLowerCase();
}

/** Cuts letters off the ends of a text, white space where none are named. */
function strip(text: string, letters: string | undefined, left: boolean, right: boolean): string {
  // deno-lint-ignore no-control-regex
  const white = /[\s\x1C-\x1F\x85]/; // as Python has it
  const goes = (letter: string): boolean =>
    letters === undefined ? white.test(letter) && letter !== "\uFEFF" : letters.includes(letter);
  const all = [...text];
  let [from, to] = [0, all.length];
  while (left && from < to && goes(all[from]!)) from++;
  while (right && to > from && goes(all[to - 1]!)) to--;
  return all.slice(from, to).join("");
}
