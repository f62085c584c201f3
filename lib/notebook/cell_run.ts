/**
 * What one run of a cell put out, gathered from the kernel's messages.
 *
 * @module
 */

import type { Message } from "./message.ts";
import type { CellOutput, MediaBundle } from "./notebook.ts";

/** What a cell threw. */
export interface CellError {
  /** The name of the error, such as `"RangeError"`. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
}

/** One run of a cell. */
export interface CellRun {
  /** The number of the run, from 1. */
  readonly executionCount: number;
  /** What the cell put out, as the kernel sent it; a later cell may still update a display. */
  readonly outputs: readonly CellOutput[];
  /** What the cell threw, if it failed. */
  readonly error?: CellError;
}

type Shown = { data: MediaBundle; metadata: Record<string, unknown> };

/** Displays by their id, which later cells may update. */
export type Displays = Map<string, Shown>;

/** Gathers the outputs of one cell. */
export class OutputGatherer {
  /** What was put out so far. */
  readonly outputs: CellOutput[] = [];
  readonly #displays: Displays;
  #clearBeforeNext = false;

  /**
   * Starts with no outputs.
   *
   * @param displays The displays of the whole session.
   */
  constructor(displays: Displays) {
    this.#displays = displays;
  }

  /**
   * Takes a message in.
   *
   * @param message A message of the cell.
   * @returns The output that was added or changed, if the message carried one.
   */
  take({ type, content }: Message): CellOutput | undefined {
    if (type === "clear_output") {
      if (content.wait === true) this.#clearBeforeNext = true;
      else this.outputs.length = 0;
      return undefined;
    }
    if (type === "update_display_data") return this.#update(content);
    const output = this.#read(type, content);
    if (output === undefined) return undefined;
    if (this.#clearBeforeNext) this.outputs.length = 0;
    this.#clearBeforeNext = false;
    this.outputs.push(output);
    return output;
  }

  /**
   * Joins what was printed in pieces, and puts the error last: the kernel sends it past outputs that wait in a queue.
   *
   * @returns The outputs.
   */
  settle(): readonly CellOutput[] {
    const errors = this.outputs.filter((output) => output.output_type === "error");
    const others = this.outputs.filter((output) => output.output_type !== "error");
    this.outputs.length = 0;
    for (let i = 0; i < others.length;) {
      const first = others[i]!;
      if (first.output_type !== "stream") {
        this.outputs.push(first);
        i++;
        continue;
      }
      const texts: string[] = [];
      for (let next = others[i]; next?.output_type === "stream"; next = others[++i]) {
        if (next.name !== first.name) break;
        texts.push(next.text);
      }
      this.outputs.push({ ...first, text: texts.join("") });
    }
    this.outputs.push(...errors);
    return this.outputs;
  }

  #read(type: string, content: Message["content"]): CellOutput | undefined {
    switch (type) {
      case "stream":
        return {
          output_type: "stream",
          name: content.name === "stderr" ? "stderr" : "stdout",
          text: String(content.text),
        };
      case "display_data": {
        const output = { output_type: "display_data" as const, ...shown(content) };
        const id = displayId(content);
        if (id !== undefined) this.#displays.set(id, output);
        return output;
      }
      case "execute_result":
        return {
          output_type: "execute_result",
          ...shown(content),
          execution_count: Number(content.execution_count),
        };
      case "error":
        return {
          output_type: "error",
          ename: String(content.ename),
          evalue: String(content.evalue),
          traceback: (content.traceback as unknown[]).map(String),
        };
    }
    return undefined;
  }

  #update(content: Message["content"]): CellOutput | undefined {
    const display = this.#displays.get(displayId(content) ?? "");
    if (display === undefined) return undefined;
    Object.assign(display, shown(content));
    return display as unknown as CellOutput;
  }
}

function shown(content: Message["content"]): Shown {
  return {
    data: (content.data ?? {}) as MediaBundle,
    metadata: (content.metadata ?? {}) as Record<string, unknown>,
  };
}

function displayId(content: Message["content"]): string | undefined {
  const transient = content.transient as { display_id?: unknown } | undefined;
  return transient?.display_id === undefined ? undefined : String(transient.display_id);
}
