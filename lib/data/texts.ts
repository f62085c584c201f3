/**
 * Where texts come from: files of lines or of JSON, lists, and whatever brings texts one after another.
 *
 * @module
 */

import { display, type Document, inspect, refuseUnknownOptions, table } from "../show/mod.ts";
import { fileName, readLines } from "./lines.ts";

/** Options for {@linkcode jsonLines}. */
export interface JsonLinesOptions {
  /** The field that holds the text, in each line's object. @default {"text"} */
  readonly field?: string;
  /** The bytes that a line may have. @default {16 MiB} */
  readonly longestLine?: number;
}

/** Options for {@linkcode textFile}. */
export interface TextFileOptions {
  /** What one text is: a line, what stands between empty lines, or the whole file. Empty ones are passed over. @default {"line"} */
  readonly each?: "line" | "paragraph" | "file";
  /** The bytes that a line may have. @default {16 MiB} */
  readonly longestLine?: number;
}

/** Where a file's lines are bounded, unless the caller says otherwise. */
const LONGEST = 2 ** 24;

/**
 * Texts that can be read again and again, one after another and never all at once.
 *
 * @example
 * ```ts
 * import { Texts } from "@innerworks/innerworks";
 * const texts = new Texts("two lines", () => ["one", "two"]);
 * for await (const text of texts) console.log(text);
 * ```
 */
export class Texts implements AsyncIterable<string> {
  /** Where they come from, for captions. */
  readonly title: string;
  readonly #open: () => Iterable<string> | AsyncIterable<string>;

  /**
   * Names a source.
   *
   * @param title Where the texts come from.
   * @param open Begins to read them from the first.
   */
  constructor(title: string, open: () => Iterable<string> | AsyncIterable<string>) {
    this.title = title;
    this.#open = open;
  }

  /** Reads the texts from the first. */
  async *[Symbol.asyncIterator](): AsyncIterator<string> {
    yield* this.#open();
  }

  /** The first texts. */
  async first(count: number): Promise<string[]> {
    const found: string[] = [];
    if (count <= 0) return found;
    for await (const text of this) {
      found.push(text);
      if (found.length === count) break;
    }
    return found;
  }

  /** Draws the first texts, or what keeps them from being read. */
  async [display](): Promise<Document> {
    const most = 10;
    try {
      const found = await this.first(most + 1);
      return table({
        title: `${
          found.length > most ? `The first ${most} texts` : `${found.length} texts`
        } of ${this.title}`,
        columns: [{ name: "text" }, { name: "length", unit: "characters" }],
        rows: found.slice(0, most).map((text) => [clipped(text), String(text.length)]),
      });
    } catch (error) {
      return table({
        title: `Texts of ${this.title}, which cannot be read`,
        columns: [{ name: "error" }],
        rows: [[error instanceof Error ? error.message : String(error)]],
      });
    }
  }

  /** Names the source in a terminal. */
  [inspect](): string {
    return `Texts of ${this.title}`;
  }
}

/**
 * Texts of a file of JSON lines, one object a line with the text in one of its fields.
 *
 * The file is read as the texts are, line by line. Empty lines are passed over.
 *
 * @param path A path or a `file:` address.
 * @param options The field, and the longest line.
 * @returns Texts; reading them throws a `SyntaxError` that names file and line where a line is no JSON object, lacks the
 * field or holds no text in it, and a `RangeError` where a line is too long.
 *
 * @example
 * ```ts
 * import { jsonLines } from "@innerworks/innerworks";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"text": "One"}\n{"text": "Two"}\n');
 * if ((await jsonLines(path).first(5)).join() !== "One,Two") throw new Error("not read");
 * await Deno.remove(path);
 * ```
 */
export function jsonLines(path: string | URL, options: JsonLinesOptions = {}): Texts {
  refuseUnknownOptions("read JSON lines", options, ["field", "longestLine"]);
  const { field = "text", longestLine = LONGEST } = options;
  refuseNoFile("read JSON lines", path);
  refuseLongestLine("read JSON lines", longestLine);
  return new Texts(fileName(path), async function* () {
    for await (const { number, text } of readLines(path, { longestLine })) {
      if (text.trim() !== "") yield fieldOf(text, field, number, fileName(path));
    }
  });
}

