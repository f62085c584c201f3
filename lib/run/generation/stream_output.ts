/**
 * Texts shown while they are written.
 *
 * @module
 */

import { notebookOutput, type ProgressOutput } from "../../notebook/mod.ts";
import { escapeHtml } from "../../show/mod.ts";
import type { WrittenToken } from "./generate_options.ts";

/** The least time between two states of a display, in milliseconds. */
const interval = 100;

/** Shows texts while they are written. */
export interface StreamOutput {
  /** Takes a token as it is written. */
  token(token: WrittenToken): void;
  /** Takes the texts as they are in the end, each with a note why it ended. */
  end(texts: readonly { readonly text: string; readonly note: string }[]): void;
}

/**
 * Opens a display: one of the notebook's cell that changes in place, or the standard output.
 *
 * @param prompts The text of the prompt that each text continues.
 * @param samples How many texts continue each prompt.
 * @param output Where to show it; the usual place if true.
 */
export function streamOutput(
  prompts: readonly string[],
  samples: number,
  output: true | ProgressOutput,
): StreamOutput {
  const display = output === true ? notebookOutput() : output;
  if (display) return new DisplayedTexts(prompts, samples, display);
  const encoder = new TextEncoder();
  return new PrintedTexts(
    prompts,
    samples,
    (text) => Deno.stdout.writeSync(encoder.encode(text)),
  );
}

/** Texts in one display, which is updated. */
export class DisplayedTexts implements StreamOutput {
  readonly #prompts: readonly string[];
  readonly #samples: number;
  readonly #output: ProgressOutput;
  readonly #texts: string[];
  #shown = -Infinity;

  /** Shows the prompts. */
  constructor(prompts: readonly string[], samples: number, output: ProgressOutput) {
    this.#prompts = prompts;
    this.#samples = samples;
    this.#output = output;
    this.#texts = prompts.flatMap(() => Array<string>(samples).fill(""));
    this.#show([], false);
  }

  /** Shows a token, unless the display has just changed: the next one shows it then. */
  token({ prompt, sample, text }: WrittenToken): void {
    this.#texts[prompt * this.#samples + sample] = text;
    if (performance.now() - this.#shown >= interval) this.#show([], false);
  }

  /** Shows the texts as they are in the end. */
  end(texts: readonly { readonly text: string; readonly note: string }[]): void {
    texts.forEach(({ text }, i) => this.#texts[i] = text);
    this.#show(texts.map(({ note }) => note), true);
  }

  #show(notes: readonly string[], last: boolean): void {
    this.#shown = performance.now();
    const rows = this.#texts.map((text, i) => ({
      prompt: this.#prompts[Math.floor(i / this.#samples)]!,
      text,
      note: notes[i] ? ` [${notes[i]}]` : "",
    }));
    // No colours: it is read on whatever ground it stands.
    const style = "font-family:monospace;font-size:13px;white-space:pre-wrap;padding:4px 8px";
    this.#output.show({
      "text/html": rows.map(({ prompt, text, note }) =>
        `<div style="${style}">${escapeHtml(prompt)}<b>${escapeHtml(text)}</b>${
          note && `<i>${escapeHtml(note)}</i>`
        }</div>`
      ).join(""),
      "text/plain": rows.map(({ prompt, text, note }) => prompt + text + note).join("\n")
        .toWellFormed(),
    }, last);
  }
}

/** Texts on a terminal: one grows as it is written, of several each is printed when all have ended. */
export class PrintedTexts implements StreamOutput {
  readonly #write: (text: string) => void;
  readonly #prompts: readonly string[];
  readonly #samples: number;
  #printed = "";

  /** Prints the prompt. */
  constructor(prompts: readonly string[], samples: number, write: (text: string) => void) {
    this.#write = write;
    this.#prompts = prompts;
    this.#samples = samples;
    if (this.#single) write(prompts[0]!);
  }

  /** Prints what a token adds. */
  token({ text }: WrittenToken): void {
    // The end may be a part of a character, which the next token completes.
    const whole = text.replace(/\uFFFD+$/, "");
    if (!this.#single || !whole.startsWith(this.#printed)) return;
    this.#write(whole.slice(this.#printed.length));
    this.#printed = whole;
  }

  /** Prints what is left, and why each text ended. */
  end(texts: readonly { readonly text: string; readonly note: string }[]): void {
    texts.forEach(({ text, note }, i) => {
      const prompt = this.#prompts[Math.floor(i / this.#samples)]!;
      this.#write(this.#single ? ` [${note}]\n` : `${prompt}${text} [${note}]\n`);
    });
  }

  get #single(): boolean {
    return this.#prompts.length * this.#samples === 1;
  }
}
