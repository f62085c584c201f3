/**
 * Notebooks: running them with the real Deno kernel, writing them, exporting them.
 *
 * @module
 */

export { type CellError, type CellRun } from "./cell_run.ts";
export { type ExecuteOptions, KernelClient } from "./kernel_client.ts";
export { type KernelClientOptions } from "./kernel_connection.ts";
export { KernelError, type KernelFailure } from "./kernel_error.ts";
export {
  type CellOutput,
  type CodeCell,
  type DisplayOutput,
  type ErrorOutput,
  formatNotebook,
  type MediaBundle,
  type Notebook,
  type NotebookCell,
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
export { exportHtml, type ExportHtmlOptions } from "./export_html.ts";
export { keepOutputs } from "./keep_outputs.ts";
export {
  type InstalledKernel,
  installKernel,
  type InstallKernelOptions,
  uninstallKernel,
} from "./kernelspec.ts";
export {
  cellSignal,
  type Comm,
  type CommData,
  type CommMessage,
  type CommOptions,
  type CommTarget,
  commTarget,
  type Control,
  headPicker,
  type HeadPickerOptions,
  type KernelSettings,
  kernelSettings,
  Live,
  live,
  type LiveDocument,
  type LiveValues,
  type LiveView,
  offerNames,
  openComm,
  type PickedHead,
  slider,
  type SliderOptions,
  textField,
  type TextFieldOptions,
} from "./kernel/mod.ts";
export { notebookModule } from "./notebook_module.ts";
export {
  notebookOutput,
  Progress,
  progress,
  type ProgressDrawing,
  type ProgressOptions,
  type ProgressOutput,
  usualOutput,
} from "./progress.ts";
export { proseNumbers, type UnfoundedNumber } from "./check_prose.ts";
