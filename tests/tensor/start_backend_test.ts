/** Each case is a process of its own, as a process has one backend. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "../assert.ts";

const library = new URL("../../lib/tensor/mod.ts", import.meta.url);

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs code in which `startBackend` and `tf` are at hand. */
async function run(
  code: string,
  environment: Record<string, string> = {},
  permissions: string[] = ["-A"],
): Promise<Outcome> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, `import { startBackend, tf } from "${library}";\n${code}`);
    const { code: status, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-prompt", ...permissions, file],
      env: { NO_COLOR: "1", INNERWORKS_BACKEND: "", INNERWORKS_BLAS: "", ...environment },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code: status, out: text(stdout), error: text(stderr) };
  } finally {
    await Deno.remove(file);
  }
}
const report = "console.log(JSON.stringify(await startBackend()), tf.getBackend());";
const reports = "--allow-read --allow-env --allow-sys".split(" ");

/** Whether this machine has a BLAS; without one the tests that need it are skipped. */
const found = await run(report);
const none = !found.out.includes('"name":"native"');

Deno.test({
  name: "startBackend() starts native where a BLAS is found, and says which",
  ignore: none,
  fn() {
    assertMatch(found.out, /^\{"name":"native","blas":"[^"]+","gigaflops":[\d.]+.*\} native\n$/);
    assertEquals([found.code, found.error], [0, ""]);
  },
});

Deno.test("startBackend() falls back to wasm without --allow-ffi, and says so once", async () => {
  const { out, code } = await run(`await startBackend();${report}`, {}, reports);
  assertEquals(code, 0);
  assertMatch(out, /"name":"wasm".*\} wasm\n$/);
  const said = out.split("\n").filter((line) => line.startsWith("Running on wasm"));
  assertEquals(said, [
    "Running on wasm, several times slower than with a BLAS: Cannot use a BLAS as foreign functions must be allowed: --allow-ffi was not given. Run with --allow-ffi, or with -A",
  ]);
});

Deno.test("startBackend() takes its name from the argument, then from the environment", async () => {
  const named = await run(
    'console.log((await startBackend("cpu")).name, tf.getBackend());',
    { INNERWORKS_BACKEND: "wasm" },
  );
  assertEquals([named.out, named.error], ["cpu cpu\n", ""]);
  const environment = await run(report, { INNERWORKS_BACKEND: "wasm" });
  assertEquals(environment.out, '{"name":"wasm"} wasm\n');
});

Deno.test("startBackend() computes in doubles where it is asked to", async () => {
  const code = `${report} console.log(tf.scalar(0.1).mul(0.1).dataSync()[0]);`;
  const { out, error } = await run(code, { INNERWORKS_BACKEND: "float64" });
  assertEquals([out, error], [`{"name":"float64"} float64\n${0.1 * 0.1}\n`, ""]);
});

Deno.test("startBackend() refuses a name that does not exist", async () => {
  const { error } = await run(report, { INNERWORKS_BACKEND: "fast" });
  assertStringIncludes(
    error,
    'RangeError: Cannot start a backend as its name must be one of native, wasm, cpu, webgpu, float64: current value is "fast"',
  );
});

Deno.test("startBackend() does not fall back from a BLAS that was asked for", async () => {
  const { code, error, out } = await run(report, { INNERWORKS_BLAS: "/nonexistent/libblas.so" });
  assert(code !== 0);
  assertEquals(out, "");
  assertStringIncludes(
    error,
    'Cannot use the BLAS of INNERWORKS_BLAS as it must open and pass its trial: "/nonexistent/libblas.so"',
  );
});

Deno.test("startBackend() is shared by concurrent calls, and refuses a second backend", async () => {
  const { out } = await run(`
    const [a, b] = await Promise.all([startBackend("cpu"), startBackend()]);
    console.log(a === b);
    await startBackend("wasm").catch((error) => console.log(error.message));
  `);
  assertEquals(
    out,
    'true\nCannot start the backend "wasm" as one process has one backend: it is "cpu"\n',
  );
});

Deno.test("startBackend() may be called again after a failure", async () => {
  const { out } = await run(`
    await startBackend("fast").catch(() => console.log("refused"));
    console.log((await startBackend("cpu")).name);
  `);
  assertEquals(out, "refused\ncpu\n");
});

Deno.test("no backend prints tfjs' advertisement for another package", async () => {
  for (const before of ["", 'await startBackend("cpu");']) {
    const { out, error } = await run(`${before} tf.tensor1d([1, 2]).add(1); console.log("done");`);
    assertEquals([out, error], ["done\n", ""]);
  }
});
