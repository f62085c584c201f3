/**
 * What readers of the documentation rely on.
 *
 * @module
 */

import { assert, assertEquals } from "./assert.ts";

const root = new URL("..", import.meta.url);

Deno.test("every public name is documented", async () => {
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", "mod.ts"],
    cwd: root,
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).output();
  const blocks = new TextDecoder().decode(stderr).split("\n\n").map((block) => block.trim());
  const errors = blocks.filter((block) => block.startsWith("error["))
    // tfjs types stand in public signatures and are not ours to document.
    .filter((block) => !block.startsWith("error[private-type-ref]"))
    .filter((block) => !/npm|node_modules|tfjs/.test(block.split("\n")[1] ?? ""));
  assertEquals(errors, []);
  assert(blocks.length > 0, "the linter said something");
});

Deno.test("the README's map names every folder of the project", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const folders = [...Deno.readDirSync(root)].filter(({ name, isDirectory }) =>
    isDirectory && !name.startsWith(".") && name !== "node_modules" && name !== "coverage"
  ).map(({ name }) => name);
  const inside = [...Deno.readDirSync(new URL("lib", root))].map(({ name }) => name);
  assertEquals([...folders, ...inside].filter((name) => !readme.includes(name)), []);
});

Deno.test("every task that the README names exists", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const named = [...readme.matchAll(/deno(?:@2)? task (\w+)/g)].map(([, name]) => name!);
  assert(named.includes("demo") && named.includes("test"));
  assertEquals(named.filter((name) => !Object.hasOwn(tasks, name)), []);
});
