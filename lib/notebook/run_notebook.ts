/**
 * Executes a notebook file with the real Deno kernel.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { refuseUnknownOptions } from "../show/mod.ts";
import type { CellRun } from "./cell_run.ts";
import { gist } from "./gist.ts";
import { KernelClient } from "./kernel_client.ts";
import { KernelError } from "./kernel_error.ts";
import {
  type CellOutput,
  type CodeCell,
  formatNotebook,
  type Notebook,
  type NotebookCell,
  parseNotebook,
} from "./notebook.ts";
import { tidyOutputs } from "./tidy_outputs.ts";

/** How to run a notebook. */
export interface RunNotebookOptions {
  /** The folder in which cells run; that of the notebook by default. */
  readonly cwd?: string;
  /** The longest time one cell may take, in milliseconds; 5 minutes by default. */
  readonly timeout?: number;
  /** Stops the run when aborted. */
  readonly signal?: AbortSignal;
  /** Is told of each code cell when it has run. */
  readonly onCell?: (run: NotebookCellRun) => void;
  /** Where to write the notebook with its outputs; nowhere by default. May be the notebook itself. */
  readonly output?: string | URL;
  /** Which kernel runs it: `"deno"`, Deno's own, by default, or `"innerworks"`, that of this library. */
  readonly kernel?: "deno" | "innerworks";
  /** Runs the cells after one that fails, too, and returns the failures; by default the first is thrown. */
  readonly keepGoing?: boolean;
}

/** One code cell as it was run. */
export interface NotebookCellRun {
  /** Its number among the code cells, from 1. */
  readonly number: number;
  /** The cell, with its tidied outputs. */
  readonly cell: CodeCell;
  /** What went wrong, if the cell failed and no tag `raises-exception` says that it should. */
  readonly error?: NotebookError;
}

/** A notebook that was run. */
export interface NotebookRun {
  /** The notebook with its outputs. */
  readonly notebook: Notebook;
  /** Its code cells, in order. */
  readonly cells: readonly NotebookCellRun[];
}

/** A cell of a notebook failed. */
export class NotebookError extends Error {
  /** The name of the class. */
  override readonly name: string = "NotebookError";
  /** The id of the cell. */
  readonly cell: string;
  /** The number of the cell among the code cells, from 1. */
  readonly number: number;
  /** What the cell put out until it failed. */
  readonly outputs: readonly CellOutput[];

  /**
   * Describes the failure of a cell.
   *
   * @param message What happened, in words.
   * @param place Which cell it is, and what it had put out.
   * @param options What caused it.
   */
  constructor(
    message: string,
    place: { cell: string; number: number; outputs: readonly CellOutput[] },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.cell = place.cell;
    this.number = place.number;
    this.outputs = place.outputs;
  }
}

const CELL_TIMEOUT = 300_000;

