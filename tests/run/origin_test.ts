import {
  codeOf,
  load,
  logit,
  originFrom,
  originOf,
  promptPair,
  PromptsMark,
  run,
  sourceLine,
  sourceOf,
  tf,
  withOrigin,
  zero,
} from "../../mod.ts";
import { lateOrigin } from "../../lib/run/origin.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";

const model = await load("seedling");

Deno.test("withOrigin() writes the call: prompts by ids, metrics and pairs by theirs, what is no plain data by name", () => {
  const prompts = model.tokenize("Mary"),
    pair = promptPair(model, {
      clean: "Mary",
      corrupt: "John",
      answer: 5,
      wrong: 6,
    });
  const result = withOrigin({}, model, {
    name: "study",
    given: {
      prompts,
      metric: logit(" Mary"),
      pair,
      of: [1, "two"],
      draw: () => 1,
      options: {
        "odd name": { at: tf.scalar(1) },
        edits: [zero("embed")],
        none: undefined,
        signal: new AbortController().signal,
      },
    },
    prompts,
    seed: 4,
  });
  const { source, code } = originOf(result)!;
  assertEquals(source, sourceLine(model, { prompts, seed: 4 }));
  assertMatch(source, /^seedling, .* · prompt [0-9a-f]{8} · seed 4 · Innerworks /);
  const [mary, john] = ["Mary", "John"].map((one) => `[${model.tokenize(one)[0]!.ids.join(", ")}]`);
  assertEquals(
    code,
    `(await study(model, [${mary} /* "Mary" */], logit(" Mary"), promptPair(model, { clean: ${mary} /* "Mary" */, corrupt: ${john} /* "John" */, answer: 5, wrong: 6 }), [1, "two"], yourDraw /* your function */, { "odd name": { at: yourAt /* your Tensor */ }, edits: [zero("embed")] }))`,
  );
});

Deno.test("an origin is handed on with a step, is said late, and is none of what was made by hand", () => {
  const whole = withOrigin({}, model, {
    name: "f",
    given: { options: {} },
    prompts: new PromptsMark(),
  });
  const part = originFrom({}, whole, ".part");
  assertEquals(originOf(part)!.code, "(await f(model)).part");
  assertEquals(codeOf(part, "[{row}]"), { code: "(await f(model)).part[{row}]" });
  const names = { row: { by: "row", texts: ["a"] } };
  assertEquals(codeOf(whole, "[{row}]", names), {
    code: { text: "(await f(model))[{row}]", names },
  });
  const given = withOrigin({}, model, {
    name: "g",
    given: { whole, list: new Array(9000).fill("x") },
  });
  assertEquals(
    originOf(given)!.code,
    "(await g(model, (await f(model)), yourList /* your list of 9000 */))",
  );
  const long = withOrigin({}, model, { name: "g", given: { list: ["x".repeat(20_000)] } });
  assertEquals(originOf(long)!.code, "(await g(model, yourList /* your list of 1 */))");
  const from = withOrigin({}, model, { name: "h", from: whole });
  assertEquals([originOf(from)!.code, originOf(from)!.source], [null, originOf(whole)!.source]);
  assertEquals(codeOf(from, ".x"), {});
  let said = 0;
  const late = lateOrigin({}, () => ({ source: `${++said}`, code: null }));
  assertEquals([said, sourceOf(late, "toy"), said], [0, "1", 1]);
  assertEquals([originOf({}), sourceOf({}, "toy"), codeOf({}, ".x")], [null, "toy", {}]);
});

Deno.test("a run says its origin, and its cache with what it captured", async () => {
  using result = await run(model, "Mary", { capture: ["embed"] });
  assert(originOf(result.cache)!.code!.endsWith('capture: ["embed"] })).cache'));
  assert(originOf(result)!.code!.startsWith("(await run(model, [[0, "));
});
