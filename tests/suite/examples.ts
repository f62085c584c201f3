/**
 * The examples of doc comments, as `deno test --doc` reads them.
 *
 * @module
 */

/** An example of a doc comment. */
export interface Example {
  /** Where it stands, e.g. "lib/run/run.ts#20-24". */
  readonly name: string;
  readonly code: string;
}

const root = new URL("../../", import.meta.url);

/** The examples of `mod.ts` and of the files below `lib`, in order. */
export function examples(): Example[] {
  return ["mod.ts", ...sources("lib/")].flatMap((path) =>
    examplesIn(path, Deno.readTextFileSync(new URL(path, root)))
  );
}

/** The source files below a folder by their paths, in order. */
function sources(folder: string): string[] {
  const entries = [...Deno.readDirSync(new URL(folder, root))];
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap(({ name, isDirectory }) => {
    if (isDirectory) return sources(`${folder}${name}/`);
    return name.endsWith(".ts") && !name.endsWith(".generated.ts") ? [`${folder}${name}`] : [];
  });
}

/**
 * Reads the examples of a source file.
 *
 * @param path How the file is named.
 * @param text What stands in it.
 * @returns The blocks of TypeScript in its doc comments.
 */
export function examplesIn(path: string, text: string): Example[] {
  return [...text.matchAll(/^ *\/\*\*\n(?: *\*.*\n)*? *\*\/$/gm)].flatMap(
    ({ 0: comment, index }) => {
      const first = text.slice(0, index).split("\n").length;
      const lines = comment.split("\n").map((line) => line.replace(/^ *\* ?/, ""));
      const found: Example[] = [];
      for (let start = 0; start < lines.length; start++) {
        if (lines[start] !== "```ts") continue;
        const end = lines.indexOf("```", start);
        found.push({
          name: `${path}#${first + start}-${first + end + 1}`,
          code: `${lines.slice(start + 1, end).join("\n")}\n`,
        });
        start = end;
      }
      return found;
    },
  );
}
