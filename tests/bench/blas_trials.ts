/**
 * Tries a BLAS at many starts, each in a process of its own, on the machine as it is and beside busy processes: how often it
 * passes, how long a trial takes, and how fast the product that all threads share is.
 *
 *     deno run -A --lock=tests/deno.lock tests/bench/blas_trials.ts [library] [starts] [busy processes]
 *
 * @module
 */

import { openBestCore } from "../../lib/tensor/native/best_core.ts";
import { trial } from "../../lib/tensor/native/trial.ts";

const [library = "libopenblas.so.0", starts = "8", busy = "8", once] = Deno.args;

/** Runs this file again, with its library and a fourth argument. */
const again = (what: string) => {
  const args = ["run", "-A", "--no-check", "--no-lock", import.meta.filename!, library, "1", "0"];
  return new Deno.Command(Deno.execPath(), { args: [...args, what], stderr: "inherit" });
};

if (once === "spin") { while (true); }
else if (once === "try") {
  const { multiply } = openBestCore(library), start = performance.now();
  const { passed, gigaflops } = trial(multiply);
  console.log(JSON.stringify({ passed, gigaflops, time: performance.now() - start }));
} else {
  await measure("as it is");
  const others = Array.from({ length: Number(busy) }, () => again("spin").spawn());
  try {
    // Until they are under way.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await measure(`beside ${busy} busy processes`);
  } finally {
    for (const other of others) other.kill("SIGKILL");
  }
}

/** Tries the library at every start, and prints what came out. */
async function measure(how: string): Promise<void> {
  const found: { passed: boolean; gigaflops: number; time: number }[] = [];
  for (let start = 0; start < Number(starts); start++) {
    const { stdout } = await again("try").output();
    found.push(JSON.parse(new TextDecoder().decode(stdout)));
  }
  const range = (values: readonly number[]) =>
    `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
  const passed = found.filter(({ passed }) => passed).length;
  console.log(
    `${library}, ${how} (load ${
      Deno.loadavg()[0]!.toFixed(1)
    }): passed ${passed} of ${found.length}, ` +
      `${range(found.map(({ time }) => time))} ms a trial, ` +
      `${range(found.map(({ gigaflops }) => gigaflops))} GFLOP/s`,
  );
}
