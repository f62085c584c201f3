/**
 * What ends a generated text.
 *
 * @module
 */

/** Why a text ended: its number of tokens, a token, a string, or a signal. */
export type StopReason = "length" | "token" | "string" | "aborted";

/** What ends a text. */
export interface Stops {
  /** The tokens that end it. */
  readonly tokens: readonly number[];
  /** The strings that end it, wherever the borders of tokens lie. */
  readonly strings: readonly string[];
  /** How many tokens it may have. */
  readonly most: number;
}

/** That a text has ended. */
export interface Stop {
  /** Why. */
  readonly reason: StopReason;
  /** The string that it ended with, if a string ended it. */
  readonly string: string | null;
  /** Where the string begins in the text; where a token ended it, null. */
  readonly at: number | null;
}

/**
 * Says whether a text has just ended. Where a token and a string end it at once, the token is named; of several strings
 * the one that begins first.
 *
 * @param stops What ends it.
 * @param ids Its tokens, the last of them new.
 * @param text Makes its text; asked only where a string could end it.
 * @returns Why it has ended; null where it goes on.
 */
export function stopOf(stops: Stops, ids: readonly number[], text: () => string): Stop | null {
  if (stops.tokens.includes(ids.at(-1)!)) return { reason: "token", string: null, at: null };
  if (stops.strings.length > 0) {
    const written = text();
    const found = stops.strings.map((string) => ({ string, at: written.indexOf(string) }))
      .filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at)[0];
    if (found) return { reason: "string", ...found };
  }
  return ids.length >= stops.most ? { reason: "length", string: null, at: null } : null;
}
