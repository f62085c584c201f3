/**
 * Ten thousand seeded mutations of header, index and configuration: each gives our own error, or a model that computes
 * what its files say; none takes a second or 64 MB.
 */

import { join } from "node:path";
import { CheckpointError, loadFolder, openCheckpoint } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { largestGap } from "../near.ts";
import { writeAnew } from "../write_anew.ts";
import {
  FAMILIES,
  type FixtureName,
  type PlainCheckpoint,
  withFolder,
  writePlain,
} from "./fixture.ts";
import { randomCheckpoint } from "./random_checkpoint.ts";
import { referenceForward } from "./reference_forward.ts";

/** Models of a few kilobytes, so that ten thousand files are written in seconds. */
const SMALL: Record<FixtureName, Record<string, unknown>> = {
  gpt2: {
    n_embd: 8,
    n_head: 2,
    n_inner: 6,
    n_positions: 8,
    vocab_size: 12,
    activation_function: "gelu_new",
    layer_norm_epsilon: 1e-5,
    scale_attn_weights: true,
    use_cache: true,
    n_ctx: 8,
  },
  llama: {
    hidden_size: 8,
    intermediate_size: 6,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    head_dim: 4,
    vocab_size: 12,
    rms_norm_eps: 1e-6,
    rope_parameters: { rope_type: "default", rope_theta: 10000 },
    hidden_act: "silu",
    mlp_bias: false,
  },
  gpt_neox: {
    hidden_size: 8,
    intermediate_size: 6,
    num_attention_heads: 2,
    vocab_size: 12,
    rotary_pct: 0.5,
    rotary_emb_base: 10000,
    use_parallel_residual: true,
    hidden_act: "gelu",
    layer_norm_eps: 1e-5,
  },
};

const VALUES = [
  "0",
  "-1",
  "1",
  "2",
  "3",
  "4",
  "8",
  "12",
  "1.5",
  "1e-9",
  "1e9",
  "4294967296",
  "1e308",
  "1e999",
  '""',
  '"x"',
  '"gelu"',
  '"relu"',
  "null",
  "true",
  "false",
  "[]",
  "[1]",
  "{}",
  '{"rope_type":"linear","factor":3}',
  '"__proto__"',
  "[[[[[[[[]]]]]]]]",
];

/** Changes some bytes: replaces, inserts, removes, doubles, or cuts the end off. */
function mutateBytes(bytes: Uint8Array, random: RandomStream): Uint8Array {
  const list = [...bytes];
  for (let count = 1 + random.integer(2); count > 0; count--) {
    const at = random.integer(list.length), any = () => random.integer(256);
    const common = () => '0123456789",:{}[]-.eE \\u'.charCodeAt(random.integer(24));
    switch (random.integer(7)) {
      case 0:
        list[at] = any();
        break;
      case 1:
      case 2:
        list[at] = common();
        break;
      case 3:
        list.splice(at, 0, common());
        break;
      case 4:
        list.splice(at, 1 + random.integer(4));
        break;
      case 5:
        list.splice(at, 0, ...list.slice(at, at + 1 + random.integer(40)));
        break;
      case 6:
        if (random.integer(4) === 0) list.length = at;
        break;
    }
    if (list.length === 0) list.push(0x20);
  }
  return Uint8Array.from(list);
}

/** Replaces, renames, doubles or adds one value of a JSON object, or swaps two of one key, in its text. */
function mutateValue(text: string, random: RandomStream): string {
  const places = [
    ...text.matchAll(/"([^"]+)":\s*("[^"]*"|[-\d.e]+|true|false|null|\[[^[\]{}]*\])/g),
  ];
  const [whole, key] = places[random.integer(places.length)]!;
  const value = VALUES[random.integer(VALUES.length)]!;
  switch (random.integer(7)) {
    case 0:
      return text.replace(whole, `"${key}x": ${value}`);
    case 1:
      return text.replace(whole, `${whole}, "${key}": ${value}`);
    case 2:
      return text.replace(/^\{/, `{"${random.integer(2) ? "extra" : "__metadata__"}": ${value},`);
    case 3: {
      const others = places.filter(([, other]) => other === key);
      const [other] = others[random.integer(others.length)]!;
      return text.replace(whole, "#").replace(other, whole).replace("#", other);
    }
    default:
      return text.replace(whole, `"${key}": ${value}`);
  }
}

