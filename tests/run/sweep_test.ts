/** Many runs, one after the other or at once: what they leave behind, and how soon a signal stops them. */

import {
  apply,
  crossEntropy,
  freeze,
  generate,
  type GenerateOptions,
  gradients,
  logit,
  meanOver,
  noise,
  run,
  trace,
  zero,
} from "../../lib/run/mod.ts";
import { readNumbers } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { same } from "../near.ts";

const RAGGED = [PROMPTS[0]!.slice(0, 6), PROMPTS[1]!, [40, 41]];

Deno.test("a hundred runs, gradients and traces leave no tensor behind, and a captured one as it was", async () => {
  const model = await fixtureModel("llama");
  using kept = await run(model, RAGGED, { capture: ["*"], padding: "left" });
  const copies = kept.cache.sites.map((site) => [site, readNumbers(kept.cache.get(site))] as const);
  const logits = readNumbers(kept.logits);
  const stream = kept.cache.get("blocks.1.resid_pre");
  const round = async () => {
    (await run(model, RAGGED, { capture: ["*"], edits: [zero("blocks.0.attn.z")] })).dispose();
    (await run(model, RAGGED, { start: { layer: 1, stream }, padding: "left" })).dispose();
    using found = await gradients(model, RAGGED, crossEntropy(), {
      at: ["*"],
      weights: ["W_Q", "W_E"],
      edits: [freeze("blocks.1.attn.pattern")],
      rules: ["frozenNorm"],
    });
    found.timesValue("blocks.0.attn.pattern");
    using traced = await trace(model, RAGGED, function* (at) {
      const early = yield at("blocks.0.resid_post", { positions: -1 });
      yield at.set("blocks.1.resid_pre", early.mul(2), { positions: -1 });
      return early;
    });
    traced.run!.measure(logit(3));
  };
  await round();
  const before = heldTensors();
  for (let i = 0; i < 25; i++) {
    await round();
    assertEquals(heldTensors(), before, `after ${4 * i + 4} runs`);
  }
  for (const [site, copy] of copies) same(readNumbers(kept.cache.get(site)), copy, site);
  same(readNumbers(kept.logits), logits);
});

const PROMPT = "When Mary and John went to the store, John gave a key to";

/**
 * How late work ends that hears a signal 200 ms after it says that it has begun, at best. What this machine does beside is noise that
 * only adds: work that is deaf would be late in every try.
 */
async function lateness(
  work: (signal: AbortSignal, begun: () => void) => Promise<void>,
): Promise<number> {
  let least = Infinity;
  for (let attempt = 0; attempt < 3 && least > 100; attempt++) {
    const controller = new AbortController();
    let raised = NaN;
    let begun = false;
    await work(controller.signal, () => {
      if (begun) return;
      begun = true;
      setTimeout(() => {
        raised = performance.now();
        controller.abort(new Error("enough"));
      }, 200);
    });
    least = Math.min(least, performance.now() - raised);
  }
  return least;
}

Deno.test("a signal that is raised 200 ms into a sweep stops it at once, wherever it stands", async () => {
  const model = await seedling();
  const kinds = {
    run: (signal: AbortSignal) => run(model, PROMPT, { signal, capture: ["resid_post"] }),
    gradients: (signal: AbortSignal) =>
      gradients(model, PROMPT, logit(" Mary"), { signal, weights: ["W_Q"] }),
    trace: (signal: AbortSignal) => trace(model, PROMPT, function* () {}, { signal }),
  };
  for (const [kind, once] of Object.entries(kinds)) {
    (await once(new AbortController().signal)).dispose();
    const before = heldTensors();
    const late = await lateness(async (signal, begun) => {
      let count = 0;
      const sweep = async () => {
        for (;; count++) {
          (await once(signal)).dispose();
          // On a busy machine one of them may take longer than the signal does to come.
          begun();
        }
      };
      assertEquals((await assertRejects(sweep, Error)).message, "enough");
      assert(count > 0, "it was in the midst of them");
    });
    assert(late <= 100, `${kind}: ${late} ms after the signal`);
    assertEquals(heldTensors(), before, `${kind} frees what it had made`);
  }
});

