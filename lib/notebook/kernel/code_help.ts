/**
 * What the TypeScript language service knows of a cell: completions, documentation, errors.
 *
 * The service runs as `deno lsp`. It is started when first needed, takes some 300 MB, and is ended when nothing was asked
 * for a while.
 *
 * @module
 */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CellsDocument, isInImport, placeIn } from "./cells_document.ts";
import { LanguageServer } from "./language_server.ts";

/** One way to go on. */
export interface Suggestion {
  /** What would stand there. */
  readonly text: string;
  /** What it is, such as `"method"`. */
  readonly type: string;
}

/** A fault that the type checker found in a cell. */
export interface TypeFault {
  /** The line of the cell, from 1. */
  readonly line: number;
  /** What is wrong. */
  readonly message: string;
}

/** How to help. */
export interface CodeHelpOptions {
  /** The folder of the notebook, whose configuration holds. */
  readonly cwd: string;
  /** How long the service may go unasked, in milliseconds; ten minutes by default. */
  readonly idle?: number;
}

interface Item {
  readonly label: string;
  readonly kind?: number;
  readonly insertText?: string;
  readonly sortText?: string;
  readonly textEdit?: { readonly newText: string };
}

interface Fault {
  readonly severity?: number;
  readonly source?: string;
  readonly code?: number | string;
  readonly message: string;
  readonly range: { readonly start: { readonly line: number } };
}

const IDLE = 600_000;
/** A service that ended so often by itself is not started again. */
const MOST_DEATHS = 3;

/** Asks the language service about cells. */
export class CodeHelp {
  readonly #options: CodeHelpOptions;
  readonly #cells = new CellsDocument();
  readonly #uri: string;
  #server: Promise<LanguageServer> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #version = 0;
  #text = "";
  #deaths = 0;
  #closed = false;

  /**
   * Waits to be asked.
   *
   * @param options Where the notebook is.
   */
  constructor(options: CodeHelpOptions) {
    this.#options = options;
    // Beside the notebook, so that relative imports hold. It is never written.
    this.#uri = pathToFileURL(join(options.cwd, ".innerworks-cells.ts")).href;
  }

  /** Whether the service runs now. */
  get isRunning(): boolean {
    return this.#server !== undefined;
  }

  /**
   * Notes that a cell was run, so that later ones may use its names.
   *
   * @param id The id of the cell, or its code.
   * @param code Its code.
   */
  add(id: string, code: string): void {
    this.#cells.add(id, code);
  }