/** What became of a folder: an error of ours, or a model that was held against the reference. */
async function outcome(folder: string): Promise<"refused" | "right"> {
  let model;
  try {
    model = await loadFolder(folder);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    assert(
      error.message.startsWith("Cannot read ") && error.file.startsWith(folder),
      error.message,
    );
    return "refused";
  }
  const prompts = [[3, 11, 0, 5, 5].slice(0, model.architecture.positions)];
  try {
    using result = await run(model, prompts);
    const config = JSON.parse(Deno.readTextFileSync(join(folder, "config.json")));
    const { tensors } = await openCheckpoint(folder);
    const plain: PlainCheckpoint = { config, tensors: new Map() };
    for (const [name, tensor] of tensors) {
      plain.tensors.set(name, { shape: tensor.shape, values: tensor.read() });
    }
    const expected = referenceForward(plain, prompts).get("logits")!;
    const gap = largestGap(result.logits.dataSync(), expected);
    assert(gap < 1e-4, `logits are ${gap} off`);
    return "right";
  } finally {
    model.dispose();
  }
}

/** Runs mutations of one file and counts what became of them. */
async function mutate(
  count: number,
  title: string,
  file: string,
  shard: number | undefined,
  change: (bytes: Uint8Array, random: RandomStream) => Uint8Array,
): Promise<Record<"refused" | "right", number>> {
  const counts = { refused: 0, right: 0 };
  for (const family of FAMILIES) {
    const plain = randomCheckpoint(family, SMALL[family]);
    await withFolder(async (folder) => {
      writePlain(folder, plain, shard === undefined ? {} : { shard });
      assertEquals(await outcome(folder), "right", "unchanged");
      const path = join(folder, file), original = Deno.readFileSync(path);
      const random = new RandomStream(7, `${title} ${family}`);
      for (let index = 0; index < Math.ceil(count / FAMILIES.length); index++) {
        writeAnew(path, change(original, random));
        const start = performance.now(), { rss } = Deno.memoryUsage();
        try {
          counts[await outcome(folder)]++;
        } catch (error) {
          throw new Error(
            `mutation ${index} of ${title} of ${family}: ${(error as Error).message}`,
            { cause: error },
          );
        }
        const took = performance.now() - start, more = (Deno.memoryUsage().rss - rss) / 2 ** 20;
        assert(took < 1000, `mutation ${index} of ${title} of ${family} took ${took} ms`);
        assert(more < 64, `mutation ${index} of ${title} of ${family} took ${more} MB`);
      }
    });
  }
  return counts;
}

const text =
  (change: (text: string, random: RandomStream) => string) =>
  (bytes: Uint8Array, random: RandomStream) =>
    new TextEncoder().encode(change(new TextDecoder().decode(bytes), random));

/** Applies a change to the header of a safetensors file, and mostly sets its length anew. */
const header =
  (change: (bytes: Uint8Array, random: RandomStream) => Uint8Array) =>
  (bytes: Uint8Array, random: RandomStream) => {
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const changed = change(bytes.slice(8, 8 + length), random);
    const result = new Uint8Array(8 + changed.length + bytes.length - 8 - length);
    const claimed = random.integer(20) === 0
      ? BigInt(random.integer(2 ** 31)) ** 2n
      : BigInt(changed.length);
    new DataView(result.buffer).setBigUint64(0, claimed, true);
    result.set(changed, 8);
    result.set(bytes.subarray(8 + length), 8 + changed.length);
    return result;
  };

const CASES: readonly [
  title: string,
  file: string,
  shard: number | undefined,
  change: Parameters<typeof mutate>[4],
][] = [
  ["bytes of the header", "model.safetensors", undefined, header(mutateBytes)],
  ["values of the header", "model.safetensors", undefined, header(text(mutateValue))],
  ["bytes of the index", "model.safetensors.index.json", 5, mutateBytes],
  ["values of the index", "model.safetensors.index.json", 5, text(mutateValue)],
  ["bytes of the configuration", "config.json", undefined, mutateBytes],
  ["values of the configuration", "config.json", undefined, text(mutateValue)],
];

for (const [title, file, shard, change] of CASES) {
  Deno.test(`loadFolder() with mutated ${title} gives our own error or right numbers`, async () => {
    const { refused, right } = await mutate(10_000 / CASES.length, title, file, shard, change);
    assert(refused + right >= 10_000 / CASES.length);
    // Both happen, or the mutations would be too mild or too wild to show anything.
    assert(refused > 100 && right > 10, `${refused} were refused, ${right} were right`);
  });
}
