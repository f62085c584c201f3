/**
 * Beam search: several texts are written side by side, and the likeliest kept.
 *
 * The bookkeeping is that of the `transformers` library (release 5): of all continuations of the running texts as many
 * are looked at as there are beams, times one more than there are stop tokens; those that end and are among the first
 * `beams` of them are finished; the best that do not end run on.
 *
 * @module
 */

/** How a beam search goes. */
export interface BeamSettings {
  /** How many texts are written side by side, at least 1. */
  readonly beams: number;
  /** The power of its length that the log-probability of a finished text is divided by; 0 favours short texts. */
  readonly lengthPenalty: number;
  /**
   * Whether to stop once there are as many finished texts as beams. If not, the search goes on until no running text can
   * do better, judged at its present length.
   */
  readonly earlyStopping: boolean;
  /** How many tokens end a text. */
  readonly stopTokens: number;
}

/** A text of the search: its last token and the text before it. */
export interface Hypothesis<Note> {
  /** The text before the last token; null for the empty text. */
  readonly before: Hypothesis<Note> | null;
  /** What is known of the last token; null for the empty text. */
  readonly last: Note | null;
  /** How many tokens it has. */
  readonly length: number;
  /** The sum of the scores of its tokens: its log-probability where no penalty changes the scores. */
  readonly total: number;
}

/** A finished text. */
export interface Finished<Note> {
  /** The text. */
  readonly text: Hypothesis<Note>;
  /** Its sum over a power of its length. */
  readonly score: number;
}

/** A continuation that the search looks at. */
export interface Continuation {
  /** The place of the running text that it continues. */
  readonly from: number;
  /** The token. */
  readonly id: number;
  /** The sum with this token. */
  readonly total: number;
}

/** The search for the continuations of one prompt. */
export class BeamSearch<Note> {
  readonly #settings: BeamSettings;
  #running: readonly Hypothesis<Note>[] = [{ before: null, last: null, length: 0, total: 0 }];
  #finished: readonly Finished<Note>[] = [];
  #open = true;

  /** Begins with the empty text. */
  constructor(settings: BeamSettings) {
    this.#settings = settings;
  }

  /** The texts that run on, the best first. */
  get running(): readonly Hypothesis<Note>[] {
    return this.#running;
  }

  /** The finished texts, the best first. */
  get finished(): readonly Finished<Note>[] {
    return this.#finished;
  }

  /** Whether the search goes on. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Writes one token more; only while the search is open.
   *
   * @param scores For each running text the log-probabilities of all tokens, penalties applied.
   * @param ends Says whether the text with this continuation ends there.
   * @param note Makes what is known of the token; asked only for what is kept.
   * @returns For each text that now runs, the place of the one that it continues.
   */
  advance(
    scores: readonly ArrayLike<number>[],
    ends: (continuation: Continuation) => boolean,
    note: (continuation: Continuation) => Note,
  ): number[] {
    const { beams, lengthPenalty, stopTokens } = this.#settings;
    const before = this.#running;
    const looked = best(
      before.map(({ total }) => total),
      scores,
      Math.max(2, 1 + stopTokens) * beams,
    );
    const text = (continuation: Continuation): Hypothesis<Note> => ({
      before: before[continuation.from]!,
      last: note(continuation),
      length: before[continuation.from]!.length + 1,
      total: continuation.total,
    });
    const ended = looked.map(ends);
    const goesOn = looked.filter((_, rank) => !ended[rank]);
    const finished = looked.slice(0, beams).filter((_, rank) => ended[rank])
      .map(text).map((text) => ({ text, score: text.total / text.length ** lengthPenalty }));
    this.#finished = [...this.#finished, ...finished].sort((a, b) => b.score - a.score)
      .slice(0, beams);
    const kept = goesOn.slice(0, beams);
    this.#running = kept.map(text);
    this.#open = kept.length > 0 && !this.#full() && this.#mayImprove();
    return kept.map(({ from }) => from);
  }

  /** Whether enough texts are finished for the search to stop early. */
  #full(): boolean {
    return this.#settings.earlyStopping && this.#finished.length === this.#settings.beams;
  }

  /** Whether the best running text would, if it ended now, be better than the worst finished one. */
  #mayImprove(): boolean {
    const { beams, lengthPenalty } = this.#settings;
    if (this.#finished.length < beams) return true;
    const { total, length } = this.#running[0]!;
    return total / length ** lengthPenalty > this.#finished.at(-1)!.score;
  }
}

/** The best continuations of all texts together, the best first; of equals the earlier text's and the lower id first. */
function best(
  totals: readonly number[],
  scores: readonly ArrayLike<number>[],
  count: number,
): Continuation[] {
  const found: Continuation[] = [];
  totals.forEach((sum, from) => {
    const row = scores[from]!;
    for (let id = 0; id < row.length; id++) {
      const total = sum + row[id]!;
      if (found.length === count && !(total > found[count - 1]!.total)) continue;
      let place = found.length;
      while (place > 0 && total > found[place - 1]!.total) place--;
      found.splice(place, 0, { from, id, total });
      if (found.length > count) found.pop();
    }
  });
  return found;
}
