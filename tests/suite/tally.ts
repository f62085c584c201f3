/**
 * What several runs of `deno test` say together.
 *
 * @module
 */

/** How many tests passed, failed and were ignored. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/**
 * Reads the line that closes a run.
 *
 * @param output What `deno test` wrote.
 * @param success Whether it ended well.
 * @returns The tests that it counted. A run that ended badly without a failed test, or without its closing line, counts as one.
 */
export function tallyOf(output: string, success: boolean): Tally {
  const line = output.match(/^(?:ok|FAILED) \| \d+ passed.*$/gm)?.at(-1);
  const count = (what: string) => Number(line?.match(`(\\d+) ${what}`)?.[1] ?? 0);
  const failed = count("failed");
  return {
    passed: count("passed"),
    failed: success && line !== undefined ? failed : Math.max(1, failed),
    ignored: count("ignored"),
  };
}

/** What `deno test` says of the tests that failed, for whoever would look for it among thousands of lines; "" if none did. */
export function failuresIn(output: string): string {
  const start = output.indexOf("\n ERRORS \n");
  const end = output.lastIndexOf("\nFAILED | ");
  return start < 0 ? "" : output.slice(start, end > start ? end : undefined);
}

/**
 * Writes the line that closes all runs together, as `deno test` writes that of one.
 *
 * @param tallies The tallies of the runs.
 * @param seconds How long they took together.
 */
export function closingLine(tallies: readonly Tally[], seconds: number): string {
  const sum = (what: keyof Tally) => tallies.reduce((sum, tally) => sum + tally[what], 0);
  const whole = Math.round(seconds), minutes = Math.floor(whole / 60);
  const ignored = sum("ignored") > 0 ? ` | ${sum("ignored")} ignored` : "";
  return `${sum("failed") === 0 ? "ok" : "FAILED"} | ${sum("passed")} passed | ${
    sum("failed")
  } failed${ignored} (${minutes > 0 ? `${minutes}m` : ""}${whole % 60}s)`;
}
