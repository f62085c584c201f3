/**
 * Expressions that say which computation gave what is pointed at.
 *
 * @module
 */

/** What is pointed at: what stands for each name in braces, most often a number counted from 0. */
export type CodePlace = Readonly<Record<string, string | number>>;

/** An expression whose places are written otherwise than by their numbers. */
export interface PlacedCode {
  /** The expression, with names in braces. */
  readonly text: string;
  /** What is written for a name: a text for each number of a place of the view, such as `row`. */
  readonly names: Readonly<
    Record<string, { readonly by: string; readonly texts: readonly string[] }>
  >;
}

/** An expression with names of places in braces. */
export type Code = string | PlacedCode;

/**
 * Writes the expression of one place.
 *
 * @param code The expression, with names in braces.
 * @param place What stands for them; a name that it lacks stays.
 *
 * @example
 * ```ts
 * import { codeAt } from "@innerworks/innerworks";
 * const code = codeAt({ text: "f({layer})[{column}]", names: { layer: { by: "row", texts: ["3"] } } }, { row: 0, column: 7 });
 * if (code !== "f(3)[7]") throw new Error(code);
 * ```
 */
export function codeAt(code: Code, place: CodePlace): string {
  const { text, names } = typeof code === "string" ? { text: code, names: {} } : code;
  const written = (name: string): string | number | undefined => {
    if (!Object.hasOwn(names, name)) return Object.hasOwn(place, name) ? place[name] : undefined;
    const { by, texts } = names[name as keyof typeof names] as PlacedCode["names"][string];
    return texts[Number(place[by])];
  };
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(written(name) ?? whole));
}