/**
 * Runs every code cell of a notebook, in order, in a fresh kernel.
 *
 * The outputs are tidied, so that two runs of a notebook that is itself deterministic are the same byte for byte: cell
 * ids stay, run numbers count from 1, times are not written, and what was printed in pieces is one text.
 *
 * @param path The `.ipynb` file.
 * @param options Where its cells run, how long they may take, and where the result is written.
 * @returns The notebook with its outputs.
 * @throws {NotebookError} If a cell fails. Then nothing is written.
 * @throws {SyntaxError} If the file is no notebook.
 *
 * @example Usage
 * ```ts
 * import { runNotebook } from "@innerworks/innerworks";
 *
 * const folder = await Deno.makeTempDir();
 * const path = `${folder}/sum.ipynb`;
 * const cell = { cell_type: "code", id: "sum", metadata: {}, source: "1 + 1", outputs: [] };
 * const file = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
 * await Deno.writeTextFile(path, JSON.stringify(file));
 * const { cells } = await runNotebook(path, { output: path });
 * console.log(cells[0]?.cell.outputs); // an execute_result whose text/plain is "2"
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function runNotebook(
  path: string | URL,
  options: RunNotebookOptions = {},
): Promise<NotebookRun> {
  refuseUnknownOptions("run a notebook", options, [
    "cwd",
    "timeout",
    "signal",
    "onCell",
    "output",
    "keepGoing",
    "kernel",
  ]);
  const file = path instanceof URL ? fileURLToPath(path) : path;
  const name = basename(file);
  const before = parseNotebook(await Deno.readTextFile(file), name);
  const { signal, keepGoing = false, kernel: kind = "deno" } = options;
  const cwd = options.cwd ?? dirname(file);
  const runs = new Map<string, CellRun>();
  const errors = new Map<string, NotebookError>();

  const kernel = await KernelClient.start({ cwd, kernel: kind, ...(signal ? { signal } : {}) });
  try {
    for (const { number, cell } of codeCells(before)) {
      const [run, error] = await runCell(kernel, cell, number, name, options);
      runs.set(cell.id, run);
      if (error !== undefined) errors.set(cell.id, error);
      options.onCell?.(finished(number, cell, run, error));
      if (error !== undefined && !(keepGoing && survivable(error.cause))) throw error;
    }
  } finally {
    await kernel.shutdown();
  }

  // Only now: a later cell may update the display of an earlier one.
  const cells = codeCells(before).map(({ number, cell }) =>
    finished(number, cell, runs.get(cell.id)!, errors.get(cell.id))
  );
  const byId = new Map(cells.map(({ cell }) => [cell.id, cell]));
  const notebook = {
    cells: before.cells.map((cell) => withoutTimes(byId.get(cell.id) ?? withoutOutputs(cell))),
    metadata: { ...kernelMetadata, ...before.metadata },
  };
  if (options.output !== undefined) {
    await Deno.writeTextFile(options.output, formatNotebook(notebook));
  }
  return { notebook, cells };
}

/** What a notebook says of its kernel if it says nothing: that it is for Deno's, whatever its version. */
const kernelMetadata = {
  kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
  language_info: { file_extension: ".ts", mimetype: "text/x.typescript", name: "typescript" },
};

/** The cells that are run: code that is not blank, numbered from 1. */
function codeCells(notebook: Notebook): { number: number; cell: CodeCell }[] {
  return notebook.cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code" && cell.source.trim() !== "")
    .map((cell, index) => ({ number: index + 1, cell }));
}

async function runCell(
  kernel: KernelClient,
  cell: CodeCell,
  number: number,
  name: string,
  { timeout = CELL_TIMEOUT, signal }: RunNotebookOptions,
): Promise<[CellRun, NotebookError?]> {
  const fail = (why: string, outputs: readonly CellOutput[], cause?: unknown) => {
    const message = `Cannot run code cell ${number} ("${gist(cell.source)}") of ${name}${why}`;
    return new NotebookError(message, { cell: cell.id, number, outputs }, { cause });
  };
  try {
    const run = await kernel.execute(cell.source, { timeout, ...(signal ? { signal } : {}) });
    const mayFail = Array.isArray(cell.metadata.tags) &&
      cell.metadata.tags.includes("raises-exception");
    if (run.error === undefined || mayFail) return [run];
    return [run, fail(`: ${run.error.name}: ${run.error.message}`, run.outputs)];
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const { outputs } = error;
    const why = error.message.replace("Cannot run the cell", "");
    return [{ executionCount: number, outputs }, fail(why, outputs, error)];
  }
}

function finished(
  number: number,
  cell: CodeCell,
  run: CellRun,
  error: NotebookError | undefined,
): NotebookCellRun {
  const outputs = tidyOutputs(run.outputs, number);
  const done = { number, cell: { ...cell, execution_count: number, outputs } };
  return error === undefined ? done : { ...done, error };
}

/** Whether cells can be run after this: a failure of the cell, not the end of the kernel. */
function survivable(cause: unknown): boolean {
  return !(cause instanceof KernelError) || cause.reason !== "died";
}

/** Empties a cell that was not run because it is blank. */
function withoutOutputs(cell: NotebookCell): NotebookCell {
  return cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell;
}

/** Drops what some editors note of a cell's run: when it began and ended. */
function withoutTimes(cell: NotebookCell): NotebookCell {
  const { execution: _times, ...metadata } = cell.metadata;
  return { ...cell, metadata };
}
