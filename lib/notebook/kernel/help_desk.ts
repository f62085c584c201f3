/**
 * Answers what a page asks about code: completions, documentation; and notes type errors under cells that ran.
 *
 * @module
 */

import { pointsBefore, unitsBefore } from "./cells_document.ts";
import { CodeHelp, type Suggestion, type TypeFault } from "./code_help.ts";
import type { Asked, FrontEnd } from "./front_end.ts";
import type { KernelSettings } from "./kernel_link.ts";
import { stringAt } from "./string_at.ts";

/** What it works with. */
export interface HelpDeskOptions {
  /** Where notes go. */
  readonly front: FrontEnd;
  /** The folder of the notebook. */
  readonly cwd: string;
  /** Whether type errors are noted. */
  readonly diagnostics: boolean;
  /** Asks Deno's kernel; undefined while it runs a cell, for it would only answer afterwards. */
  readonly askInner: (asked: Asked) => Promise<Fields | undefined>;
}

type Fields = Readonly<Record<string, unknown>>;

/** So long a page waits for the language service before it is answered without, in milliseconds. */
const PATIENCE = 2000;

/** Answers questions about code. */
export class HelpDesk {
  readonly #options: HelpDeskOptions;
  readonly #help: CodeHelp;
  readonly #names = new Map<string, readonly string[]>();
  #diagnostics: boolean;

  /**
   * Waits for questions.
   *
   * @param options What it works with.
   */
  constructor(options: HelpDeskOptions) {
    this.#options = options;
    this.#diagnostics = options.diagnostics;
    this.#help = new CodeHelp({ cwd: options.cwd });
  }

  /**
   * Changes settings.
   *
   * @param settings What is to change.
   */
  set(settings: KernelSettings): void {
    this.#diagnostics = settings.diagnostics ?? this.#diagnostics;
  }

  /**
   * Learns names that stand in strings, such as those of a model's sites.
   *
   * @param topic What they are names of; earlier ones of the same topic are forgotten.
   * @param names The names.
   */
  learn(topic: string, names: readonly string[]): void {
    this.#names.set(topic, names);
  }

  /**
   * Answers a `complete_request`.
   *
   * @param asked The request.
   * @returns The content of the answer.
   */
  async complete(asked: Asked): Promise<object> {
    const code = String(asked.request.content.code ?? "");
    const points = Number(asked.request.content.cursor_pos ?? pointsBefore(code, code.length));
    const at = unitsBefore(code, points);
    const quote = stringAt(code, at);
    const start = quote ?? at - /[\w$]*$/.exec(code.slice(0, at))![0].length;
    const typed = code.slice(start, at);
    const known = await inTime(this.#help.complete(code, at));
    const fitting = (known ?? []).filter(({ text }) => text.startsWith(typed));
    const found = quote === undefined ? fitting : this.#withNames(fitting, typed);
    if (found.length === 0) {
      // What only exists while it runs, or the language service is not there (yet).
      const answer = quote === undefined ? await this.#options.askInner(asked) : undefined;
      if (answer !== undefined) return answer;
    }
    const texts = new Map(found.map((each) => [each.text, each]));
    const [cursor_start, cursor_end] = [pointsBefore(code, start), points];
    return {
      status: "ok",
      matches: [...texts.keys()],
      cursor_start,
      cursor_end,
      metadata: {
        _jupyter_types_experimental: [...texts.values()].map((each) => ({
          ...each,
          start: cursor_start,
          end: cursor_end,
        })),
      },
    };
  }

  /**
   * Answers an `inspect_request`.
   *
   * @param asked The request.
   * @returns The content of the answer.
   */
  async inspect(asked: Asked): Promise<object> {
    const code = String(asked.request.content.code ?? "");
    const at = unitsBefore(code, Number(asked.request.content.cursor_pos ?? code.length));
    const text = await inTime(this.#help.inspect(code, at), 2 * PATIENCE);
    const data = text === undefined ? {} : { "text/markdown": text, "text/plain": plainText(text) };
    return { status: "ok", found: text !== undefined, data, metadata: {} };
  }

  /**
   * Takes note of a cell that has run, and notes its type errors under its outputs, once they are known. Nobody waits for
   * that.
   *
   * @param asked The request for the cell.
   * @param headless Whether no user looks on.
   */
  async ran(asked: Asked, headless: boolean): Promise<void> {
    const { content, metadata, header } = asked.request;
    const code = String(content.code ?? "");
    const id = typeof metadata.cellId === "string" ? metadata.cellId : code;
    if (content.silent === true || code.trim() === "") return;
    this.#help.add(id, code);
    if (!this.#diagnostics || headless) return;
    const faults = await this.#help.faults(id, code).catch(() => []);
    if (faults.length === 0 || !this.#diagnostics) return;
    // Loaded when there is something to note, by an address that Deno does not follow beforehand: lib/show comes with it.
    const { typeNote } = await import(import.meta.resolve("./type_note.ts")) as {
      typeNote: (faults: readonly TypeFault[]) => Record<string, string>;
    };
    const data = typeNote(faults);
    this.#options.front.say({
      type: "display_data",
      content: { data, metadata: {}, transient: {} },
      parent: header,
    });
  }

  /** Ends the language service. */
  async close(): Promise<void> {
    await this.#help.close();
  }

  /** Adds the names that may stand in a string. In an empty one they are only listed beside others of their kind. */
  #withNames(found: readonly Suggestion[], typed: string): readonly Suggestion[] {
    const all = [...new Set([...this.#names.values()].flat())];
    const asked = typed !== "" || found.some(({ text }) => all.includes(text));
    if (!asked) return found;
    // With a star for a number, where one is typed.
    const shaped = typed.includes("*") ? all.map((name) => name.replace(/\d+/, "*")) : all;
    const names = [...new Set(shaped)].filter((name) => name.startsWith(typed));
    return [...found, ...names.map((text) => ({ text, type: "constant" }))];
  }
}

/** Waits for an answer, but not for longer than a page should; what fails is no answer. */
async function inTime<T>(answer: Promise<T>, patience = PATIENCE): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), patience);
  try {
    return await Promise.race([answer.catch(() => undefined), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function plainText(markdown: string): string {
  return markdown.replace(/^```.*\n?/gm, "").replace(/\*(@\w+)\*/g, "$1").replaceAll("`", "")
    .trim();
}