  /**
   * Lists how a cell may go on at a place.
   *
   * @param code The code of the cell.
   * @param at The place, in UTF-16 units.
   * @returns The suggestions, best first.
   */
  async complete(code: string, at: number): Promise<readonly Suggestion[]> {
    const server = await this.#open();
    const position = this.#show(server, code, at);
    const answer = await server.ask("textDocument/completion", {
      textDocument: { uri: this.#uri },
      position,
    }) as { readonly items: readonly Item[] } | readonly Item[] | null;
    const items = answer === null ? [] : "items" in answer ? answer.items : answer;
    return items.toSorted((a, b) => (a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1)
      .map((item) => ({
        text: (item.textEdit?.newText ?? item.insertText ?? item.label).replace(
          /^\??\.(?=[\w$])/,
          "",
        ),
        type: kinds[item.kind ?? 0] ?? "text",
      }));
  }

  /**
   * Finds the documentation of what stands at a place: that of the name there, else of the function whose arguments are
   * being written.
   *
   * @param code The code of the cell.
   * @param at The place, in UTF-16 units.
   * @returns Markdown; undefined if nothing is known.
   */
  async inspect(code: string, at: number): Promise<string | undefined> {
    const server = await this.#open();
    const named = [at, at - 1].filter((place) => /[\w$]/.test(code[place] ?? ""));
    for (const place of [...named, calleeBefore(code, at)].filter((place) => place >= 0)) {
      const position = this.#show(server, code, place);
      const answer = await server.ask("textDocument/hover", {
        textDocument: { uri: this.#uri },
        position,
      }) as { readonly contents: { readonly value: string } | string } | null;
      const { contents } = answer ?? { contents: "" };
      const text = typeof contents === "string" ? contents : contents.value;
      if (text) return text;
    }
    return undefined;
  }

  /**
   * Finds the faults of a cell that was run.
   *
   * @param id The id of the cell, or its code.
   * @param code Its code.
   * @returns The faults, by line. Rules of style are none, nor are types that a notebook leaves out.
   */
  async faults(id: string, code: string): Promise<readonly TypeFault[]> {
    const server = await this.#open();
    const { text, line } = this.#cells.with(code, id);
    this.#send(server, text);
    const answer = await server.ask("textDocument/diagnostic", {
      textDocument: { uri: this.#uri },
    }) as { readonly items?: readonly Fault[] } | null;
    const lines = code.split("\n").length;
    return (answer?.items ?? []).filter(counts)
      .map(({ range, message }) => ({ line: range.start.line - line + 1, message }))
      .filter((fault) => fault.line >= 1 && fault.line <= lines)
      .sort((a, b) => a.line - b.line);
  }

  /** Ends the service for good. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  #open(): Promise<LanguageServer> {
    if (this.#closed || this.#deaths >= MOST_DEATHS) {
      return Promise.reject(new Error("The language service has ended"));
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), this.#options.idle ?? IDLE);
    Deno.unrefTimer(this.#timer as unknown as number);
    return this.#server ??= this.#start();
  }

  async #start(): Promise<LanguageServer> {
    const server = await LanguageServer.start({ cwd: this.#options.cwd });
    this.#version = 0;
    server.ended.then(() => {
      if (this.#server === undefined) return;
      this.#server = undefined;
      this.#deaths++;
    });
    return server;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const server = this.#server;
    this.#server = undefined;
    await server?.then((server) => server.close(), () => {});
  }

  /** Shows the service the document with a cell at its end; returns where a place of the cell is. */
  #show(server: LanguageServer, code: string, at: number): { line: number; character: number } {
    const place = placeIn(code, at);
    // Imports stand apart in the document; one that is being written is read alone.
    const { text, line } = isInImport(code, at) ? { text: code, line: 0 } : this.#cells.with(code);
    this.#send(server, text);
    return { line: place.line + line, character: place.character };
  }

  #send(server: LanguageServer, text: string): void {
    if (this.#version > 0 && text === this.#text) return;
    this.#text = text;
    const version = ++this.#version;
    if (version === 1) {
      const textDocument = { uri: this.#uri, languageId: "typescript", version, text };
      server.tell("textDocument/didOpen", { textDocument });
    } else {
      const textDocument = { uri: this.#uri, version };
      server.tell("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    }
  }
}

/** The kinds of suggestions that Jupyter's pages have signs for, by the protocol's numbers. */
const kinds: Readonly<Record<number, string>> = {
  2: "method",
  3: "function",
  4: "class",
  5: "property",
  6: "variable",
  7: "class",
  8: "interface",
  9: "module",
  10: "property",
  13: "enum",
  14: "keyword",
  21: "constant",
  25: "type",
};

/**
 * Whether a fault is one of types. A name that nobody uses is none in a cell, whose last value is its use; a parameter
 * without a type is how notebooks are written; and a cell that is no TypeScript says so itself.
 */
function counts({ severity, source, code }: Fault): boolean {
  const number = Number(code);
  return severity === 1 && source === "deno-ts" && number >= 2000 &&
    !(number >= 7000 && number < 8000);
}

/** The place of the name of the function whose arguments are being written; −1 if there is none. */
function calleeBefore(code: string, at: number): number {
  for (let depth = 0, i = at - 1; i >= 0; i--) {
    if (code[i] === ")") depth++;
    else if (code[i] === "(" && depth-- === 0) return code.slice(0, i).trimEnd().length - 1;
  }
  return -1;
}
