/**
 * The cells that a kernel has run, as its front end may ask for them.
 *
 * @module
 */

/** A cell that was run. */
export interface HistoryEntry {
  /** Its run's number, from 1. */
  readonly line: number;
  /** Its code. */
  readonly input: string;
}

type Request = Readonly<Record<string, unknown>>;

/** How many cells are kept, and how many characters of them. */
const MOST_ENTRIES = 10_000, MOST_CHARACTERS = 2 ** 24;

/** Keeps the cells of one session, in memory alone. */
export class History {
  readonly #entries: HistoryEntry[] = [];
  #characters = 0;

  /**
   * Notes a cell.
   *
   * @param entry The cell.
   */
  add(entry: HistoryEntry): void {
    this.#entries.push(entry);
    this.#characters += entry.input.length;
    while (this.#entries.length > MOST_ENTRIES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#entries.shift()!.input.length;
    }
  }

  /**
   * Answers a `history_request`.
   *
   * @param request The content of the request.
   * @returns The content of the answer. Outputs, where they are asked for, are null: they are not kept.
   */
  answer(request: Request): object {
    const output = request.output === true;
    const history = this.#found(request).map(({ line, input }) =>
      output ? [0, line, [input, null]] : [0, line, input]
    );
    return { status: "ok", history };
  }

  #found(request: Request): readonly HistoryEntry[] {
    const count = Number(request.n);
    const most = Number.isInteger(count) && count > 0 ? count : this.#entries.length;
    switch (request.hist_access_type) {
      case "tail":
        return this.#entries.slice(-most);
      case "range": {
        // Session 0 is this one; earlier ones are not kept.
        if (Number(request.session ?? 0) !== 0) return [];
        const [start, stop] = [Number(request.start ?? 0), Number(request.stop ?? Infinity)];
        return this.#entries.filter(({ line }) => line >= start && line < stop);
      }
      case "search": {
        const pattern = globPattern(String(request.pattern ?? "*"));
        const found = this.#entries.filter(({ input }) => pattern.test(input));
        if (request.unique !== true) return found.slice(-most);
        return [...new Map(found.map((entry) => [entry.input, entry])).values()].slice(-most);
      }
    }
    return [];
  }
}

/** Reads a pattern with `*` and `?`. Stars in a row are one, so that matching takes no time that grows by powers. */
function globPattern(glob: string): RegExp {
  const parts = glob.replace(/\*+/g, "*").split(/([*?])/);
  const source = parts.map((part) =>
    part === "*" ? "[^]*?" : part === "?" ? "[^]" : RegExp.escape(part)
  );
  return new RegExp(`^${source.join("")}$`);
}
