/** Models on the backends that this process does not run on. */

import { fileURLToPath } from "node:url";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";

/** Runs the tests of `every_backend.ts` and says how many passed, failed and were skipped, with what they printed. */
async function counts(backend: string): Promise<{ counted: string[]; printed: string }> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // The types are checked where these files are tests of their own.
    args: [
      "test",
      "-A",
      "--no-check",
      fileURLToPath(new URL("every_backend.ts", import.meta.url)),
    ],
    env: { NO_COLOR: "1", INNERWORKS_BACKEND: backend },
  }).output();
  const printed = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  const [, passed, failed, rest] = /(\d+) passed[^|]*\| (\d+) failed(.*)/.exec(printed) ?? [];
  const ignored = /(\d+) ignored/.exec(rest ?? "")?.[1] ?? "0";
  return { counted: [passed ?? "none", failed ?? "none", ignored], printed };
}

Deno.test("families, older spellings, laws and edits give the same numbers on wasm and on cpu, sharper ones on float64", async () => {
  const { name } = await startBackend();
  const others = ["wasm", "cpu", "float64"].filter((backend) => backend !== name);
  const results = await Promise.all(others.map(counts));
  results.forEach(({ counted: [passed, failed, ignored], printed }, index) => {
    const shown = `${others[index]}: ${printed.slice(-6000)}`;
    assertEquals([failed, ignored], ["0", "0"], shown);
    assert(Number(passed) > 150, shown);
  });
});
