import { assert, assertEquals } from "../assert.ts";
import { examples, examplesIn } from "./examples.ts";

const root = new URL("../../", import.meta.url);

/** How many blocks of TypeScript stand in the comments of the sources below a folder, counted line by line. */
function blocks(folder: URL): number {
  return [...Deno.readDirSync(folder)].reduce((sum, { name, isDirectory }) => {
    const path = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) return sum + blocks(path);
    if (!name.endsWith(".ts") || name.endsWith(".generated.ts")) return sum;
    return sum + countIn(path);
  }, 0);
}

const countIn = (path: URL): number =>
  Deno.readTextFileSync(path).split("\n").filter((line) =>
    /^\s*\*\s*```\s*(?:[cm]?[jt]sx?|typescript|javascript)\b/i.test(line)
  ).length;

Deno.test("examples() finds every block of code in the doc comments", () => {
  const found = examples();
  assertEquals(found.length, blocks(new URL("lib/", root)) + countIn(new URL("mod.ts", root)));
  assert(found.length > 150);
  assertEquals(new Set(found.map(({ name }) => name)).size, found.length);
  // Each imports what it uses, as a reader must; `deno test --doc` would add what the file itself exports.
  assertEquals(found.filter(({ code }) => !code.includes('from "@innerworks/innerworks"')), []);
});

Deno.test("examplesIn() names the lines as deno test --doc does", () => {
  const text = `/**
 * Adds.
 *
 * @example
 * \`\`\`ts
 * const one = 1;
 *
 *   indented(one);
 * \`\`\`
 */
export const a = "/**";

class A {
  /**
   * \`\`\`ts
   * b();
   * \`\`\`
   */
  b() {}
}
`;
  assertEquals(examplesIn("lib/a.ts", text), [
    { name: "lib/a.ts#5-10", code: "const one = 1;\n\n  indented(one);\n" },
    { name: "lib/a.ts#15-18", code: "b();\n" },
  ]);
});
