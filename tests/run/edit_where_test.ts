import {
  add,
  apply,
  type Edit,
  freeze,
  knockout,
  mean,
  meanOver,
  type Means,
  ofCache,
  project,
  replace,
  resample,
  run,
  scale,
  splice,
  swapSubspace,
  zero,
} from "../../lib/run/mod.ts";
import { checkCall, checkDefined, givenText } from "../../lib/run/edit_where.ts";
import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fixtureModel, PROMPTS } from "../model/fixture.ts";

const SITE = "blocks.0.attn.z";

/** The functions that make edits, each with what stands before the object that says where. */
// deno-lint-ignore ban-types
const MAKERS: readonly [make: Function, ...before: unknown[]][] = [
  [zero, SITE],
  [freeze, SITE],
  [knockout, 0],
  [replace, SITE, 0],
  [add, SITE, [1]],
  [scale, SITE, 0],
  [mean, SITE, {}],
  [resample, SITE, { seed: 0 }],
  [apply, SITE, (x: unknown) => x],
  [project, SITE, [1]],
  [splice, SITE, {}],
  [swapSubspace, SITE, [1], 0],
];

Deno.test("edits refuse what is no object where they take one, and what follows it", () => {
  const refused = (make: () => unknown) => assertThrows(make, TypeError).message;
  for (const [make, ...before] of MAKERS) {
    for (const where of [5, true, null, "end", [1], Promise.resolve({}), new Map()]) {
      const message = refused(() => make(...before, where));
      assertEquals(
        message.includes(" as where must be an object such as { "),
        true,
        `${make.name}: ${message}`,
      );
    }
    const more = refused(() => make(...before, { heads: 5 }, { positions: -1 }));
    assertEquals(more.includes("must stand in one object such as { "), true, more);
    assertEquals(
      refused(() => make(...before, { heads: undefined })).endsWith(
        " as heads must have a value or be left out: current value is undefined",
      ),
      true,
    );
    make(...before, undefined);
    make(...before, { heads: 0 });
  }
  assertEquals(
    refused(() => add(SITE, [1], 3 as unknown as object)),
    "Cannot add blocks.0.attn.z as where must be an object such as { scale: 3 }: current value is 3",
  );
});

Deno.test("checkCall(), checkDefined() and givenText() say what was given, and what to do about it", () => {
  checkCall({ kind: "zero", at: SITE, given: [SITE], before: 1 });
  assertEquals(
    assertThrows(() => checkCall({ kind: "zero", at: 1, given: [1, {}, 2], before: 1 }), TypeError)
      .message,
    "Cannot zero 1 as all that says where must stand in one object such as { heads: 1, positions: -1 }: 2 were given",
  );
  checkDefined({ heads: 0 }, "Cannot");
  const values = ["2", undefined, null, [1], Promise.resolve(1), {}, new Map(), zero];
  assertEquals(values.map((value) => givenText(value)), [
    '"2"',
    "undefined",
    "null",
    "a list",
    "a promise; await it",
    "an object",
    "a value of class Map",
    "the function zero",
  ]);
});

Deno.test("run() says what to do about promises, results and sites without a layer in edits", async () => {
  const model = await fixtureModel("gpt2"), site = "blocks.1.resid_pre";
  using result = await run(model, PROMPTS, { capture: [site], spans: { w: [3] } });
  const promise = meanOver(model, PROMPTS.map((ids) => [...ids]), { sites: [site] });
  const given = <T>(value: unknown) => value as T;
  const cases: [edit: Edit, message: string][] = [
    [
      resample(site, given(result)),
      "its source must be a cache or an integer seed: current value is a result of a run; give its cache",
    ],
    [
      resample(site, given(promise)),
      "its source must be a cache or an integer seed: current value is a promise; await it",
    ],
    [
      freeze(site, { source: given(result) }),
      "its source must be a cache, or left out: current value is a result of a run; give its cache",
    ],
    [
      mean(site, given<Means>(promise)),
      "its source must be the means over a data set: current value is a promise; await it",
    ],
    [
      replace(site, given(promise)),
      "the value must be a tensor, a number or rows of numbers: it is a promise; await it",
    ],
    [
      replace(site, given(result)),
      "the value must be a tensor, a number or rows of numbers: it is a result of a run; give ofCache() of its cache",
    ],
    [
      replace(site, ofCache(given(result))),
      "the cache of its value must be one that a run filled: current value is a result of a run; give its cache",
    ],
    [
      zero(given("attn.z")),
      "a site of a block must say its layer, such as blocks.0.attn.z, or blocks.*.attn.z for all: current value is attn.z",
    ],
    [
      zero(given("attn.hook_z")),
      "such as blocks.0.attn.z, or blocks.*.attn.z for all: current value is attn.hook_z",
    ],
    [
      zero(site, { positions: given(["giver", "end"]) }),
      'positions must be a number, a list of them, the name of a span or { from, to }: current value is ["giver","end"]; make an edit for each span',
    ],
    [{ kind: "zero", at: SITE, heads: given(undefined) }, "heads must have a value or be left out"],
  ];
  for (const [edit, message] of cases) {
    const error = await assertRejects(() => run(model, PROMPTS, { edits: [edit] }), Error);
    assertEquals(error.message.includes(message), true, error.message);
  }
  await promise;
  const spans = { v: [3] };
  const lacking = async (cache: typeof result.cache) =>
    (await assertRejects(
      () =>
        run(model, PROMPTS, {
          edits: [replace(site, ofCache(cache), { positions: "v" })],
          spans,
        }),
      RangeError,
    )).message;
  const start =
    `Cannot replace ${site} positions v from ${site} as positions must be numbers or the name of a span: "v" is none`;
  assertEquals(
    await lacking(result.cache),
    `${start} of the run that filled the cache, perhaps "w" is meant`,
  );
  using without = await run(model, PROMPTS, { capture: [site] });
  assertEquals(
    await lacking(without.cache),
    `${start}, as the run that filled the cache names no spans`,
  );
  assertEquals(
    assertThrows(() => knockout(-1, { keys: 0 }), RangeError).message,
    "Cannot knockout as a layer must be a whole number from 0 on, negative ones do not count from the end: current value is -1",
  );
});
