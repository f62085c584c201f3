/**
 * Notebooks: running them with the real Deno kernel, writing them, exporting them.
 *
 * @module
 */

export { type CellError, type CellRun } from "./cell_run.ts";
export { type ExecuteOptions, KernelClient } from "./kernel_client.ts";
export { type KernelOptions } from "./kernel_connection.ts";
export { KernelError, type KernelFailure } from "./kernel_error.ts";
export {
  type Cell,
  type CodeCell,
  type DisplayOutput,
  type ErrorOutput,
  formatNotebook,
  type MediaBundle,
  type Notebook,
  type Output,
  parseNotebook,
  type ResultOutput,
  type StreamOutput,
  type TextCell,
} from "./notebook.ts";
export {
  type NotebookCellRun,
  NotebookError,
  type NotebookRun,
  runNotebook,
  type RunNotebookOptions,
} from "./run_notebook.ts";
