import {
  add,
  apply,
  type Edit,
  editList,
  freeze,
  knockout,
  noise,
  ofCache,
  ofRun,
  project,
  replace,
  resample,
  run,
  scale,
  splice,
  swapSubspace,
  zero,
} from "../../lib/run/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

Deno.test("editList() says where edits reach and what they put, with shape, first numbers, norm and hash", async () => {
  const model = await fixtureModel("gpt2");
  using other = await run(model, PROMPTS, { capture: ["embed"] });
  const list = await editList([
    zero("blocks.1.attn.z", { heads: [1, 3] }),
    add("embed", tf.tensor1d([0.3, 0.4, 0, 0, 0]), { scale: 2, positions: { from: -2 } }),
    add("blocks.0.attn_out", [0.3, 0.4, 0, 0, 0]),
    scale("logits", 0.5),
    replace("embed", ofRun({ examples: 1 }), { examples: 0 }),
    resample("embed", ofCache(other.cache, { positions: 0 }), { positions: -1 }),
    noise("embed", { deviation: 0.1, seed: 4 }),
    project("embed", [1, 2], { mode: "keep" }),
    freeze("blocks.*.attn.pattern"),
    knockout(1, { pairs: [[-1, 0]] }),
    apply("embed", Math.abs as unknown as (x: tf.Tensor) => tf.Tensor),
    splice("embed", { encode: (x) => x, decode: (x) => x }, { error: true }),
  ]);
  assertEquals(list.edits.map(({ where }) => where), [
    "heads 1, 3",
    "positions -2 to the end",
    "",
    "",
    "examples 0",
    "positions -1",
    "",
    "",
    "",
    "pairs -1,0",
    "",
    "",
  ]);
  assertEquals(list.edits.map(({ puts }) => puts), [
    "",
    "2 ×",
    "",
    "× 0.5",
    "embed of this run examples 1",
    "embed of another run positions 0",
    "deviation 0.1, seed 4",
    "keep the space of",
    "as in the unedited run",
    "",
    "the function abs",
    "a coder with its error, 0 edits of features",
  ]);
  const [, tensor, rows] = list.edits.map(({ numbers }) => numbers);
  assertEquals([tensor!.shape, tensor!.first], [[5], [...Float32Array.of(0.3, 0.4, 0, 0)]]);
  assertAlmostEquals(tensor!.norm, 0.5, 1e-7); // the rounding of 0.3 and 0.4 to float32
  assertEquals(tensor!.hash, rows!.hash, "the same numbers, given in another way");
  assertEquals(list.edits.map(({ tokens }) => tokens), Array(12).fill(null));
  const { html, plain } = await drawings(list);
  for (
    const text of [
      "0.300, 0.400, 0, 0, …",
      "12 edits",
      "blocks.*.attn.pattern",
      "everywhere",
      tensor!.hash.slice(0, 8),
    ]
  ) {
    assert(html.includes(text) && plain.includes(text), text);
  }
  assertEquals(JSON.parse(JSON.stringify(list)).edits.length, 12);
});

Deno.test("editList() shows basis and value of a swap", async () => {
  const list = await editList([
    swapSubspace("embed", [[3, 4]], [1, 0]),
    swapSubspace("embed", [3, 4], ofRun({ examples: 1 }), { examples: 0 }),
  ]);
  const [given, taken] = list.edits;
  assertEquals([given!.numbers!.norm, given!.numbers!.shape], [5, [1, 2]]);
  assert(/^\[2\] of SHA-256 [0-9a-f]{8} in the space of$/.test(given!.puts), given!.puts);
  assertEquals(taken!.puts, "embed of this run examples 1 in the space of");
});

Deno.test("editList() names the tokens that each edit touches", async () => {
  const model = await seedling(), prompt = ["The capital of Poland is", "Mary gave John the key"];
  const list = await editList([zero("embed", { positions: -1 })], { model, prompt });
  assertEquals(list.edits[0]!.tokens!.map(({ texts }) => texts), [[" is"], [" key"]]);
  const { html, plain } = await drawings(list);
  for (const text of ["prompt 0: 5 ·is", "prompt 1: 5 ·key"]) {
    assert(html.includes(text) && plain.includes(text), plain);
  }
});

Deno.test("editList() refuses what no run would make", async () => {
  const model = await fixtureModel("gpt2");
  const message = async (promise: Promise<unknown>) =>
    (await assertRejects(() => promise, Error)).message;
  assertEquals(
    await message(editList([], { model })),
    "Cannot list edits as model and prompt must be given together: there is no prompt",
  );
  assertEquals(
    await message(editList([zero("embed", { positions: 9 })], { model, prompt: [1, 2] })),
    "Cannot zero embed positions 9 as positions must be from -2 to 1: current value is 9",
  );
});

Deno.test("a list of edits has no column that none of them fills", async () => {
  const heading = async (edits: Edit[]) =>
    (await editList(edits))[display]()["text/plain"].split("\n")[1]!.trim().split(/\s{2,}/);
  const zeroed = zero("blocks.0.attn.z");
  assertEquals(await heading([zeroed]), ["edit", "kind", "site", "where"]);
  assertEquals(await heading([zeroed, scale("blocks.0.attn.z", 2)]), [
    "edit",
    "kind",
    "site",
    "where",
    "puts",
  ]);
});
