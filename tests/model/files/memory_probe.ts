/**
 * Runs in a process of its own and says by how much its peak memory grew.
 * `refuse FILE…` opens files that must be refused (by readConfig where they end in .json); `read FOLDER` reads and touches every tensor of a checkpoint, and
 * `readUnmapped FOLDER` does so without mapping.
 */

import {
  CheckpointError,
  openCheckpoint,
  openSafetensors,
  readConfig,
} from "../../../lib/model/files/mod.ts";

/** The most memory that this process has held, in bytes. */
function peak(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) * 1024;
}

const [what, ...paths] = Deno.args;
const before = peak();
if (what === "refuse") {
  let refused = 0;
  for (const path of paths) {
    try {
      path.endsWith(".json") ? readConfig(path) : openSafetensors(path);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      refused++;
    }
  }
  console.log(JSON.stringify({ grown: peak() - before, refused }));
} else {
  const { tensors } = await openCheckpoint(paths[0]!, { map: what === "read" });
  let sum = 0;
  const held = [...tensors.values()].map((tensor) => tensor.read());
  for (const values of held) for (let i = 0; i < values.length; i += 512) sum += values[i]!;
  console.log(JSON.stringify({ grown: peak() - before, sum }));
}
