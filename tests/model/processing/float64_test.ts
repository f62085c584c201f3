/** Weight processing in double precision, where it has to be exact to 1e-9: in a process of its own. */

import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("A-05 A-06 A-24 processed weights give the same log-probabilities to 1e-9 in double precision", async () => {
  const files = [
    "process_weights",
    "fold_norms",
    "centre_writing_weights",
    "centre_unembedding",
    "fold_value_biases",
  ]
    .map((name) => fileURLToPath(new URL(`${name}_test.ts`, import.meta.url)));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // The types are checked where these files are tests of their own.
    args: ["test", "-A", "--no-check", ...files],
    env: { NO_COLOR: "1", INNERWORKS_BACKEND: "float64" },
  }).output();
  const printed = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  const [, passed, failed, rest] = /(\d+) passed[^|]*\| (\d+) failed(.*)/.exec(printed) ?? [];
  assertEquals([failed, rest?.includes("ignored")], ["0", false], printed.slice(-6000));
  assert(Number(passed) >= 25, printed.slice(-2000));
});
