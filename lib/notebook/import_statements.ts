/**
 * Import statements of cells, taken apart so that each name has a statement of its own.
 *
 * @module
 */

/** Finds import statements at the beginning of lines; its groups are what {@linkcode nameImports} takes. */
export const importPattern: RegExp =
  /^import\s+(?:(?<type>type)\s+(?!from\b))?(?:(?<clause>[^"';]+?)\s*from\s*)?(?<module>"[^"\n]+"|'[^'\n]+')\s*(?:with\s*(?<attributes>\{[^}]*\}))?[ \t]*;?/gm;

/**
 * Takes an import statement apart.
 *
 * @param groups The groups of {@linkcode importPattern}.
 * @returns The local names that it brings, each with a statement that brings only it; one that brings none has itself for
 * a name.
 */
export function nameImports(
  groups: Readonly<Record<string, string | undefined>>,
): [name: string, statement: string][] {
  const { type, clause, module, attributes } = groups;
  const end = `${module}${attributes === undefined ? "" : ` with ${attributes}`};`;
  if (clause === undefined) return [[end, `import ${end}`]];
  return importedNames(clause).map(([name, specifier]) => [
    name,
    `import ${type ? "type " : ""}${specifier} from ${end}`,
  ]);
}

/** The names that the clause of an import brings, each with a clause that brings only it. */
function importedNames(clause: string): [name: string, specifier: string][] {
  const [, named] = /\{([^}]*)\}/.exec(clause) ?? [];
  const outside = clause.replace(/\{[^}]*\}/, "").split(",").map((part) => part.trim());
  const inside = (named ?? "").replace(/\/\/.*|\/\*[^]*?\*\//g, "").split(",")
    .map((part) => part.trim().replace(/\s+/g, " "));
  const local = (part: string) => part.split(" ").at(-1)!;
  return [
    ...outside.filter((part) => part !== "").map((part): [string, string] => [local(part), part]),
    ...inside.filter((part) => part !== "")
      .map((part): [string, string] => [local(part), `{ ${part} }`]),
  ];
}
