/**
 * Chat templates: the small programs of a checkpoint that write a conversation as text.
 *
 * They are run by `@huggingface/jinja`, an interpreter that reaches nothing but the values it is given. What is ours is a
 * bound on how much it computes, and that values are written as Python writes them, for which templates are made.
 *
 * @module
 */

import type { Environment, Interpreter } from "./hf_jinja.ts";
import { type Inside, type Node, operations } from "./template_operations.ts";
import { checked, Excess, python, tooMuch, type Value, weights } from "./template_values.ts";

/** The most that a template may compute: steps, and characters and entries handled. */
const mostWork = 2e6;

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
  if (source.length > 3e5 || /\s{500}/.test(source)) {
    throw tooMuch("have at most 300000 characters and no 500 white spaces in a row");
  }
  const jinja = await import("./hf_jinja.ts");
  try {
    const program = jinja.parse(
      jinja.tokenize(source.replace(/\r\n?/g, "\n"), { lstrip_blocks: true, trim_blocks: true }),
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

/** Counts what an interpreter does, and puts right where it differs from Jinja. */
function bound(interpreter: Interpreter, Scope: typeof Environment): void {
  const inside = interpreter as unknown as Inside;
  const given: Inside = {
    evaluate: inside.evaluate.bind(interpreter),
    evaluateBlock: inside.evaluateBlock.bind(interpreter),
    evaluateFor: inside.evaluateFor.bind(interpreter),
  };
  const weigh = weights();
  const iterables = new WeakSet<Node>();
  let work = 0;
  const count = (amount: number): void => {
    if ((work += amount) > mostWork) throw tooMuch("end within two million steps");
  };
  const adjusted = operations(interpreter, inside, Scope);
  inside.evaluate = (node, scope) => {
    count(1);
    if (node?.known !== undefined) return node.known;
    const value = (node && adjusted(node, scope)) ?? given.evaluate(node, scope);
    const weight = weigh(value);
    if (typeof value.value === "string") count(weight / 64);
    else if (node !== undefined && iterables.has(node)) {
      count(4 * (Array.isArray(value.value) ? value.value.length : weight)); // a scope for each
    }
    return value;
  };

  // Each round of a loop has names of its own, and what it wrote before a break or continue stays written.
  let loop: { body: readonly Node[]; broken: Error | null } | null = null;
  inside.evaluateFor = (node, scope) => {
    const outer = loop;
    loop = { body: node.body!, broken: null };
    iterables.add(node.iterable!);
    try {
      return given.evaluateFor(node, scope);
    } finally {
      loop = outer;
    }
  };
  const left = new WeakMap<Error, { kind: string; written: string }>();
  inside.evaluateBlock = (nodes, scope) => {
    const round = loop !== null && loop.body === nodes ? loop : null;
    if (round?.broken) throw round.broken;
    const own = round === null ? scope : new Scope(scope);
    let written = "";
    for (const node of nodes) {
      try {
        const value = inside.evaluate(node, own);
        if (!silent.has(node.type)) written = checked(written + python(value));
      } catch (error) {
        if (node.type === "Break" || node.type === "Continue") {
          left.set(error as Error, { kind: node.type, written: "" });
        }
        const leaving = left.get(error as Error);
        if (leaving === undefined) throw error;
        leaving.written = written + leaving.written;
        if (round === null) throw error;
        if (leaving.kind === "Break") round.broken = error as Error;
        written = leaving.written;
        break;
      }
    }
    return new Scope().set("_", written) as Value;
  };
}

/** Statements that write nothing themselves. */
const silent: ReadonlySet<string> = new Set(["Set", "Macro", "Comment", "Break", "Continue"]);
