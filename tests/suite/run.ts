/**
 * Runs the whole suite: checks all types once, and runs each group of test files, and the examples of the doc comments,
 * in a process of its own, as many at the same time as there are cores, up to four.
 *
 *     deno task test [options of deno test, such as --filter name]
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { examples } from "./examples.ts";
import { groups } from "./groups.ts";
import { inLanes, InTurn } from "./lanes.ts";
import { closingLine, failuresIn, type Tally, tallyOf } from "./tally.ts";

const root = new URL("../../", import.meta.url);
const lock = "--lock=tests/deno.lock";

/** Runs Deno in the project's folder; returns its exit code. */
async function deno(...args: string[]): Promise<number> {
  return (await new Deno.Command(Deno.execPath(), { args, cwd: root }).spawn().status).code;
}

/** Runs Deno in the project's folder, handing on what it says; returns all of it, and whether it ended well. */
async function listen(
  args: readonly string[],
  say: (text: string) => void,
): Promise<{ success: boolean; output: string }> {
  const pipes = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(Deno.execPath(), { args: [...args], cwd: root, ...pipes }).spawn();
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      output += text;
      say(text);
    }
  };
  await Promise.all([read(child.stdout), read(child.stderr)]);
  return { success: (await child.status).success, output };
}

/** Writes text to the terminal, or into a pipe that takes a part of it at a time. */
function write(text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
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
  const all = [["examples", `import "../../mod.ts";\n${tests.join("")}`] as const, ...modules];
  return all.map(([name, code]) => {
    const path = `${folder}/${name}.ts`;
    Deno.writeTextFileSync(path, code);
    return path;
  });
}

// An interrupt reaches Deno's tests too; when they have ended, what was written is removed.
let interrupted = false;
Deno.addSignalListener("SIGINT", () => interrupted = true);

// Not what is written here, which begins with a dot: examples are checked where they stand.
const ours = [...Deno.readDirSync(new URL("tests", root))].map(({ name }) => name)
  .filter((name) => /^[^.]+(\.ts)?$/.test(name)).map((name) => `tests/${name}`);
const types = ["check", "--quiet", "--doc", lock, "mod.ts", "lib", ...ours];
const test = ["test", "-A", "--no-check", lock];

/** Checks the types, then runs all modules in one process, which alone knows what every option means; returns its exit code. */
async function withOptions(modules: readonly string[]): Promise<number> {
  const code = await deno(...types);
  return code === 0 ? await deno(...test, ...Deno.args, ...modules) : code;
}

/** How many processes run at a time: with more, the longest group would take as long, and memory more. */
const lanes = Math.min(4, navigator.hardwareConcurrency);

/**
 * Runs every module in a process of its own, and the check of the types beside them; returns an exit code. Where types are
 * wrong nothing more begins.
 */
async function inProcesses(modules: readonly string[]): Promise<number> {
  const start = performance.now(), turns = new InTurn(write);
  const tallies: Tally[] = [];
  let failures = "";
  const works = [types, ...modules.map((path) => [...test, path])];
  const left = await inLanes(works, lanes, async (args, index) => {
    const { success, output } = await listen(args, (text) => turns.say(index, text));
    turns.end(index);
    if (args !== types || !success) tallies.push(tallyOf(output, success));
    failures += args === types && !success ? output : failuresIn(output);
    return !interrupted && (args !== types || success);
  });
  if (left.length > 0) failures += `\n${left.length} groups of tests never ran\n`;
  write(`${failures}\n${closingLine(tallies, (performance.now() - start) / 1000)}\n`);
  return left.length > 0 || tallies.some(({ failed }) => failed > 0) ? 1 : 0;
}

const folder = await Deno.makeTempDir({
  dir: fileURLToPath(new URL("tests", root)),
  prefix: ".suite_",
});
let code: number;
try {
  const modules = writeModules(folder);
  code = await (Deno.args.length > 0 ? withOptions(modules) : inProcesses(modules));
} finally {
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(code);
