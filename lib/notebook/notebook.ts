/**
 * Notebook files (nbformat 4.5): their types, reading and deterministic writing.
 *
 * The format: https://nbformat.readthedocs.io/en/latest/format_description.html. In memory every text is one string;
 * in the file it is a list of lines, as Jupyter writes it, so that a line changed is a line in a diff.
 *
 * @module
 */

/** What an output shows, by media type: text, or an object for types that end in `json`. */
export type MediaBundle = Readonly<Record<string, unknown>>;

/** Text that a cell printed. */
export interface StreamOutput {
  /** Says that this is printed text. */
  readonly output_type: "stream";
  /** Where it was printed. */
  readonly name: "stdout" | "stderr";
  /** What was printed. */
  readonly text: string;
}

/** Something shown by a cell before its end. */
export interface DisplayOutput {
  /** Says that this was shown. */
  readonly output_type: "display_data";
  /** What is shown. */
  readonly data: MediaBundle;
  /** Hints for whoever shows it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The last value of a cell. */
export interface ResultOutput {
  /** Says that this is the value of the cell. */
  readonly output_type: "execute_result";
  /** What is shown. */
  readonly data: MediaBundle;
  /** Hints for whoever shows it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The number of the cell's run. */
  readonly execution_count: number | null;
}

/** What a cell threw. */
export interface ErrorOutput {
  /** Says that this is an error. */
  readonly output_type: "error";
  /** The name of the error, such as `"RangeError"`. */
  readonly ename: string;
  /** Its message. */
  readonly evalue: string;
  /** The error as printed, line by line. */
  readonly traceback: readonly string[];
}

/** Anything that stands under a code cell. */
export type CellOutput = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

/** A cell that is run. */
export interface CodeCell {
  /** Says that this is code. */
  readonly cell_type: "code";
  /** The name of the cell, which stays when cells move. */
  readonly id: string;
  /** Hints for editors, and tags. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The code. */
  readonly source: string;
  /** The number of its run; null if it was not run. */
  readonly execution_count: number | null;
  /** What it put out. */
  readonly outputs: readonly CellOutput[];
}

/** A cell of prose, or of text for an exporter. */
export interface TextCell {
  /** Says whether this is Markdown or raw text. */
  readonly cell_type: "markdown" | "raw";
  /** The name of the cell, which stays when cells move. */
  readonly id: string;
  /** Hints for editors, and tags. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The text. */
  readonly source: string;
  /** Files that the text names as `attachment:NAME`, by name and media type, in base64. */
  readonly attachments?: Readonly<Record<string, MediaBundle>>;
}

/** A cell of a notebook. */
export type NotebookCell = CodeCell | TextCell;

/** A notebook. */
export interface Notebook {
  /** Its cells, in order. */
  readonly cells: readonly NotebookCell[];
  /** The kernel and language it is written for. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a notebook. Cells of before nbformat 4.5, which have no ids, are given some.
 *
 * @param text The content of an `.ipynb` file.
 * @param name What errors call it.
 * @returns The notebook.
 * @throws {SyntaxError} If the text is no notebook of nbformat 4.
 */
export function parseNotebook(text: string, name: string = "the notebook"): Notebook {
  const fail = (what: string, value: unknown): never => {
    throw new SyntaxError(`Cannot read ${name} as ${what}: current value is ${brief(value)}`);
  };
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${name} as it must be JSON: ${(error as Error).message}`);
  }
  if (!isJson(file)) return fail("it must be a JSON object", file);
  if (file.nbformat !== 4) return fail("its nbformat must be 4", file.nbformat);
  if (!Array.isArray(file.cells)) return fail("its cells must be a list", file.cells);
  const ids = new Set<string>();
  const cells = file.cells.map((cell: unknown, index): NotebookCell => {
    if (!isJson(cell)) return fail(`cell ${index} must be an object`, cell);
    const metadata = isJson(cell.metadata) ? cell.metadata : {};
    const source = joined(cell.source) ?? fail(`cell ${index} must have text`, cell.source);
    const id = freshId(cell.id, index, ids);
    if (cell.cell_type === "code") {
      const count = typeof cell.execution_count === "number" ? cell.execution_count : null;
      const outputs = (Array.isArray(cell.outputs) ? cell.outputs : []).map((output) =>
        readOutput(output) ?? fail(`an output of cell ${index} must be of a known type`, output)
      );
      return { cell_type: "code", id, metadata, source, execution_count: count, outputs };
    }
    if (cell.cell_type !== "markdown" && cell.cell_type !== "raw") {
      return fail(`cell ${index} must be code, markdown or raw`, cell.cell_type);
    }
    const attachments = isJson(cell.attachments)
      ? { attachments: cell.attachments as Record<string, MediaBundle> }
      : {};
    return { cell_type: cell.cell_type, id, metadata, source, ...attachments };
  });
  return { cells, metadata: isJson(file.metadata) ? file.metadata : {} };
}

/**
 * Writes a notebook as Jupyter does: keys sorted, indented by 1, texts as lists of lines, a newline at the end.
 *
 * @param notebook The notebook.
 * @returns The content of its `.ipynb` file, the same for the same notebook.
 */
export function formatNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: lines(cell.source),
    ...(cell.cell_type === "code" ? { outputs: cell.outputs.map(writeOutput) } : {}),
  }));
  const file = { cells, metadata: notebook.metadata, nbformat: 4, nbformat_minor: 5 };
  return JSON.stringify(sorted(file), null, 1) + "\n";
}

function readOutput(output: unknown): CellOutput | undefined {
  if (!isJson(output)) return undefined;
  const metadata = isJson(output.metadata) ? output.metadata : {};
  const data = Object.fromEntries(
    Object.entries(isJson(output.data) ? output.data : {})
      .map(([type, value]) => [type, isJsonType(type) ? value : joined(value) ?? value]),
  );
  switch (output.output_type) {
    case "stream": {
      const name = output.name === "stderr" ? "stderr" : "stdout";
      return { output_type: "stream", name, text: joined(output.text) ?? "" };
    }
    case "display_data":
      return { output_type: "display_data", data, metadata };
    case "execute_result": {
      const count = typeof output.execution_count === "number" ? output.execution_count : null;
      return { output_type: "execute_result", data, metadata, execution_count: count };
    }
    case "error": {
      const { ename, evalue, traceback } = output;
      return {
        output_type: "error",
        ename: String(ename),
        evalue: String(evalue),
        traceback: Array.isArray(traceback) ? traceback.map(String) : [],
      };
    }
  }
  return undefined;
}

function writeOutput(output: CellOutput): object {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.fromEntries(
    Object.entries(output.data).map(([type, value]) =>
      typeof value === "string" && !isJsonType(type) ? [type, lines(value)] : [type, value]
    ),
  );
  return { ...output, data };
}

/** Keeps a valid id that no earlier cell has; else makes one from the place of the cell, the same every time. */
function freshId(id: unknown, index: number, taken: Set<string>): string {
  const valid = typeof id === "string" && /^[a-zA-Z0-9_-]{1,64}$/.test(id);
  let fresh = valid && !taken.has(id) ? id : `cell-${index}`;
  for (let i = 1; taken.has(fresh); i++) fresh = `cell-${index}-${i}`;
  taken.add(fresh);
  return fresh;
}

// The line ends of Python's str.splitlines, by which Jupyter splits.
// deno-lint-ignore no-control-regex
const lineEnd = /(?<=\r\n|[\n\v\f\x1c-\x1e\x85\u2028\u2029]|\r(?!\n))/;

function lines(text: string): string[] {
  return text === "" ? [] : text.split(lineEnd).filter((line) => line !== "");
}

function joined(text: unknown): string | undefined {
  if (typeof text === "string") return text;
  if (Array.isArray(text) && text.every((line) => typeof line === "string")) return text.join("");
  return undefined;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJson(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isJsonType(type: string): boolean {
  return type === "application/json" ||
    (type.startsWith("application/") && type.endsWith("+json"));
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined").slice(0, 80);
}
