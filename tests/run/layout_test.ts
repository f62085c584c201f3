import { run, type RunResult } from "../../lib/run/mod.ts";
import { layOut, withoutPadding, zeroInPadding } from "../../lib/run/layout.ts";
import { topTokens } from "../../lib/run/next_tokens.ts";
import type { PromptTokens } from "../../lib/model/mod.ts";
import { readNumbers, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { FAMILIES, fixtureModel, PROMPTS, seedling } from "../model/fixture.ts";
import { near } from "../near.ts";
import { drawings } from "./drawings.ts";
import { ownPart } from "./own_part.ts";

/** Prompts of 1, 11, 3 and 7 tokens. */
const RAGGED = [[40], PROMPTS[0]!, PROMPTS[1]!.slice(2, 5), PROMPTS[1]!.slice(0, 7)];

/** Products of matrices of other sizes are summed in another order, which costs a few times 1e-7. */
const TOLERANCE = 1e-5;

const count = (values: ArrayLike<number>) => Array.from(values).filter(Number.isNaN).length;

/** How many numbers of a site belong to padding, counted from the lengths alone. */
function holes(shape: readonly number[], axes: readonly string[], lengths: readonly number[]) {
  const columns = axes.filter((axis) => /position|query|key/.test(axis)).length;
  const [longest, all] = [Math.max(...lengths), shape.reduce((product, size) => product * size, 1)];
  const each = all / lengths.length / longest ** columns;
  return lengths.reduce((sum, own) => sum + each * (longest ** columns - own ** columns), 0);
}

for (const family of FAMILIES) {
  for (const padding of ["left", "right"] as const) {
    Deno.test(`${family}: prompts of any lengths padded on the ${padding} give at every site what each gives alone`, async () => {
      const model = await fixtureModel(family), lengths = RAGGED.map(({ length }) => length);
      using both = await run(model, RAGGED, { capture: ["*"], padding });
      const logits = ["batch", "position", "vocabulary"];
      assertEquals(count(readNumbers(both.logits)), holes(both.logits.shape, logits, lengths));
      for (const site of both.cache.sites) {
        const value = both.cache.get(site), axes = model.axesOf(site);
        const expected = holes(value.shape, axes, lengths);
        assertEquals(count(readNumbers(value)), expected, `${site}: padding is NaN, and it alone`);
      }
      for (const [example, prompt] of RAGGED.entries()) {
        using alone = await run(model, prompt, { capture: ["*"] });
        const window = both.cache.columnsOf(example);
        const own = ownPart(both.logits, logits, example, window);
        near(own, alone.logits.dataSync(), TOLERANCE, `example ${example}: logits`);
        near(both.loss[example]!, alone.loss[0]!, TOLERANCE);
        for (const site of alone.cache.sites) {
          const part = ownPart(both.cache.get(site), model.axesOf(site), example, window);
          near(part, readNumbers(alone.cache.get(site)), TOLERANCE, `example ${example}: ${site}`);
        }
      }
    });
  }
}

Deno.test("the order of the prompts in a batch does not matter, nor does the side of its padding", async () => {
  const model = await fixtureModel("llama"), order = [2, 0, 3, 1];
  const losses = async (prompts: readonly (readonly number[])[], padding: "left" | "right") => {
    using result = await run(model, prompts, { padding });
    return result.loss;
  };
  const plain = await losses(RAGGED, "right");
  for (const padding of ["left", "right"] as const) {
    const turned = await losses(order.map((row) => RAGGED[row]!), padding);
    order.forEach((row, i) => near(turned[i]!, plain[row]!, TOLERANCE));
  }
});

Deno.test("a ragged result finds each prompt's positions, and lists each prompt's next tokens", async () => {
  const model = await seedling();
  const prompts = ["The capital of France is", "Mary", "When Mary and John went to the"];
  const lists = async (read: (result: RunResult) => unknown, padding: "left" | "right") => {
    using result = await run(model, prompts, { padding });
    return read(result);
  };
  const lengths = prompts.map((prompt) => model.tokenize(prompt)[0]!.ids.length);
  const longest = Math.max(...lengths), [first] = lengths as [number];
  assertEquals(await lists(({ places }) => [places(0, 0), places(0, -1)], "right"), [0, first - 1]);
  assertEquals(
    await lists(({ places }) => [places(0, 0), places(0, -1), places(0, -first)], "left"),
    [longest - first, longest - 1, longest - first],
  );
  for (const padding of ["left", "right"] as const) {
    using result = await run(model, prompts, { padding });
    for (const [row, prompt] of prompts.entries()) {
      using alone = await run(model, prompt);
      for (const position of [0, -1]) {
        const own = topTokens(model, result, { row, position, count: 5 });
        const expected = topTokens(model, alone, { position, count: 5 });
        assertEquals(own.tokens.map(({ id }) => id), expected.tokens.map(({ id }) => id));
        near(own.tokens.map(({ logit }) => logit), expected.tokens.map(({ logit }) => logit), 1e-4);
      }
    }
    const losses = result.loss.flatMap((row) => [...row].slice(1));
    near([result.meanLoss], [losses.reduce((a, b) => a + b) / losses.length], 1e-9);
    const { html, plain } = await drawings(result);
    assertEquals(/NaN/.test(plain), false, "padding is not drawn");
    for (const token of ["France", "Mary", "John"]) assert(html.includes(token), token);
  }
  for (const [example, position] of [[3, 0], [-1, 0], [0, first], [0, -first - 1], [0, 0.5]]) {
    using result = await run(model, prompts);
    const error = assertThrows(() => result.places(example!, position!), RangeError);
    assert(error.message.startsWith("Cannot find a position"), error.message);
  }
});

const prompt = (...ids: number[]) => ({ ids }) as unknown as PromptTokens;

Deno.test("layOut() fills prompts up on either side, and says where each one's tokens lie", () => {
  const prompts = [prompt(5, 6), prompt(7), prompt(1, 2, 3)];
  assertEquals(layOut(prompts), {
    pass: { ids: [[5, 6, 0], [7, 0, 0], [1, 2, 3]], lengths: [2, 1, 3] },
    window: {
      rows: [{ start: 0, length: 2 }, { start: 0, length: 1 }, { start: 0, length: 3 }],
      from: 0,
      to: 3,
    },
  });
  assertEquals(layOut(prompts, "left"), {
    pass: { ids: [[0, 5, 6], [0, 0, 7], [1, 2, 3]], starts: [1, 2, 0], lengths: [2, 1, 3] },
    window: {
      rows: [{ start: 1, length: 2 }, { start: 2, length: 1 }, { start: 0, length: 3 }],
      from: 0,
      to: 3,
    },
  });
  assertEquals(layOut([prompt(4), prompt(8)], "left").pass, { ids: [[4], [8]] });
  assertEquals(
    assertThrows(() => layOut(prompts, "both" as "left"), RangeError).message,
    'Cannot pad prompts as padding must be "left" or "right": current value is "both"',
  );
});

Deno.test("withoutPadding() puts NaN where a query or a key is no token, and nowhere else", () => {
  const rows = [{ start: 1, length: 2 }, { start: 0, length: 2 }], axes = ["batch", "query", "key"];
  const x = tf.tensor3d(Array(18).fill(-Infinity), [2, 3, 3]);
  const marked = withoutPadding(x, axes, { rows, from: 0, to: 3 });
  const no = NaN, is = -Infinity;
  assertEquals([...marked.dataSync()], [
    ...[no, no, no, no, is, is, no, is, is],
    ...[is, is, no, is, is, no, no, no, no],
  ]);
  // What follows a prompt is no padding where it was generated; the last columns alone were computed.
  const last = x.slice([0, 2, 0], [2, 1, 3]), window = { rows, from: 2, to: 3 };
  const grown = withoutPadding(last, axes, window, { generates: true });
  assertEquals([...grown.dataSync()], [no, is, is, is, is, is]);
  const whole = withoutPadding(x, axes, { rows: [{ start: 0, length: 3 }], from: 0, to: 3 });
  assert(whole !== x, "a tensor of its own, whether or not there is padding");
  tf.dispose([x, marked, last, grown, whole]);
});

Deno.test("zeroInPadding() puts 0 where no token is, whatever stood there, and leaves the rest", () => {
  const rows = [{ start: 1, length: 2 }, { start: 0, length: 3 }],
    window = { rows, from: 0, to: 3 };
  const x = tf.tensor2d([NaN, -Infinity, NaN, 4, 5, 0], [2, 3]), before = heldTensors();
  const cleared = zeroInPadding(x, ["batch", "position"], window);
  assertEquals([...cleared.dataSync()], [0, -Infinity, NaN, 4, 5, 0]);
  assertEquals(heldTensors(), before + 1);
  tf.dispose([x, cleared]);
});
