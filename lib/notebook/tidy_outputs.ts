/**
 * Makes outputs the same on every run and every machine, as far as a runner can.
 *
 * @module
 */

import type { CellOutput, MediaBundle } from "./notebook.ts";

/**
 * Tidies the outputs of a cell for a file: no terminal colours, no overwritten progress lines, no stack frames that
 * name folders of this machine, and the given run number.
 *
 * @param outputs The outputs as the kernel sent them.
 * @param executionCount The number of the cell's run in the file.
 * @returns Tidied copies.
 */
export function tidyOutputs(outputs: readonly CellOutput[], executionCount: number): CellOutput[] {
  return outputs.map((output) => {
    switch (output.output_type) {
      case "stream":
        return { ...output, text: overwritten(plain(output.text)) };
      case "display_data":
        return { ...output, data: tidyData(output.data) };
      case "execute_result":
        return { ...output, data: tidyData(output.data), execution_count: executionCount };
      case "error":
        return {
          ...output,
          evalue: plain(output.evalue),
          traceback: output.traceback.map(plain).filter((line) => !framesOfThisMachine.test(line)),
        };
    }
  });
}

// Stack frames in files and in Deno's own code; those in cells, `<anonymous>:4:7`, stay.
const framesOfThisMachine = /^\s+at .*\b(?:file|https?|node|ext|npm|jsr|data|blob):/;

// deno-lint-ignore no-control-regex
const escapes = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))/g;

function plain(text: string): string {
  return text.replace(escapes, "");
}

/** What a terminal would show: text after a carriage return replaces what stood on the line. */
function overwritten(text: string): string {
  return text.replaceAll("\r\n", "\n").split("\n").map((line) => {
    const parts = line.split("\r");
    return parts.findLast((part) => part !== "") ?? "";
  }).join("\n");
}

function tidyData(data: MediaBundle): MediaBundle {
  const text = data["text/plain"];
  return typeof text === "string" ? { ...data, "text/plain": plain(text) } : data;
}
