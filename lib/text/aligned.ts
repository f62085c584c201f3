/**
 * A text that remembers where it came from: tokenizers lower-case, compose, prefix and respell a text before they cut
 * it, and a token's offsets must still point into the text that was given.
 *
 * @module
 */

/** A piece of text with the range of the original text behind each of its UTF-16 units. */
export class Aligned {
  /** The text as it now reads. */
  readonly text: string;
  readonly #base: number;
  readonly #starts: Int32Array | null;
  readonly #ends: Int32Array | null;

  private constructor(
    text: string,
    base: number,
    starts: Int32Array | null,
    ends: Int32Array | null,
  ) {
    this.text = text;
    this.#base = base;
    this.#starts = starts;
    this.#ends = ends;
  }

  /** A piece of the original text that begins at `base`, unchanged. */
  static original(text: string, base: number): Aligned {
    return new Aligned(text, base, null, null);
  }

  /** A changed text; `starts` and `ends` hold the original range of each UTF-16 unit and never step back. */
  static changed(text: string, starts: ArrayLike<number>, ends: ArrayLike<number>): Aligned {
    return new Aligned(text, 0, Int32Array.from(starts), Int32Array.from(ends));
  }

  /** Where the unit at an index begins in the original text; past the end, where the text ends. */
  start(index: number): number {
    if (this.#starts === null) return this.#base + index;
    return index < this.#starts.length ? this.#starts[index]! : this.end(index - 1);
  }

  /** Where the unit at an index ends in the original text. */
  end(index: number): number {
    if (this.#ends === null) return this.#base + index + 1;
    return this.#ends[index] ?? this.#base;
  }

  /** The piece from one index up to another. */
  slice(from: number, to: number): Aligned {
    const text = this.text.slice(from, to);
    if (this.#starts === null) return new Aligned(text, this.#base + from, null, null);
    const starts = this.#starts.subarray(from, to);
    return new Aligned(text, this.start(from), starts, this.#ends!.subarray(from, to));
  }

  /**
   * Replaces parts of the text.
   *
   * @param parts Which units go and what comes in their place, in order and apart; the range of an insertion
   * (`from === to`) is the point between its neighbours.
   * @returns The text with every part replaced; a replacement's units all have the range of what they replace.
   */
  replace(parts: readonly { from: number; to: number; text: string }[]): Aligned {
    if (parts.length === 0) return this;
    const starts: number[] = [];
    const ends: number[] = [];
    let text = "";
    let at = 0;
    const keep = (to: number): void => {
      text += this.text.slice(at, to);
      for (; at < to; at++) {
        starts.push(this.start(at));
        ends.push(this.end(at));
      }
    };
    for (const part of parts) {
      keep(part.from);
      const start = this.start(part.from);
      const end = part.to > part.from ? this.end(part.to - 1) : start;
      text += part.text;
      for (let unit = 0; unit < part.text.length; unit++) {
        starts.push(start);
        ends.push(end);
      }
      at = part.to;
    }
    keep(this.text.length);
    return new Aligned(text, this.start(0), Int32Array.from(starts), Int32Array.from(ends));
  }
}
