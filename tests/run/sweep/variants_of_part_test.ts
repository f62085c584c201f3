/** Lists of edits that are made of some prompts at a time. */

import {
  add,
  apply,
  type Edit,
  freeze,
  logit,
  ofCache,
  ofRun,
  replace,
  resample,
  run,
  sweep,
  zero,
} from "../../../lib/run/mod.ts";
import {
  refuseNamedExamples,
  variantsOfPart,
  whyWhole,
} from "../../../lib/run/sweep/variants_of_part.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

const model = await fixtureModel("gpt2"), SITE = "blocks.1.resid_pre";
const tokens = model.tokenize([[3, 17], [5, 6], [7, 8], [9, 4]]);
using other = await run(model, [[1, 2], [3, 4], [5, 6], [7, 8]], { capture: [SITE] });
using single = await run(model, [1, 2], { capture: [SITE] });

Deno.test("whyWhole() tells edits of all prompts together from those of each", () => {
  const { width } = model.architecture, row = new Array<number>(width).fill(1);
  const why = (edit: Edit) => whyWhole(edit, model);
  const each = [
    zero(SITE, { examples: 2 }),
    add(SITE, row),
    replace(SITE, [[[row[0]!]]]),
    replace(SITE, ofCache(other.cache)),
    replace(SITE, ofRun({ positions: 0 }), { positions: 1 }),
    freeze(SITE, { source: other.cache }),
    resample(SITE, other.cache),
  ];
  assertEquals(each.map(why), each.map(() => null));
  assertEquals(why(apply(SITE, (x) => x)), "may look at all prompts together");
  assertEquals(why(resample(SITE, { seed: 1 })), "takes values of other prompts");
  assertEquals(why(replace(SITE, ofRun({ examples: 0 }))), "takes values of other prompts");
  assertEquals(why(add(SITE, [[[1]], [[2]], [[3]], [[4]]])), "holds a value for each prompt");
});

Deno.test("variantsOfPart() leaves out edits of other prompts, and takes each prompt's own rows of other runs", () => {
  const edits = (edit: Edit) =>
    variantsOfPart([{ edits: [edit] }], { rows: [1, 3] }, { tokens })[0]!.edits as readonly {
      readonly examples?: readonly number[];
      readonly value?: { readonly examples?: unknown };
    }[];
  const rows = (edit: Edit) =>
    edits(edit).map(({ examples, value }) => [examples, value?.examples]);
  assertEquals(edits(zero(SITE, { examples: [0, 2] })), []);
  assertEquals(rows(zero(SITE, { examples: -1 })), [[[1], undefined]]);
  assertEquals(rows(replace(SITE, ofCache(other.cache))), [[undefined, [1, 3]]]);
  assertEquals(rows(replace(SITE, ofCache(other.cache), { examples: [3, 0] })), [[[1], [3]]]);
  const given = ofCache(other.cache, { examples: [2, 0] });
  assertEquals(rows(replace(SITE, given, { examples: [3, 0] })), [[[1], [2]]]);
  assertEquals(rows(replace(SITE, ofCache(single.cache))), [[undefined, undefined]]);
  assertEquals(rows(freeze(SITE, { source: other.cache })), [[undefined, [1, 3]]]);
  const [named] = variantsOfPart([{ edits: [zero(SITE)] }], { rows: [1] }, { tokens });
  assertEquals(named!.label, `zero ${SITE}`);
});

Deno.test("sweep() of a grid in parts refuses edits that name prompts by their number", async () => {
  const named = { edits: [zero(SITE, { examples: 3 })] };
  const builder = {
    label: "by hand",
    sites: () => [SITE] as const,
    build: () => ({ axes: [{ name: "one", labels: ["1"] }], variants: [named] }),
  };
  assertThrows(
    () => refuseNamedExamples([named, null]),
    RangeError,
    "no edit of a grid may name prompts",
  );
  const failed = await sweep(model, tokens.map(({ ids }) => [...ids]), builder, logit(5), {
    memory: 1,
  })
    .then(() => "", (error: Error) => error.message);
  assertEquals(
    failed,
    `Cannot sweep some prompts at a time, as memory has it, as no edit of a grid may name prompts: one is zero ${SITE} examples 3; give more memory`,
  );
});
