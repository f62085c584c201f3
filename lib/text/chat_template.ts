/**
 * Chat templates: the small programs of a checkpoint that write a conversation as text.
 *
 * They are run by `@huggingface/jinja`, an interpreter that reaches nothing but the values it is given. What is ours is a
 * bound on how much it computes, and that values are written as Python writes them, for which templates are made.
 *
 * @module
 */

import type { Environment, Interpreter } from "./hf_jinja.ts";

/** The most that a template may compute: steps, and characters and entries handled. */
const mostWork = 5e6;
/** The longest text, and the largest list with all that it holds, that a template may build. */
const mostLength = 2 ** 22;

/** What the interpreter works with; its class is not exported. */
interface Value {
  readonly type: string;
  readonly value: unknown;
}
interface Node {
  readonly type: string;
  readonly body?: readonly Node[];
  readonly iterable?: Node;
  readonly operator?: { readonly value: string };
  readonly left?: Node;
  readonly right?: Node;
  readonly operand?: Node;
  readonly filter?: Filter;
  readonly value?: unknown;
}
interface Filter extends Node {
  readonly callee?: { readonly value: string };
  readonly args?: readonly Node[];
}
interface Inside {
  evaluate(node: Node | undefined, scope: Environment): Value;
  evaluateBlock(nodes: readonly Node[], scope: Environment): Value;
  evaluateFor(node: Node, scope: Environment): Value;
}

/** What a template refuses by `raise_exception`. */
export class TemplateRefusal extends Error {}

/**
 * Runs a template.
 *
 * @param source The template, in Jinja.
 * @param variables What it may read: plain data, and functions of plain data.
 * @returns The text that it writes.
 * @throws {SyntaxError} If it is no template, or uses what the interpreter does not know.
 * @throws {RangeError} If it computes more than a chat can need.
 * @throws {TemplateRefusal} If it calls `raise_exception`, with what it says.
 */
export async function runTemplate(
  source: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<string> {
  // The pattern that the library looks for tags by takes quadratic time on white space.
  if (source.length > 1e6 || /\s{2000}/.test(source)) {
    throw tooMuch("be under 1 MB with no 2000 white spaces in a row");
  }
  const jinja = await import("./hf_jinja.ts");
  try {
    const program = jinja.parse(
      jinja.tokenize(source, { lstrip_blocks: true, trim_blocks: true }),
    );
    const scope = new jinja.Environment();
    const constants = {
      true: true,
      false: false,
      none: null,
      True: true,
      False: false,
      None: null,
    };
    const globals = { ...constants, raise_exception: refuse, range, ...variables };
    for (const [name, value] of Object.entries(globals)) scope.set(name, value);
    const interpreter = new jinja.Interpreter(scope);
    bound(interpreter, jinja.Environment);
    return (interpreter.run(program) as unknown as { value: string }).value;
  } catch (error) {
    if (error instanceof TemplateRefusal || error instanceof Excess) throw error;
    // What V8 throws when the stack or a string grows past its bounds.
    if (error instanceof RangeError) throw tooMuch("not recur or build texts without end");
    throw new SyntaxError(
      `Cannot write a chat as its template must be one that can be run: ${
        (error as Error).message
      }`,
      { cause: error },
    );
  }
}

/** A template that computes too much. */
class Excess extends RangeError {}

function tooMuch(must: string): Excess {
  return new Excess(`Cannot write a chat as its template must ${must}`);
}

function refuse(message: unknown): never {
  throw new TemplateRefusal(String(message));
}

/** Python's `range`, as short as Jinja's sandbox has it. */
function range(start: number, stop?: number, step: number = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= 100_000)) throw tooMuch(`count no further than 100000: a range has ${length}`);
  return Array.from({ length }, (_, index) => from + index * step);
}

