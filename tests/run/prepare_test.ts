import { add, freeze, replace, run, type RunOptions } from "../../lib/run/mod.ts";
import { prepare } from "../../lib/run/prepare.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";

/** Prompts of 11, 4 and 1 tokens. */
const RAGGED = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 4), [40]];

Deno.test("prepare() reads the prompts, lays them out, and passes on where the run begins and ends", async () => {
  const model = await seedling();
  const prepared = prepare(model, ["The capital of France is", "Mary"], {
    padding: "left",
    stop: 3,
    spans: { subject: [[4], [-1]] },
  });
  const { prompts, layout: { window }, pass } = prepared;
  assertEquals(window.spans, { subject: [[4], [1]] });
  assertEquals(prompts.map(({ ids }) => ids.length), [6, 2]);
  assertEquals(window.rows, [{ start: 0, length: 6 }, { start: 4, length: 2 }]);
  assertEquals(pass.ids, [[...prompts[0]!.ids], [0, 0, 0, 0, ...prompts[1]!.ids]]);
  assertEquals([pass.starts, pass.stop, "start" in pass], [[0, 4], 3, false]);
  prepared.dispose();
});

Deno.test("prepare() makes the stream that a run begins with, zeros in the padding, and frees it", async () => {
  const model = await fixtureModel("gpt2");
  using whole = await run(model, RAGGED, { capture: ["blocks.1.resid_pre"] });
  const stream = whole.cache.get("blocks.1.resid_pre"), before = heldTensors();
  const prepared = prepare(model, RAGGED, { start: { layer: 1, stream } });
  const own = prepared.pass.start!.stream, numbers = own.dataSync(), given = stream.dataSync();
  numbers.forEach((value, i) => {
    const row = Math.floor(i / 32 / 11), column = Math.floor(i / 32) % 11;
    assertEquals(value, column < RAGGED[row]!.length ? given[i] : 0);
  });
  prepared.dispose();
  assert(own.isDisposed && !stream.isDisposed);
  assertEquals(heldTensors(), before);
});

Deno.test("prepare() captures each site once, in the order of the pass, whatever names it is asked by", async () => {
  const model = await fixtureModel("llama");
  const capture = ["logits", "blocks.*.attn.z", "blocks.0.attn.hook_z", "attn.z", "embed"];
  using result = await run(model, PROMPTS, { capture });
  assertEquals(result.cache.sites, ["embed", "blocks.0.attn.z", "blocks.1.attn.z", "logits"]);
});

Deno.test("prepare() counts the bytes of what is reached alone, of the longest prompt in each row", async () => {
  const model = await fixtureModel("gpt2"), bytes = 4 * 3 * 11 * 32;
  const limited = (captureLimit: number, options: RunOptions = {}) =>
    prepare(model, RAGGED, { capture: ["resid_pre"], captureLimit, ...options }).dispose();
  limited(2 * bytes);
  limited(bytes, { stop: 1 });
  for (const [limit, options] of [[2 * bytes - 1, {}], [bytes - 1, { stop: 1 }]] as const) {
    assertThrows(() => limited(limit, options), RangeError, "raise captureLimit");
  }
  assertThrows(() => limited(-1), RangeError, "captureLimit must be a number of bytes");
});

Deno.test("prepare() refuses before it makes anything", async () => {
  const model = await fixtureModel("gpt2"), stream = tf.zeros([3, 11, 32]);
  const before = heldTensors();
  const wrong: RunOptions[] = [
    { edits: [add("embed", [1, 2, 3])] },
    { edits: [replace("embed", [[1, 2], [3]])] },
    { edits: [add("embed", 1), add("embed", 1, { positions: 11 })] },
    { edits: [add("embed", Array(32).fill(1)), freeze("blocks.0.attn.z")], stop: 0 },
    { start: { layer: 1, stream }, edits: [add("blocks.0.attn_out", Array(32).fill(1))] },
    { start: { layer: 1, stream }, capture: ["embed"] },
    { padding: "both" as "left" },
    { spans: { country: "France" } },
    { edits: {} as never },
    { capture: "embed" as never },
  ];
  for (const options of wrong) {
    const error = assertThrows(() => prepare(model, RAGGED, options), Error);
    assert(error.message.startsWith("Cannot "), error.message);
    assertEquals(heldTensors(), before, error.message);
  }
  stream.dispose();
});
