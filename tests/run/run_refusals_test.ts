/** What run() refuses, word for word. */

import {
  apply,
  type Edit,
  resample,
  run,
  type RunOptions,
  scale,
  zero,
} from "../../lib/run/mod.ts";
import type { Prompt } from "../../lib/model/mod.ts";
import type { tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel } from "../model/fixture.ts";

const WRONG: readonly [
  title: string,
  prompt: Prompt,
  options: RunOptions,
  kind: new (message: string) => Error,
  message: string,
][] = [
  [
    "a site that is not there",
    [1],
    { edits: [zero("blocks.1.attn.patern" as "embed")] },
    RangeError,
    'Cannot zero "blocks.1.attn.patern" as the model has no such site: the nearest is "blocks.1.attn.pattern"',
  ],
  [
    "a bare site in an edit",
    [1],
    { edits: [zero("resid_post" as "embed")] },
    RangeError,
    "Cannot zero resid_post as a site of a block must say its layer, such as blocks.0.resid_post, or blocks.*.resid_post for all: current value is resid_post",
  ],
  [
    "a layer out of range",
    [1],
    { edits: [scale("blocks.2.attn.z", 2)] },
    RangeError,
    'Cannot scale "blocks.2.attn.z" as the model has no such site: its blocks are 0 to 1',
  ],
  [
    "a negative layer",
    [1],
    { capture: ["blocks.-1.attn.z"] },
    RangeError,
    'Cannot capture "blocks.-1.attn.z" as the model has no such site: its blocks are 0 to 1',
  ],
  [
    "a capture of nothing",
    [1],
    { capture: ["blocks.*.attn.rot_*"] },
    RangeError,
    'Cannot capture "blocks.*.attn.rot_*" as the model has no such site: the nearest is "blocks.0.attn.q"',
  ],
  [
    "a capture of a bare name",
    [1],
    { capture: ["pattern"] },
    RangeError,
    'Cannot capture "pattern" as the model has no such site: the nearest is "attn.pattern"',
  ],
  [
    "heads of the stream",
    [1],
    { edits: [zero("embed", { heads: [0] })] },
    RangeError,
    "Cannot zero embed heads 0 as the site has no heads: its axes are batch, position, width",
  ],
  [
    "a position past the prompt",
    [1, 2],
    { edits: [zero("embed", { positions: 2 })] },
    RangeError,
    "Cannot zero embed positions 2 as positions must be from -2 to 1: current value is 2",
  ],
  [
    "an edit of masked scores",
    [1, 2, 3],
    { edits: [zero("blocks.0.attn.scores", { positions: [0, 1], keys: 2 })] },
    RangeError,
    "Cannot zero blocks.0.attn.scores positions 0, 1; keys 2 as it must touch something: keys later than their query are masked, whatever an edit puts there",
  ],
  [
    "a number that grows too great",
    [1],
    { edits: [scale("blocks.0.attn.q", 3e38), scale("blocks.0.attn.k", 3e38)] },
    RangeError,
    "Cannot return logits as edits must leave numbers: after scale blocks.0.attn.q by 3e+38; scale blocks.0.attn.k by 3e+38 they hold NaN, as a value on the way was divided by 0 or grew too great",
  ],
  [
    "an edit that makes NaN",
    [1],
    { edits: [zero("embed"), apply("blocks.0.mlp.post", (x) => x.mul(0).div(0))] },
    RangeError,
    "Cannot go on after edit 1, apply blocks.0.mlp.post, as it must put numbers: it put NaN",
  ],
  [
    "a promise from apply",
    [1],
    {
      edits: [apply(
        "embed",
        ((x: tf.Tensor) => Promise.resolve(x)) as unknown as (x: tf.Tensor) => tf.Tensor,
      )],
    },
    TypeError,
    "Cannot apply embed as the function must return a tensor, and not a promise of one: it returned a promise",
  ],
  [
    "nothing from apply",
    [1],
    { edits: [apply("embed", (() => {}) as unknown as (x: tf.Tensor) => tf.Tensor)] },
    TypeError,
    "Cannot apply embed as the function must return a tensor, and not a promise of one: it returned undefined",
  ],
  [
    "another shape from apply",
    [1],
    { edits: [apply("embed", (x) => x.sum(-1))] },
    TypeError,
    "Cannot apply embed as the function must return the shape that it was given: it made [1, 1] of [1, 1, 32]",
  ],
  [
    "a seed that is none",
    [1],
    { edits: [resample("embed", { seed: 0.5 })] },
    RangeError,
    "Cannot resample embed as its source must be a cache or an integer seed: current seed is 0.5",
  ],
  [
    "more than the capture may take",
    [1, 2],
    { capture: ["*"], captureLimit: 1000 },
    RangeError,
    "Cannot capture 0.0203 MB as it must be at most 0.00100 MB: capture fewer sites, or raise captureLimit",
  ],
  [
    "a capture limit that is no number",
    [1],
    { captureLimit: NaN },
    RangeError,
    "Cannot run a model as captureLimit must be a number of bytes from 0 on: current value is NaN",
  ],
  [
    "one site in the place of a list",
    [1],
    { capture: "resid_post" as unknown as string[] },
    TypeError,
    'Cannot run a model as capture must be a list: current value is "resid_post"',
  ],
  [
    "a function in the place of a list",
    [1],
    { capture: ((name: string) => name.endsWith("z")) as unknown as string[] },
    TypeError,
    "Cannot run a model as capture must be a list: current value is a function",
  ],
  [
    "null in the place of options",
    [1],
    null as unknown as RunOptions,
    TypeError,
    "Cannot run a model as its options must be an object: current value is null",
  ],
  [
    "one edit in the place of a list",
    [1],
    { edits: zero("embed") as unknown as Edit[] },
    TypeError,
    "Cannot run a model as edits must be a list: current value is an object",
  ],
  [
    "an option that nobody reads",
    [1],
    { captures: ["*"] } as RunOptions,
    TypeError,
    'Cannot run a model as its options must be among capture, edits, captureLimit, padding, signal, spans, start, stop: "captures" is not, perhaps "capture" is meant',
  ],
];

for (const [title, prompt, options, kind, message] of WRONG) {
  Deno.test(`run() refuses ${title}`, async () => {
    const model = await fixtureModel("gpt2");
    const error = await assertRejects(() => run(model, prompt, options), kind);
    assertEquals(error.message, message);
  });
}

Deno.test("run() refuses another run's cache that lacks the site, has another shape or was freed", async () => {
  const model = await fixtureModel("gpt2");
  const other = await run(model, [1, 2], { capture: ["embed"] });
  const message = async (edit: Edit) =>
    (await assertRejects(() => run(model, [1, 2, 3], { edits: [edit] }), Error)).message;
  assertEquals(
    await message(resample("embed", other.cache)),
    "Cannot resample embed as there must be as many positions where its value comes from, 3 in example 0, or one for all: embed gives 2 of row 0; say which by the value's own positions",
  );
  assertEquals(
    await message(resample("logits", other.cache)),
    'Cannot read "logits" from the cache as it must be captured: captured are embed',
  );
  other.dispose();
  assertEquals(
    await message(resample("embed", other.cache)),
    'Cannot read "embed" from the cache as it must be captured: the cache was disposed',
  );
});
