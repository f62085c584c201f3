/** How our offsets differ from those of Python's tokenizers where they do. */

import type { Encoding } from "../../lib/text/mod.ts";

/** Whether offsets differ from the reference's in one of the ways in which ours are meant to. */
export function explained(
  { text, tokens }: Encoding,
  at: number,
  start: number,
  end: number,
  trims: boolean,
): boolean {
  const token = tokens[at]!;
  const own = text.slice(token.start, token.end);
  // What stands for nothing has no range; there it has 0 to 0, or that of the character beside it.
  if (own === "") return end - start <= 2 && (at === tokens.length - 1 || start <= token.start);
  // Some files leave spaces out of the ranges of the tokens that they belong to; here they are the token's.
  const left = token.start + /^ */.exec(own)![0].length;
  const right = Math.max(left, token.end - / *$/.exec(own)![0].length);
  if (trims && start === left && end === right) return true;
  // A byte of a run of unknown characters has the range of the run there, of its character here.
  if (token.bytes.length === 1 && start <= token.start && token.end <= end) return true;
  // What is composed, or one space of many, has the range of a part there, of all here.
  const changes = own !== own.normalize("NFC") || own !== own.normalize("NFKD") || / {2}/.test(own);
  return changes && token.start <= start && end <= token.end;
}
