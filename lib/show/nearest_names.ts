/**
 * What was probably meant by a name that there is not.
 *
 * @module
 */

/** How many names are offered at most: of more, none is near. */
const most = 4;

/**
 * Finds the names that were probably meant: the one that differs only in its capitals, else those that begin with what was
 * given, as it may have been the start of several, else the one that takes the fewest changes of letters to reach.
 *
 * @param given The name as it was given.
 * @param known The names that there are, in the order in which they are offered.
 * @returns The names, at most four; none where fewer letters of what was given are in one of them, in its order, than half of
 * the shorter of the two.
 *
 * @example
 * ```ts
 * import { nearestNames } from "@innerworks/innerworks";
 * const found = nearestNames("resid", ["embed", "resid_pre", "resid_mid", "resid_post"]);
 * if (found.join() !== "resid_pre,resid_mid,resid_post") throw new Error("those that begin with it");
 * ```
 */
export function nearestNames(given: string, known: readonly string[]): readonly string[] {
  const text = given.slice(0, 200).toLowerCase();
  const same = known.filter((name) => name.toLowerCase() === text);
  if (same.length > 0) return same.slice(0, 1);
  const longer = text.length > 0
    ? known.filter((name) => name.toLowerCase().startsWith(text)).slice(0, most + 1)
    : [];
  if (longer.length > 0 && longer.length <= most) return longer;
  let [best, least] = ["", Math.max(1, text.length)];
  for (const name of known) {
    const changes = changedLetters(text, name.toLowerCase());
    if (changes < least && alike(text, name.toLowerCase())) [best, least] = [name, changes];
  }
  return best === "" ? longer.slice(0, 1) : [best];
}

/** Whether two words have half of the letters of the shorter one in common, in one order. */
function alike(a: string, b: string): boolean {
  let row = new Uint16Array(b.length + 1);
  for (const letter of a) {
    const next = new Uint16Array(b.length + 1);
    for (let j = 1; j <= b.length; j++) {
      next[j] = letter === b[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!);
    }
    row = next;
  }
  return row[b.length]! >= Math.floor(Math.min(a.length, b.length) / 2);
}

/**
 * Writes names as an error offers them: `"a", "b" or "c"`.
 *
 * @param names The names.
 * @param last The word before the last of several.
 * @returns The names in quotes.
 */
export function quotedNames(names: readonly string[], last = "or"): string {
  const quoted = names.map((name) => JSON.stringify(name));
  return quoted.length < 2
    ? quoted.join("")
    : `${quoted.slice(0, -1).join(", ")} ${last} ${quoted.at(-1)}`;
}

/**
 * Counts the letters to insert, delete, replace or change places with their neighbour between two words, to find what was
 * probably meant.
 *
 * @example
 * ```ts
 * import { changedLetters } from "@innerworks/innerworks";
 * if (changedLetters("patern", "pattern") !== 1) throw new Error("one letter is missing");
 * ```
 */
export function changedLetters(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j), before = row;
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
      const crossed = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (crossed) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
