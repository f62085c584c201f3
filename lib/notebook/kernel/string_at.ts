/**
 * Finds the string literal that a place lies in.
 *
 * @module
 */

/**
 * Finds where the string begins that a place lies in.
 *
 * @param code The code.
 * @param at The place, in UTF-16 units.
 * @returns Where its text begins, behind the quote; undefined if the place is in no string.
 */
export function stringAt(code: string, at: number): number | undefined {
  // What encloses the place, innermost last: a quote with where its text begins, or a brace.
  const open: { mark: string; start: number }[] = [];
  for (let i = 0; i < at; i++) {
    const [here, next] = [code[i]!, code[i + 1]];
    const mark = open.at(-1)?.mark;
    if (mark === "'" || mark === '"' || mark === "`") {
      if (here === "\\") i++;
      else if (here === mark || (here === "\n" && mark !== "`")) open.pop();
      else if (mark === "`" && here === "$" && next === "{") open.push({ mark: "{", start: ++i });
    } else if (here === "/" && next === "/") {
      const end = code.indexOf("\n", i);
      i = end < 0 ? at : end;
    } else if (here === "/" && next === "*") {
      const end = code.indexOf("*/", i + 2);
      i = end < 0 ? at : end + 1;
    } else if (here === "'" || here === '"' || here === "`" || here === "{") {
      open.push({ mark: here, start: i + 1 });
    } else if (here === "}") open.pop();
  }
  const last = open.at(-1);
  return last === undefined || last.mark === "{" ? undefined : last.start;
}