/**
 * Texts of a plain file.
 *
 * @param path A path or a `file:` address.
 * @param options What one text is, and the longest line.
 * @returns Texts; reading them throws a `SyntaxError` where a line is no UTF-8, and a `RangeError` where one is too long.
 *
 * @example
 * ```ts
 * import { textFile } from "@innerworks/innerworks";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, "One\nday\n\nTwo\n");
 * const texts = await textFile(path, { each: "paragraph" }).first(5);
 * if (texts.length !== 2 || texts[0] !== "One\nday") throw new Error("not read");
 * await Deno.remove(path);
 * ```
 */
export function textFile(path: string | URL, options: TextFileOptions = {}): Texts {
  refuseUnknownOptions("read a text file", options, ["each", "longestLine"]);
  const { each = "line", longestLine = LONGEST } = options;
  refuseNoFile("read a text file", path);
  refuseLongestLine("read a text file", longestLine);
  if (!["line", "paragraph", "file"].includes(each)) {
    throw new TypeError(
      `Cannot read a text file as each must be "line", "paragraph" or "file": current value is ${
        JSON.stringify(each)
      }`,
    );
  }
  return new Texts(fileName(path), async function* () {
    const lines: string[] = [];
    for await (const { text } of readLines(path, { longestLine })) {
      if (each !== "file" && text.trim() === "") {
        if (lines.length > 0) yield lines.splice(0).join("\n");
      } else if (each === "line") yield text;
      else lines.push(text);
    }
    if (lines.some((line) => line.trim() !== "")) yield lines.join("\n");
  });
}

/** The text in a field of a line. */
function fieldOf(text: string, field: string, number: number, file: string): string {
  const where = `line ${number} of ${file}`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(
      `Cannot read ${where} as it must be JSON: ${(error as Error).message}; it begins ${
        JSON.stringify(text.slice(0, 60))
      }`,
      { cause: error },
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError(
      `Cannot read ${where} as it must hold a JSON object: it is ${kind(value)}`,
    );
  }
  if (!Object.hasOwn(value, field)) {
    const names = Object.keys(value).slice(0, 12).map((name) => JSON.stringify(name));
    throw new SyntaxError(
      `Cannot read ${where} as it must have a field ${JSON.stringify(field)}: its fields are ${
        names.join(", ") || "none"
      }`,
    );
  }
  const found = (value as Record<string, unknown>)[field];
  if (typeof found === "string") {
    if (found.isWellFormed()) return found;
    throw new SyntaxError(
      `Cannot read ${where} as field ${
        JSON.stringify(field)
      } must be well formed: half of a surrogate pair stands alone in it`,
    );
  }
  throw new SyntaxError(
    `Cannot read ${where} as field ${JSON.stringify(field)} must hold text: it holds ${
      kind(found)
    }`,
  );
}

/** A JSON value by its kind. */
function kind(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object"
    ? "an object"
    : `a ${typeof value}, ${String(value).slice(0, 40)}`;
}

/** Refuses what is no path: a notebook does not check types. */
function refuseNoFile(what: string, path: unknown): void {
  if (
    (typeof path === "string" && path !== "") || (path instanceof URL && path.protocol === "file:")
  ) {
    return;
  }
  throw new TypeError(
    `Cannot ${what} as the file must be a path or a file: address: current value is ${
      path instanceof URL
        ? path
        : typeof path === "string"
        ? '""'
        : Array.isArray(path)
        ? "a list"
        : typeof path
    }`,
  );
}

function refuseLongestLine(what: string, longestLine: unknown): void {
  if (typeof longestLine === "number" && longestLine > 0) return;
  throw new RangeError(
    `Cannot ${what} as longestLine must be a positive number of bytes: current value is ${longestLine}`,
  );
}

/** The beginning of a text. */
const clipped = (text: string) => text.length > 120 ? `${text.slice(0, 117)}...` : text;
