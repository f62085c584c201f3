import { assert, assertEquals } from "../../assert.ts";
import {
  CheckpointError,
  openCheckpoint,
  openSafetensors,
  readConfig,
  type StoredTensor,
  writeSafetensors,
} from "../../../lib/model/files/mod.ts";
import { writeAnew } from "../../write_anew.ts";
import { inFolder } from "./raw_safetensors.ts";

/** Numbers from 0 up to a bound, the same for the same seed (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = state + 0x6D2B79F5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) % below;
  };
}

/** Changes a file a little: bits, bytes, digits, cuts, doublings. */
function mutate(
  bytes: Uint8Array,
  upTo: number,
  roll: (below: number) => number,
): Uint8Array<ArrayBuffer> {
  const at = roll(upTo);
  const to = Math.min(upTo, at + 1 + roll(40));
  const join = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(parts.flatMap((part) => [...part]));
  const head = bytes.subarray(0, at);
  switch (roll(7)) {
    case 0:
      return join(head, Uint8Array.of(bytes[at]! ^ 1 << roll(8)), bytes.subarray(at + 1));
    case 1:
      return join(head, Uint8Array.of(roll(256)), bytes.subarray(at + 1));
    case 2:
      return join(head, bytes.subarray(to));
    case 3:
      return join(bytes.subarray(0, to), bytes.subarray(at));
    case 4:
      return join(head);
    case 5: {
      // Another digit where a digit is: the header stays JSON and its claims change.
      const digits = [...bytes.subarray(0, upTo).keys()].filter((i) =>
        bytes[i]! >= 0x30 && bytes[i]! <= 0x39
      );
      const place = digits[roll(digits.length)] ?? at;
      return join(
        bytes.subarray(0, place),
        Uint8Array.of(0x30 + roll(10)),
        bytes.subarray(place + 1),
      );
    }
    default: {
      // Two stretches change places, so that names, types and offsets meet others.
      const other = roll(upTo);
      const [low, high] = [Math.min(at, other), Math.max(at, other)];
      const span = Math.min(roll(12), high - low, upTo - high);
      return join(
        bytes.subarray(0, low),
        bytes.subarray(high, high + span),
        bytes.subarray(low + span, high),
        bytes.subarray(low, low + span),
        bytes.subarray(high + span),
      );
    }
  }
}

/** Reads a tensor as numbers, whatever its type. */
function numbers(tensor: StoredTensor): readonly number[] {
  return [
    ...tensor.dtype.startsWith("F") || tensor.dtype === "BF16"
      ? tensor.read()
      : tensor.readIntegers(),
  ];
}

const tensors = new Map([
  ["wte", {
    dtype: "F32" as const,
    shape: [3, 4],
    values: Array.from({ length: 12 }, (_, i) => i),
  }],
  ["h.0.w", { dtype: "BF16" as const, shape: [2, 3], values: [20, 21, 22, 23, 24, 25] }],
  ["h.1.w", { dtype: "F16" as const, shape: [5], values: [30, 31, 32, 33, 34] }],
  ["ids", { dtype: "I64" as const, shape: [1, 1], values: [40] }],
]);

/** Whether the tensors say what the file says: what kept name, type and shape kept its numbers. */
function check(read: ReadonlyMap<string, StoredTensor>): void {
  for (const [name, tensor] of read) {
    const found = numbers(tensor);
    assertEquals(found.length, tensor.shape.reduce((product, size) => product * size, 1));
    const original = tensors.get(name);
    if (original?.dtype !== tensor.dtype) continue;
    if (JSON.stringify(original.shape) !== JSON.stringify(tensor.shape)) continue;
    assertEquals(found, original.values);
  }
}

/** Runs what may throw a CheckpointError and nothing else. */
async function survives(what: () => void | Promise<void>): Promise<boolean> {
  try {
    await what();
    return true;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    assert(error.file !== "" && error.expected !== "");
    return false;
  }
}

Deno.test("openSafetensors() refuses or reads rightly 5,000 mutated headers", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/model.safetensors`;
    writeSafetensors(file, tensors, { format: "pt" });
    const bytes = Deno.readFileSync(file);
    const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const roll = dice(1);
    let read = 0;
    for (let i = 0; i < 5000; i++) {
      writeAnew(file, mutate(bytes, header, roll));
      if (await survives(() => check(openSafetensors(file)))) read++;
    }
    // Some changes are harmless (a letter of a name, a space): were there none, the test would see no reading.
    assert(read > 50 && read < 2000, `${read} were read`);
  });
});

Deno.test("openCheckpoint() refuses or reads rightly 3,000 mutated indexes and shards", async () => {
  await inFolder(async (folder) => {
    const names = [...tensors.keys()];
    const shards = ["model-1.safetensors", "model-2.safetensors"];
    const weightMap = Object.fromEntries(names.map((name, i) => [name, shards[i % 2]]));
    const index = `${folder}/model.safetensors.index.json`;
    Deno.writeTextFileSync(
      index,
      JSON.stringify({ metadata: { total_size: 78 }, weight_map: weightMap }),
    );
    for (const shard of shards) {
      const own = names.filter((name) => weightMap[name] === shard);
      writeSafetensors(
        `${folder}/${shard}`,
        new Map(own.map((name) => [name, tensors.get(name)!])),
      );
    }
    const files = [index, `${folder}/${shards[0]}`];
    const originals = files.map((file) => Deno.readFileSync(file));
    const roll = dice(2);
    let read = 0;
    for (let i = 0; i < 3000; i++) {
      const which = i % 3 === 0 ? 1 : 0;
      const original = originals[which]!;
      const upTo = which === 0
        ? original.length
        : 8 + Number(new DataView(original.buffer).getBigUint64(0, true));
      writeAnew(files[which]!, mutate(original, upTo, roll));
      const opened = async (): Promise<void> => check((await openCheckpoint(folder)).tensors);
      if (await survives(opened)) read++;
      writeAnew(files[which]!, original);
    }
    assert(read > 20 && read < 1500, `${read} were read`);
  });
});

Deno.test("readConfig() refuses or reads as JSON 2,000 mutated configs", async () => {
  const file = new URL("../../../lib/zoo/models/seedling/config.json", import.meta.url);
  const bytes = Deno.readFileSync(file);
  await inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/config.json`, bytes);
    const roll = dice(3);
    let read = 0;
    for (let i = 0; i < 2000; i++) {
      const mutated = mutate(bytes, bytes.length, roll);
      writeAnew(`${folder}/config.json`, mutated);
      const same = (): void =>
        assertEquals(
          JSON.stringify(readConfig(`${folder}/config.json`)),
          JSON.stringify(JSON.parse(new TextDecoder().decode(mutated))),
        );
      if (await survives(same)) read++;
    }
    assert(read > 100 && read < 1900, `${read} were read`);
  });
});
