import { baseRun } from "../../../lib/run/sweep/base_run.ts";
import { plannedVariant } from "../../../lib/run/sweep/plan.ts";
import { ReadOut } from "../../../lib/run/sweep/read_out.ts";
import { Wave } from "../../../lib/run/sweep/wave.ts";
import { givenSites } from "../../../lib/run/sweep/way_in.ts";
import { crossEntropy, logit, run, scale } from "../../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { near } from "../../near.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("rows go through a block in as many calls as it takes, also some of a variant's", async () => {
  const model = await fixtureModel("gpt2"), metrics = [logit(9)];
  const prompts = Array.from({ length: 7 }, (_, i) => [3 + i, 17, 24 - i, 5]);
  const tokens = model.tokenize(prompts), site = "blocks.0.resid_pre" as const;
  using base = await baseRun(model, tokens, { capture: [site] });
  const readOut = new ReadOut(model, tokens, base.layout.window, metrics);
  const edits = [1, 1, 2].map((positions, i) => [scale(site, 2 + i, { positions })]);
  for (const most of [1, 5, 20, 30, 1000]) {
    const planned = edits.map((edits, index) => plannedVariant({ edits }, index, base, readOut)!);
    const values = await new Wave({ base, readOut }, most).run(planned);
    for (const [variant, own] of edits.entries()) {
      using alone = await run(model, prompts, { edits: own });
      near(
        values.subarray(7 * variant, 7 * variant + 7),
        alone.measure(metrics[0]!),
        1e-5,
        `${most}`,
      );
    }
    planned.forEach(({ instrument }) => instrument.dispose());
  }
});

Deno.test("a wave lets variants in at every column by every door, reads before and behind them, and frees what it makes", async () => {
  const model = await fixtureModel("llama"), prompts = [[3, 17, 24, 5], [5, 6, 7]];
  const tokens = model.tokenize(prompts), metrics = [logit(9), crossEntropy()];
  const doors = [
    "resid_pre",
    "ln1.normalized",
    "attn.q",
    "attn.z",
    "mlp.post",
    "resid_post",
  ] as const;
  const edits = [0, 1].flatMap((layer) =>
    doors.flatMap((door) =>
      [0, 1, -1].map((positions) => [scale(`blocks.${layer}.${door}`, 2, { positions })])
    )
  );
  const capture = doors.flatMap((door) => model.match(`blocks.*.${door}`));
  const given = givenSites(model, edits.map((edits) => ({ edits })));
  using base = await baseRun(model, tokens, { capture, given });
  const readOut = new ReadOut(model, tokens, base.layout.window, metrics);
  const planned = edits.map((edits, index) => plannedVariant({ edits }, index, base, readOut)!);
  const entries = new Set<string | null>(planned.map(({ entry }) => entry));
  assertEquals([...entries], ["stream", "block", "part"]);
  const before = heldTensors();
  const values = await new Wave({ base, readOut }).run(planned);
  assertEquals(heldTensors(), before);
  for (const [variant, own] of edits.entries()) {
    using alone = await run(model, prompts, { edits: own });
    metrics.forEach((metric, m) =>
      alone.measure(metric).forEach((value, example) => {
        const found = values[(2 * variant + example) * 2 + m]!;
        assert(Math.abs(found - value) < 1e-5, `${JSON.stringify(own)}: ${found} for ${value}`);
      })
    );
  }
  await assertRejects(
    () => new Wave({ base, readOut, signal: AbortSignal.abort() }).run(planned),
    DOMException,
  );
  assertEquals(heldTensors(), before);
  planned.forEach(({ instrument }) => instrument.dispose());
});
