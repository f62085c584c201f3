/**
 * Measures how much memory the first forward pass takes at its peak, beside the size of the checkpoint:
 * `deno run -A tests/bench/memory.ts`. It ends with an error where a figure is over its limit.
 *
 * Each measurement is a process of its own, for the peak that Linux reports is that of a whole life.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { loadFolder, run, startBackend } from "../../mod.ts";
import { sizes } from "./plain_gpt2.ts";

type Stored = "F32" | "BF16";

/** The most that the peak may grow, in sizes of the file. */
const LIMITS: Readonly<Record<Stored, number>> = { F32: 1.1, BF16: 2.2 };

const bytesOf = { F32: 4, BF16: 2 } as const;

/** The tensors of GPT-2 small with their shapes. */
function tensors(): Map<string, number[]> {
  const { layers, width, neurons, vocabulary, positions } = sizes;
  const list: [string, number[]][] = [["wte.weight", [vocabulary, width]], ["wpe.weight", [
    positions,
    width,
  ]]];
  const map = (name: string, from: number, to: number) =>
    list.push([`${name}.weight`, [from, to]], [`${name}.bias`, [to]]);
  const norm = (name: string) => list.push([`${name}.weight`, [width]], [`${name}.bias`, [width]]);
  for (let layer = 0; layer < layers; layer++) {
    norm(`h.${layer}.ln_1`);
    map(`h.${layer}.attn.c_attn`, width, 3 * width);
    map(`h.${layer}.attn.c_proj`, width, width);
    norm(`h.${layer}.ln_2`);
    map(`h.${layer}.mlp.c_fc`, width, neurons);
    map(`h.${layer}.mlp.c_proj`, neurons, width);
  }
  norm("ln_f");
  return new Map(list);
}

/** Writes a checkpoint of random weights piece by piece, and returns the bytes of its file. */
function write(folder: string, dtype: Stored): number {
  const { layers, width, heads, neurons, vocabulary, positions } = sizes;
  Deno.writeTextFileSync(
    `${folder}/config.json`,
    JSON.stringify({
      model_type: "gpt2",
      n_layer: layers,
      n_head: heads,
      n_embd: width,
      n_inner: neurons,
      n_positions: positions,
      vocab_size: vocabulary,
    }),
  );
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, shape] of tensors()) {
    const start = end;
    end += bytesOf[dtype] * shape.reduce((product, size) => product * size, 1);
    header[`transformer.${name}`] = { dtype, shape, data_offsets: [start, end] };
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - text.length % 8) % 8);
  const file = Deno.openSync(`${folder}/model.safetensors`, { write: true, create: true });
  const put = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  };
  put(new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer));
  put(new TextEncoder().encode(text));
  // One table of small numbers, written again and again.
  let state = 1;
  const draws = Float32Array.from({ length: 1 << 18 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 0.04;
  });
  const bits = new Uint32Array(draws.buffer);
  const bytes = new Uint8Array(
    dtype === "F32" ? draws.buffer : Uint16Array.from(bits, (bit) => bit >>> 16).buffer,
  );
  for (let left = end; left > 0; left -= bytes.length) {
    put(bytes.subarray(0, Math.min(left, bytes.length)));
  }
  const { size } = file.statSync();
  file.close();
  return size;
}

/** The most memory that this process ever had resident, in bytes. */
function peak(): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]);
}

/** Loads a folder, runs 32 tokens, and prints how much the peak grew. */
async function measure(folder: string): Promise<void> {
  const { name } = await startBackend();
  const before = peak();
  const model = await loadFolder(folder);
  const loaded = peak();
  using result = await run(model, Array.from({ length: 32 }, (_, i) => 100 + 7 * i));
  if (!result.logits.dataSync().every(Number.isFinite)) {
    throw new Error("the logits are no numbers");
  }
  console.log(JSON.stringify({ name, before, loaded: loaded - before, grown: peak() - before }));
}

if (Deno.args[0] === "measure") {
  await measure(Deno.args[1]!);
} else {
  let failed = false;
  for (const dtype of ["F32", "BF16"] as const) {
    const folder = Deno.makeTempDirSync({ prefix: "innerworks_memory_" });
    try {
      const size = write(folder, dtype);
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", fileURLToPath(import.meta.url), "measure", folder],
      }).output();
      if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
      const { name, before, loaded, grown } = JSON.parse(new TextDecoder().decode(stdout));
      const factor = grown / size, limit = LIMITS[dtype];
      failed ||= factor > limit;
      const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
      console.log(
        `${dtype} on ${name}: the file has ${megabytes(size)}; the peak was ${
          megabytes(before)
        } before loading, ` +
          `${megabytes(loaded)} more after it, ${
            megabytes(grown)
          } more after the first forward pass: ` +
          `${factor.toFixed(3)} files, at most ${limit}${factor > limit ? " (TOO MUCH)" : ""}`,
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  }
  if (failed) Deno.exit(1);
}
