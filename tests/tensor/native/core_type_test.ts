import {
  betterCores,
  mayChooseCore,
  processorFlags,
  withCore,
} from "../../../lib/tensor/native/core_type.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const wide = ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"];

Deno.test("betterCores() names kernels that the processor's instructions allow, where the choice is old", () => {
  assertEquals(betterCores("Prescott", new Set([...wide, "avx2", "fma", "avx512_bf16"])), [
    "COOPERLAKE",
    "SKYLAKEX",
    "HASWELL",
  ]);
  assertEquals(betterCores("Nehalem", new Set(["avx2", "fma"])), ["HASWELL"]);
  assertEquals(betterCores("Prescott", new Set(["avx"])), []);
  assertEquals(betterCores("Zen", new Set([...wide, "avx2", "fma"])), []);
  assertEquals(betterCores("SkylakeX", new Set([...wide, "avx512_bf16"])), []);
});

Deno.test("processorFlags() reads what Linux lists, and nothing elsewhere", () => {
  const flags = processorFlags();
  const linux = Deno.build.os === "linux" && Deno.build.arch === "x86_64";
  assertEquals(flags.has("sse2"), linux);
});

Deno.test("withCore() leaves the variable as it was, also where opening fails", () => {
  const given = Deno.env.get("OPENBLAS_CORETYPE");
  Deno.env.delete("OPENBLAS_CORETYPE");
  try {
    assert(mayChooseCore());
    assertEquals(withCore("HASWELL", () => Deno.env.get("OPENBLAS_CORETYPE")), "HASWELL");
    assertThrows(() =>
      withCore("HASWELL", () => {
        throw new Error("no");
      }), Error);
    assertEquals(Deno.env.get("OPENBLAS_CORETYPE"), undefined);
    Deno.env.set("OPENBLAS_CORETYPE", "ZEN");
    assertEquals(mayChooseCore(), false);
  } finally {
    if (given === undefined) Deno.env.delete("OPENBLAS_CORETYPE");
    else Deno.env.set("OPENBLAS_CORETYPE", given);
  }
});
