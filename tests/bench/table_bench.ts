/**
 * One table of what takes how long, beside the same work by transformers or TransformerLens: the shape of GPT-2 small with
 * random weights, and seedling. One run, sides alternated, the minimum of each, the load average beside it.
 *
 *     deno task bench tests/bench/table_bench.ts
 *     INNERWORKS_PEERS=/path/to/python deno task bench tests/bench/table_bench.ts
 *
 * With `INNERWORKS_BENCH=all` the grids that take TransformerLens minutes are run by it too, once.
 *
 * @module
 */

import { load, startBackend } from "../../mod.ts";
import { writeGpt2 } from "./gpt2_files.ts";
import { coldStart } from "./cold_start.ts";
import { Peer } from "./peer.ts";
import { gpt2Rows, type Row, seedlingRows } from "./table_rows.ts";

const python = Deno.env.get("INNERWORKS_PEERS");
const all = Deno.env.get("INNERWORKS_BENCH") === "all";

// Not in a function of Deno.bench, which would fill it more than once.
await table();

/** Fills the table and prints it as Markdown. */
async function table(): Promise<void> {
  const backend = await startBackend(), folder = await Deno.makeTempDir();
  await writeGpt2(folder);
  const peer = python ? new Peer(python, folder) : null;
  try {
    const ready = await peer?.line();
    const [model, seedling] = [await load(folder), await load("seedling")];
    const lines = [
      "| work | this library | the same by | times | asked |",
      "| --- | ---: | ---: | ---: | --- |",
    ];
    for (const row of [...gpt2Rows(model), ...seedlingRows(seedling)]) {
      const line = await timed(row, peer);
      lines.push(line);
      console.log(line);
    }
    for (const [work, text] of await coldStart(folder)) lines.push(`| ${work} | ${text} | | | |`);
    console.log(
      `${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} processors, ${backend.name} by ${
        backend.blas ?? "no BLAS"
      } on ${backend.threads ?? "?"} threads; peers on ${
        ready?.threads ?? "no"
      } threads; load average ${Deno.loadavg().map((load) => load.toFixed(2)).join(" ")}`,
    );
    console.log(lines.join("\n"));
    model.dispose();
    seedling.dispose();
  } finally {
    await peer?.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Times a row, sides alternated. */
async function timed(row: Row, peer: Peer | null): Promise<string> {
  const { title, rounds, ours, theirs, asked } = row;
  let own = Infinity, other = Infinity, by = "";
  const slow = theirs?.minutes === true;
  for (let round = -2; round < rounds; round++) {
    await rest();
    const start = performance.now();
    await ours();
    const took = (performance.now() - start) / 1000;
    if (round >= 0) own = Math.min(own, took);
    if (!theirs) continue;
    await rest();
    if (typeof theirs.work === "function") {
      const from = performance.now();
      await theirs.work();
      if (round >= 0) other = Math.min(other, (performance.now() - from) / 1000);
    } else if (peer && (slow ? all && round === 0 : round >= -1)) {
      const answer = await peer.do(theirs.work, ...theirs.with ?? []);
      if (answer && (slow || round >= 0)) other = Math.min(other, answer.seconds);
    }
    by = theirs.by;
  }
  const times = theirs?.times ?? 1, ratio = own / (other * times);
  const said = !Number.isFinite(other)
    ? ""
    : ratio <= 1 / 3
    ? `${(1 / ratio).toFixed(1)} × as fast`
    : `${ratio.toFixed(2)} × the time`;
  return `| ${title} | ${seconds(own)} | ${
    Number.isFinite(other) ? `${by} ${seconds(other * times)}` : by && `${by}: not run`
  } | ${said} | ${asked ?? ""} |`;
}

/** Threads of either side's products spin for up to 200 ms after their work, in the other's way. */
function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}

function seconds(time: number): string {
  return time < 1 ? `${(1000 * time).toPrecision(3)} ms` : `${time.toPrecision(3)} s`;
}
