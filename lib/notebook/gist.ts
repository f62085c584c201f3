/**
 * What a cell is called where it has no name.
 *
 * @module
 */

const LONGEST = 72;

/**
 * Picks the line that says best what a cell does: the first that is neither an import nor a comment.
 *
 * @param source The code of a cell.
 * @returns One line, cut if it is long.
 */
export function gist(source: string): string {
  const rest = source
    .replace(/^import\s[^"';]*["'][^"'\n]*["'];?/gm, "")
    .replace(/^\s*\/\/.*/gm, "")
    .replace(/^\s*\/\*[^]*?\*\//gm, "");
  const [line = ""] = (rest.trim() || source.trim()).split("\n");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
