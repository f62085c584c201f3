/**
 * Runs the whole suite: checks all types once, then runs each group of test files, and the examples of the doc comments,
 * in an isolate of its own.
 *
 *     deno task test [options of deno test, such as --filter name]
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { examples } from "./examples.ts";
import { groups } from "./groups.ts";

const root = new URL("../../", import.meta.url);
const lock = "--lock=tests/deno.lock";

/** Runs Deno in the project's folder; returns its exit code. */
async function deno(...args: string[]): Promise<number> {
  return (await new Deno.Command(Deno.execPath(), { args, cwd: root }).spawn().status).code;
}

/** Writes one module for each group into a folder, and one that runs every example; returns their paths. */
function writeModules(folder: string): string[] {
  const modules = groups().map(({ name, files }) =>
    [name, files.map((path) => `await import("../${path}");\n`).join("")] as const
  );
  const tests = examples().map(({ name, code }, index) => {
    // Deno runs an example as the body of a test, and so does this; imports cannot stand there.
    Deno.writeTextFileSync(`${folder}/example_${index}.ts`, code);
    return `Deno.test(${
      JSON.stringify(name)
    }, async () => void await import("./example_${index}.ts"));\n`;
  });
  const all = [...modules, ["examples", `import "../../mod.ts";\n${tests.join("")}`] as const];
  return all.map(([name, code]) => {
    const path = `${folder}/${name}.ts`;
    Deno.writeTextFileSync(path, code);
    return path;
  });
}

// An interrupt reaches Deno's tests too; when they have ended, what was written is removed.
Deno.addSignalListener("SIGINT", () => {});

let code = await deno("check", "--quiet", "--doc", lock, "mod.ts", "lib", "tests");
if (code === 0) {
  const folder = await Deno.makeTempDir({
    dir: fileURLToPath(new URL("tests", root)),
    prefix: ".suite_",
  });
  try {
    code = await deno("test", "-A", "--no-check", lock, ...Deno.args, ...writeModules(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
Deno.exit(code);
