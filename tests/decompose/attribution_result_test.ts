import { logitAttribution } from "../../lib/decompose/mod.ts";
import { logit, logitDifference } from "../../lib/run/mod.ts";
import { type Chart, display, type Document, inspect } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";

const PROMPT = "When Mary and John went to the store, John gave a key to";

interface Bar {
  readonly kind: string;
  readonly value: number;
  readonly end: number;
}

Deno.test("C-05 a waterfall's bars, decoded from the saved output, add up to the number shown", async () => {
  const model = await seedling();
  for (const by of ["component", "head", "neuron"] as const) {
    const found = await logitAttribution(model, PROMPT, logitDifference(" Mary", " John"), { by });
    const saved: Chart = JSON.parse(JSON.stringify(await found[display]()));
    const spec = saved["application/vnd.vegalite.v5+json"] as { data: { values: Bar[] } };
    const bars = spec.data.values;
    const sum = bars.filter(({ kind }) => kind !== "total").reduce(
      (sum, { value }) => sum + value,
      0,
    );
    const total = bars.find(({ kind }) => kind === "total")!.value;
    near([sum], [total], 1e-9);
    near([total], [found.totals[0]!], 1e-9);
    assert(saved["text/plain"].includes(total.toFixed(1)));
  }
});

Deno.test("C-07 heads() is a grid of layers and heads, in this order", async () => {
  const model = await seedling();
  const found = await logitAttribution(model, PROMPT, logit(" Mary"), { by: "head" });
  const grid = found.heads();
  assert(grid["text/plain"].includes("4 × 8") || grid["text/html"].includes("4 × 8"));
  const [top] = found.top(1);
  assertEquals(top!.value, found.value(top!.part.label));
  const whole = await logitAttribution(model, PROMPT, logit(" Mary"));
  assertThrows(() => whole.heads(), RangeError, "attention must be split into them");
  assert(whole.layers()["text/html"].includes("feed-forward"));
});

Deno.test("C-09 paths are drawn by the tokens that heads read, hostile ones escaped", async () => {
  const model = await seedling();
  const found = await logitAttribution(model, "<img src=x> Mary went to", logit(" the"), {
    by: "path",
  });
  const html = (await found[display]() as Document)["text/html"];
  assert(!/<img src=x/.test(html));
  assert(html.includes("token that the head reads"));
});

Deno.test("parts that do not add up are drawn as bars, and say so", async () => {
  const model = await fixtureModel("gpt2");
  for (const norm of ["own", "derivative"] as const) {
    const found = await logitAttribution(model, [...PROMPTS[0]!], logit(3), { norm });
    assert((await found[display]())["text/plain"].includes("do not add up"));
  }
});

Deno.test("a capped logit is taken apart before the cap, and the picture says what the cap makes of it", async () => {
  const model = await fixtureModel("gemma2");
  const found = await logitAttribution(model, [...PROMPTS[0]!], logit(3));
  const cap = model.architecture.logitCap!;
  near([cap * Math.tanh(found.totals[0]! / cap)], [found.measured[0]!], 1e-5);
  assert((await found[display]())["text/plain"].includes("before the soft cap"));
});

Deno.test("a result refuses parts and prompts that it does not have, and writes itself out", async () => {
  const model = await fixtureModel("gpt2");
  const found = await logitAttribution(model, PROMPTS, logit(3));
  assertThrows(() => found.value("L9 attn"), RangeError, "must be a part: the first are embed");
  assertThrows(() => found.value("embed", 2), RangeError, "the prompt must be from 0 to 1");
  assert(found[inspect]().includes("left over"));
  const [heading, ...lines] = found[inspect]().split("\n");
  assert(heading!.endsWith(`, the first of ${PROMPTS.length} prompts`), heading);
  const most = found.parts.length - 12;
  assert(most <= 0 || lines.at(-2)!.startsWith(`  ${most} other parts: `), lines.at(-2));
  // Two prompts: what layer 1's attention and feed-forward network give on average.
  const [attention, network] = ["L1 attn", "L1 mlp"].map((label) =>
    (found.value(label, 0) + found.value(label, 1)) / 2
  );
  near(
    [found.mean({ layer: 1, kind: ["attention", "feed-forward"] }), found.mean({ head: 3 })],
    [attention! + network!, 0],
    1e-12,
  );
  assertThrows(() => found.mean({ heads: 3 } as object), TypeError, "Cannot find parts");
  assertEquals(JSON.parse(JSON.stringify(found)).values[0].length, 2);
});