/** Counts what an interpreter does, gives each round of a loop names of its own, and writes values as Python does. */
function bound(interpreter: Interpreter, Scope: typeof Environment): void {
  const inside = interpreter as unknown as Inside;
  const given: Inside = {
    evaluate: inside.evaluate.bind(interpreter),
    evaluateBlock: inside.evaluateBlock.bind(interpreter),
    evaluateFor: inside.evaluateFor.bind(interpreter),
  };
  const text = given.evaluateBlock([], new Scope());
  const asText = (value: string): Value =>
    new (text.constructor as new (value: string) => Value)(checked(value));
  const weigh = weights();
  const bodies = new WeakSet<readonly Node[]>();
  const iterables = new WeakSet<Node>();
  let work = 0;
  const count = (amount: number): void => {
    if ((work += amount) > mostWork) throw tooMuch("end within five million steps");
  };

  inside.evaluateFor = (node, scope) => {
    bodies.add(node.body!);
    iterables.add(node.iterable!);
    return given.evaluateFor(node, scope);
  };
  inside.evaluateBlock = (nodes, scope) => {
    const own = bodies.has(nodes) ? new Scope(scope) : scope;
    let written = "";
    for (const node of nodes) {
      const value = inside.evaluate(node, own);
      if (!silent.has(node.type)) written = checked(written + python(value));
    }
    return asText(written);
  };
  inside.evaluate = (node, scope) => {
    count(1);
    const value = evaluated(node, scope);
    const weight = weigh(value);
    const all = node !== undefined && iterables.has(node);
    if (typeof value.value === "string") count(weight / 64);
    else if (all) count(Array.isArray(value.value) ? value.value.length : weight);
    return value;
  };
  const yes = interpreter.global.lookupVariable("true") as unknown as Value;
  const no = interpreter.global.lookupVariable("false") as unknown as Value;
  const evaluated = (node: Node | undefined, scope: Environment): Value => {
    const operator = node?.type === "BinaryExpression" ? node.operator!.value : "";
    if (operator === "~" || operator === "==" || operator === "!=") {
      const left = inside.evaluate(node!.left, scope);
      const right = inside.evaluate(node!.right, scope);
      if (operator === "~") return asText(python(left) + python(right));
      return same(left, right) === (operator === "==") ? yes : no;
    }
    if (node?.type === "FilterExpression") {
      const { value: name, callee, args } = node.filter!;
      if (name === "string") return asText(python(inside.evaluate(node.operand, scope)));
      for (const argument of /^(indent|tojson)$/.test(callee?.value ?? "") ? args! : []) {
        const keyword = argument.type === "KeywordArgumentExpression";
        const width = inside.evaluate(keyword ? argument.value as Node : argument, scope).value;
        if (typeof width === "number" && width > 1000) throw tooMuch("indent by at most 1000");
      }
    }
    return given.evaluate(node, scope);
  };
}

/** Whether values are equal as Python compares them: by what they hold, and never a text with a number. */
function same(a: Value, b: Value): boolean {
  const [x, y] = [a.value, b.value];
  if (Array.isArray(x) && Array.isArray(y)) {
    return x.length === y.length && x.every((part, index) => same(part, y[index]));
  }
  if (x instanceof Map && y instanceof Map) {
    return x.size === y.size && [...x].every(([key, part]) => y.has(key) && same(part, y.get(key)));
  }
  const number = (value: unknown): unknown => typeof value === "boolean" ? Number(value) : value;
  return number(x) === number(y);
}

/** Statements that write nothing themselves. */
const silent: ReadonlySet<string> = new Set(["Set", "Macro", "Comment", "Break", "Continue"]);

function checked(text: string): string {
  if (text.length > mostLength) throw tooMuch(`write at most ${mostLength} characters`);
  return text;
}

/** Builds the function that measures values: all that they hold, counted as often as it is written. */
function weights(): (value: Value) => number {
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
function python(value: Value): string {
  if (value.type === "UndefinedValue") return "";
  const inner = value.value;
  return typeof inner === "string" ? inner : represented(value);
}

/** Writes a value as Python's `repr` does. */
function represented(value: Value): string {
  const inner = value.value;
  if (inner === null) return "None";
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
