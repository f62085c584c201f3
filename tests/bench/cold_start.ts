/**
 * What a fresh process takes until its first results, and how much memory.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** What a fresh process reports. */
interface Report {
  readonly loaded: number;
  readonly forward: number;
  readonly peak: number;
}

/** Times loading, the first forward and the peak of memory in processes of their own, the least of three. */
export async function coldStart(folder: string): Promise<readonly (readonly [string, string])[]> {
  const found: [string, string][] = [];
  for (const [name, model] of [["GPT-2 small", folder], ["seedling", "seedling"]] as const) {
    let least = Infinity, best: Report | null = null;
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      const { stdout, success } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", fileURLToPath(import.meta.url), model],
        stderr: "null",
      }).output();
      if (!success) throw new Error(`a fresh process could not run ${name}`);
      const took = performance.now() - start;
      if (took >= least) continue;
      least = took;
      best = JSON.parse(new TextDecoder().decode(stdout));
    }
    const { loaded, forward, peak } = best!;
    found.push(
      [`${name}: start to first logits`, `${least.toFixed(0)} ms`],
      [`${name}: loading, first forward`, `${loaded.toFixed(0)} ms, ${forward.toFixed(0)} ms`],
      [`${name}: peak memory`, `${(peak / 2 ** 20).toFixed(0)} MiB`],
    );
  }
  return found;
}

if (import.meta.main) {
  const { load, run } = await import("../../mod.ts");
  const start = performance.now(), model = await load(Deno.args[0]!), middle = performance.now();
  (await run(model, [Array.from({ length: 32 }, (_, i) => i + 1)])).dispose();
  const end = performance.now();
  const status = Deno.build.os === "linux" ? await Deno.readTextFile("/proc/self/status") : "";
  const peak = 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? NaN);
  console.log(JSON.stringify({ loaded: middle - start, forward: end - middle, peak }));
}