Deno.test("a signal that is raised 200 ms into a generation brings back at once what is written", async () => {
  const model = await seedling(), [unedited] = (await generate(model, PROMPT, { tokens: 1 })).texts;
  const first = unedited!.tokens[0]!.id;
  const manners: Record<string, GenerateOptions> = {
    greedy: {},
    "without a cache": { useCache: false },
    captured: { capture: ["resid_post"] },
    "captured without a cache": { capture: ["resid_post"], useCache: false },
    drawn: { temperature: 1, samples: 4 },
    searched: { beams: 4 },
    edited: { edits: [noise("blocks.1.resid_pre", { deviation: 1e-6, seed: 1 })] },
  };
  for (const [manner, options] of Object.entries(manners)) {
    const late = await lateness(async (signal, begun) => {
      // A search tells of nothing before its end.
      if (options.beams) begun();
      using made = await generate(model, PROMPT, {
        tokens: 240,
        stopTokens: [],
        signal,
        ...!options.beams && { onToken: begun },
        ...options,
      });
      for (const { stopped, tokens } of made.texts) {
        assertEquals(stopped, "aborted", manner);
        assert(tokens.length < 240, `${manner}: it was in the midst of them`);
        if (manner !== "drawn" && tokens.length > 0) assertEquals(tokens[0]!.id, first, manner);
      }
      assertEquals(made.cache.sites.length, options.capture ? 4 : 0, manner);
    });
    assert(late <= 100, `${manner}: ${late} ms after the signal`);
  }
});

Deno.test("a signal that is raised 200 ms into a mean over a data set brings back at once the mean so far", async () => {
  const model = await seedling();
  const endless = function* () {
    for (let i = 1;; i++) {
      yield Array.from({ length: 64 }, (_, j) => (i * 7919 + 13 * j) % 3256);
    }
  };
  const sites = ["resid_post", "attn.z", "mlp.post"];
  // Weights are made when they are first used.
  await meanOver(model, [[1, 2, 3]], { sites });
  let examples = 0;
  const late = await lateness(async (signal, begun) => {
    const means = await meanOver(model, endless(), { sites, signal, onProgress: begun });
    assertEquals(means.complete, false);
    for (const site of means.sites) assertEquals(means.of(site).count, 64 * means.examples);
    examples = Math.max(examples, means.examples);
  });
  assert(late <= 100, `${late} ms after the signal`);
  assert(examples > 0, "something was averaged by then");
});

Deno.test("gradients, traces and runs at once do not disturb each other", async () => {
  const model = await fixtureModel("llama");
  /** Takes longer than a slice, so that each gives way to the others between its blocks. */
  const slow = apply("blocks.0.attn_out", (x) => {
    for (const end = performance.now() + 55; performance.now() < end;);
    return x;
  });
  const calls = [
    async () => {
      const at = ["resid_pre", "attn.pattern"];
      using found = await gradients(model, PROMPTS, crossEntropy(), {
        at,
        edits: [slow],
        weights: ["W_Q"],
      });
      return [...found.at.sites.map((site) => found.get(site)), found.weight("W_Q")]
        .flatMap((tensor) => [...readNumbers(tensor)]);
    },
    async () => {
      using found = await gradients(model, PROMPTS[1]!, logit(3), {
        edits: [slow],
        rules: "frozenNorm",
      });
      return [...readNumbers(found.get("embed"))];
    },
    async () => {
      using traced = await trace(model, PROMPTS, function* (at) {
        const early = yield at("blocks.0.resid_pre");
        yield at.set("blocks.1.resid_post", early.mul(3));
      }, { edits: [slow] });
      return [...readNumbers(traced.run!.logits)];
    },
    async () => {
      using plain = await run(model, PROMPTS, { edits: [slow] });
      return [...readNumbers(plain.logits)];
    },
  ];
  const alone: number[][] = [];
  for (const call of calls) alone.push(await call());
  const together = await Promise.all(calls.map((call) => call()));
  together.forEach((numbers, i) => same(numbers, alone[i]!, `call ${i}`));
});
