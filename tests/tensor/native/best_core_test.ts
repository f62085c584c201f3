import { eachAlone } from "../../../lib/tensor/native/blas_batch.ts";
import { openBestCore } from "../../../lib/tensor/native/best_core.ts";
import type { Blas, Multiply } from "../../../lib/tensor/native/blas.ts";
import { multiplyByLoops } from "../../../lib/tensor/native/trial.ts";
import { assertEquals } from "../../assert.ts";

const flags = new Set(["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd", "avx2", "fma"]);

/** A library that has some kernels, of which some are wrong. */
function library(kernels: Readonly<Record<string, Multiply>>, log: string[]) {
  return (path: string): Blas => {
    const asked = Deno.env.get("OPENBLAS_CORETYPE") ?? "PRESCOTT";
    const core = asked in kernels ? asked : "PRESCOTT";
    log.push(`open ${core}`);
    const multiply = kernels[core]!, close = () => log.push(`close ${core}`);
    return { path, core, multiply, multiplyBatch: eachAlone(multiply), close };
  };
}

const wrong: Multiply = (product) => {
  multiplyByLoops(product);
  if (product.rows === 17) product.c[5]! += 1;
};

async function withoutVariable(body: () => void): Promise<void> {
  const given = Deno.env.get("OPENBLAS_CORETYPE");
  Deno.env.delete("OPENBLAS_CORETYPE");
  try {
    await body();
  } finally {
    if (given !== undefined) Deno.env.set("OPENBLAS_CORETYPE", given);
  }
}

Deno.test("openBestCore() opens old choices again with the widest kernels that are there and right", () =>
  withoutVariable(() => {
    const log: string[] = [];
    const kernels = { PRESCOTT: multiplyByLoops, SKYLAKEX: wrong, HASWELL: multiplyByLoops };
    assertEquals(openBestCore("x", { open: library(kernels, log), flags }).core, "HASWELL");
    assertEquals(log, [
      "open PRESCOTT",
      "close PRESCOTT",
      "open SKYLAKEX",
      "close SKYLAKEX",
      "open HASWELL",
    ]);
  }));

Deno.test("openBestCore() goes back to the library's own choice where nothing else is right", () =>
  withoutVariable(() => {
    const log: string[] = [], kernels = { PRESCOTT: multiplyByLoops, SKYLAKEX: wrong };
    assertEquals(openBestCore("x", { open: library(kernels, log), flags }).core, "PRESCOTT");
    assertEquals(log.at(-1), "open PRESCOTT");
  }));

Deno.test("openBestCore() leaves good choices, and the user's own, alone", () =>
  withoutVariable(() => {
    const log: string[] = [], kernels = { PRESCOTT: multiplyByLoops, SKYLAKEX: multiplyByLoops };
    openBestCore("x", { open: library(kernels, log), flags: new Set() });
    Deno.env.set("OPENBLAS_CORETYPE", "PRESCOTT");
    openBestCore("x", { open: library(kernels, log), flags });
    Deno.env.delete("OPENBLAS_CORETYPE");
    assertEquals(log, ["open PRESCOTT", "open PRESCOTT"]);
  }));
