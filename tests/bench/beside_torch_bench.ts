/**
 * The gradient at the embeddings and the generation of 64 tokens, beside transformers on torch: the shape of GPT-2
 * small, the same weights, one run, sides alternated, the minimum of each.
 *
 *     INNERWORKS_TORCH=/path/to/python deno task bench
 *
 * @module
 */

import { generate, gradients, load, logit, startBackend, type Transformer } from "../../mod.ts";
import { writeGpt2 } from "./gpt2_files.ts";
import { sizes } from "./plain_gpt2.ts";

const python = Deno.env.get("INNERWORKS_TORCH");
const ids = (count: number) =>
  Array.from({ length: count }, (_, i) => (i * 7919 + 13) % sizes.vocabulary);

/** A figure to hold, and how each side comes by it. */
interface Race {
  readonly title: string;
  readonly work: string;
  readonly tokens: number;
  readonly number: number;
  readonly rounds: number;
  readonly ours: (model: Transformer) => Promise<string>;
  readonly verdict: (ours: number, theirs: number) => string;
}

const RACES: readonly Race[] = [
  {
    title: "gradient at the embeddings, 32 tokens",
    work: "gradient",
    tokens: 32,
    number: 5,
    rounds: 12,
    ours: async (model) => {
      using found = await gradients(model, ids(32), logit(5));
      return found.get("embed").norm().dataSync()[0]!.toFixed(5);
    },
    verdict: (ours, theirs) => `${(ours / theirs).toFixed(3)} × torch (at most 0.9)`,
  },
  {
    title: "64 new tokens after 16",
    work: "generate",
    tokens: 16,
    number: 64,
    rounds: 4,
    ours: async (model) => {
      const made = await generate(model, ids(16), { tokens: 64, stopTokens: [] });
      return JSON.stringify(made.texts[0]!.tokens.map(({ id }) => id));
    },
    verdict: (ours, theirs) =>
      `${(64 / ours).toFixed(1)} tokens a second, ${
        (theirs / ours).toFixed(3)
      } × transformers' (at least 1)`,
  },
];

Deno.bench({
  name: "gradient and generation of GPT-2 small: library over transformers",
  n: 1,
  warmup: 0,
  ignore: python === undefined,
  fn: compare,
});

async function compare(): Promise<void> {
  const { blas, threads } = await startBackend();
  const folder = await Deno.makeTempDir();
  try {
    await writeGpt2(folder);
    const model = await load(folder);
    const script = new URL("./torch_side.py", import.meta.url).pathname;
    const side = new Deno.Command(python!, {
      args: [script, folder],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = side.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const input = side.stdin.getWriter();
    const answer = async (text?: string): Promise<string> => {
      if (text) await input.write(new TextEncoder().encode(text));
      let line = "";
      while (!line.endsWith("\n")) {
        const { value, done } = await lines.read();
        if (done) throw new Error(`${python} ended: does it have torch and transformers?`);
        line += value;
      }
      return line.trim();
    };
    console.log(`${blas ?? "no BLAS"}, ${threads ?? "?"} threads; torch: ${await answer()}`);
    for (const race of RACES) await run(race, model, answer);
    await input.close();
    await side.status;
    model.dispose();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(
  { title, work, tokens, number, rounds, ours, verdict }: Race,
  model: Transformer,
  answer: (text: string) => Promise<string>,
): Promise<void> {
  let least = Infinity, other = Infinity;
  for (let round = -2; round < rounds; round++) {
    const start = performance.now();
    const found = await ours(model);
    const seconds = (performance.now() - start) / 1000;
    const [theirs, ...result] = (await answer(`${work} ${ids(tokens)} ${number}\n`)).split(" ");
    if (round === -2) {
      console.log(`${title}: ${found.slice(0, 60)} and ${result.join("").slice(0, 60)}`);
    }
    if (round < 0) continue; // compilers warm up
    least = Math.min(least, seconds);
    other = Math.min(other, Number(theirs));
  }
  console.log(
    `${title}: library ${(1000 * least).toFixed(1)} ms, torch ${(1000 * other).toFixed(1)} ms: ${
      verdict(least, other)
    }; load average ${Deno.loadavg().map((load) => load.toFixed(2)).join(" ")}`,
  );
}
