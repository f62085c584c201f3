import type { LayerWeightName, Transformer, Weight } from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near, same } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS, readFixture, withModel } from "./fixture.ts";
import { drawings } from "../run/drawings.ts";
import { randomCheckpoint } from "./random_checkpoint.ts";

const LETTERS = ["Q", "K", "V", "O", "in", "out", "gate"] as const;

/** Every view of a model by name: the stacked ones, those of layers, and those outside. */
function views(model: Transformer): Map<string, Weight> {
  const all = new Map<string, Weight>();
  const put = (name: string, weight: Weight | null) => weight && all.set(name, weight);
  for (const name of ["W_E", "W_pos", "W_U", "b_U"] as const) put(name, model[name]);
  for (const kind of ["W", "b"] as const) {
    for (const letter of LETTERS) {
      const name: LayerWeightName = `${kind}_${letter}`;
      put(name, model[name]);
      put(`1.${name}`, model.layerWeight(1, name));
    }
  }
  return all;
}

Deno.test("weight views have the axes and sizes that they name", async () => {
  const sizes = { layer: 2, width: 32, head_width: 8, vocabulary: 96, position: 64 };
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), neuron = family === "gpt2" ? 128 : 64;
    for (const [name, weight] of views(model)) {
      const head = family === "llama" && /_[KV]$/.test(name) ? 2 : 4;
      const expected = weight.axes.map((axis) => ({ ...sizes, neuron, head })[axis]!);
      assertEquals([...weight.shape], expected, `${family} ${name}`);
      const tensor = weight.tensor();
      assertEquals(tensor.shape, expected, `${family} ${name}`);
      assertEquals((await weight.data()).length, tensor.size);
      tensor.dispose();
    }
    const axes = (weight: Weight | null) => weight?.axes.join(" ");
    assertEquals(axes(model.W_Q), "layer head width head_width");
    assertEquals(axes(model.W_O), "layer head head_width width");
    assertEquals(axes(model.W_in), "layer width neuron");
    assertEquals(axes(model.W_out), "layer neuron width");
    assertEquals(axes(model.W_E), "vocabulary width");
    assertEquals(axes(model.W_U), "width vocabulary");
    assertEquals(axes(model.b_K), "layer head head_width");
    assertEquals(axes(model.b_O), "layer width");
    assertEquals(axes(model.layerWeight(0, "b_in")), "neuron");
    assertEquals(model.W_pos === null, family !== "gpt2");
    assertEquals([model.W_gate === null, model.b_gate === null], Array(2).fill(family !== "llama"));
  }
});

Deno.test("weight views hold the numbers of the file, whatever its layout", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), { tensors } = await readFixture(family);
    const get = (name: string) => tensors.get(name)!.values;
    const at = async (name: LayerWeightName, ...place: number[]) => {
      const weight = model.layerWeight(1, name)!, data = await weight.data();
      return data[place.reduce((flat, index, axis) => flat * weight.shape[axis]! + index, 0)]!;
    };
    const [head, row, column] = [1, 5, 3], heads = 4, e = 8, width = 32;
    for (const [place, letter] of (["Q", "K", "V"] as const).entries()) {
      const actual = await at(`W_${letter}`, head, row, column);
      const expected = {
        gpt2: () =>
          get("transformer.h.1.attn.c_attn.weight")[row * 96 + place * width + head * e + column],
        llama: () =>
          get(
            `model.layers.1.self_attn.${letter.toLowerCase()}_proj.weight`,
          )[(head * e + column) * width + row],
        gpt_neox: () =>
          get(
            "gpt_neox.layers.1.attention.query_key_value.weight",
          )[((3 * head + place) * e + column) * width + row],
      }[family]();
      assertEquals(actual, expected, `${family} W_${letter}`);
    }
    const expected = {
      gpt2: () => get("transformer.h.1.attn.c_proj.weight")[(head * e + column) * width + row],
      llama: () =>
        get("model.layers.1.self_attn.o_proj.weight")[row * heads * e + head * e + column],
      gpt_neox: () =>
        get("gpt_neox.layers.1.attention.dense.weight")[row * heads * e + head * e + column],
    }[family]();
    assertEquals(await at("W_O", head, column, row), expected, `${family} W_O`);
  }
});

Deno.test("a stacked weight is its layers, and its indices pick them", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    for (const letter of LETTERS) {
      for (const name of [`W_${letter}`, `b_${letter}`] as LayerWeightName[]) {
        const stacked = model[name];
        if (stacked === null) continue;
        const whole = await stacked.data(), half = whole.length / 2;
        for (const layer of [0, 1]) {
          const own = await model.layerWeight(layer, name)!.data();
          same(whole.slice(layer * half, (layer + 1) * half), own, `${family} ${name}`);
          same(await stacked.at({ layer }).data(), own, `${family} ${name}`);
          same(await stacked.at({ layer: layer - 2 }).data(), own, `${family} ${name}`);
        }
      }
    }
  }
  const { W_Q } = await fixtureModel("gpt2"), whole = await W_Q.data();
  const part = W_Q.at({ head: 2, layer: 1 });
  assertEquals([part.axes, part.shape], [["width", "head_width"], [32, 8]]);
  same(await part.data(), whole.slice((4 + 2) * 256, (4 + 3) * 256));
  const column = W_Q.at({ head_width: -1 });
  assertEquals([column.axes, column.shape], [["layer", "head", "width"], [2, 4, 32]]);
  same(await column.data(), whole.filter((_, i) => i % 8 === 7));
});

Deno.test("a weight refuses axes and indices that it lacks", async () => {
  const { W_Q } = await fixtureModel("gpt2");
  const message = (indices: Record<string, number>) =>
    assertThrows(() => W_Q.at(indices), RangeError).message;
  assertEquals(
    message({ neuron: 0 }),
    "Cannot pick neuron 0 of W_Q as its axes are layer, head, width, head_width",
  );
  assertEquals(message({ layer: 2 }), "Cannot pick layer 2 of W_Q as it must be from -2 to 1");
  assertEquals(message({ head: -5 }), "Cannot pick head -5 of W_Q as it must be from -4 to 3");
  assertEquals(message({ head: 0.5 }), "Cannot pick head 0.5 of W_Q as it must be from -4 to 3");
  const model = await fixtureModel("gpt2");
  for (const layer of [2, -3, 0.5, NaN]) {
    assertEquals(
      assertThrows(() => model.layerWeight(layer, "W_Q"), RangeError).message,
      `Cannot read layer ${layer} as it must be from -2 to 1`,
    );
  }
  same(await model.layerWeight(-1, "W_Q")!.data(), await model.layerWeight(1, "W_Q")!.data());
  for (const name of ["W_X", "W_QK", "b_U", "W_out ", "toString"]) {
    assertEquals(
      // @ts-expect-error: a compiler sees the typo, the kernel of a notebook does not
      assertThrows(() => model.layerWeight(0, name), RangeError).message,
      `Cannot read "${name}" of a layer as it must be one of W_Q, b_Q, W_K, b_K, W_V, b_V, W_O, b_O, W_in, b_in, W_gate, b_gate, W_out, b_out`,
    );
  }
});

Deno.test("a bias that the checkpoint lacks reads as zeros and says so", async () => {
  const llama = await fixtureModel("llama"), gpt2 = await fixtureModel("gpt2");
  for (const letter of LETTERS) {
    const bias = llama[`b_${letter}`]!;
    assertEquals(bias.stored, false, `b_${letter}`);
    near(await bias.data(), new Float32Array(bias.shape.reduce((a, b) => a * b)), 0);
    assertEquals(llama[`W_${letter}`]!.stored, true);
    if (letter !== "gate") assertEquals(gpt2[`b_${letter}`].stored, true);
  }
  assertEquals([gpt2.b_U.stored, gpt2.b_U.shape], [false, [96]]);
  assert(Deno.inspect(llama.b_O).startsWith("b_O [layer 2, width 32]"));
  const { plain } = await drawings(llama.b_O);
  assert(plain.includes("b_O (not in the checkpoint: zeros)"), plain);
  assertEquals(JSON.parse(JSON.stringify(llama.b_O)), {
    name: "b_O",
    axes: ["layer", "width"],
    shape: [2, 32],
    stored: false,
  });
});

Deno.test("W_U is W_E transposed where they are tied, and its own where they are not", async () => {
  for (const tied of [true, false]) {
    const checkpoint = randomCheckpoint("gpt2", { tie_word_embeddings: tied });
    await withModel(checkpoint, async (model) => {
      const [W_E, W_U] = [await model.W_E.data(), await model.W_U.data()];
      const turned = W_E.map((_, i) => W_U[(i % 24) * 40 + Math.floor(i / 24)]!);
      assertEquals(turned.every((x, i) => x === W_E[i]), tied);
    });
  }
});

Deno.test("weight views share no memory with the model: writing into them changes no logits", async () => {
  for (const family of FAMILIES) {
    const fields = family === "llama" ? { attention_bias: true, mlp_bias: true } : {};
    // One head and one layer are the shapes where a view might be the stored tensor itself.
    for (
      const shape of [
        {},
        family === "gpt2"
          ? { n_head: 1, n_layer: 2 }
          : { num_attention_heads: 1, num_key_value_heads: 1 },
      ]
    ) {
      const { num_key_value_heads: _, ...rest } = shape as Record<string, unknown>;
      const config = { ...fields, ...family === "llama" ? shape : rest };
      await withModel(randomCheckpoint(family, config), async (model) => {
        using before = await run(model, [[1, 2, 3]]);
        const logits = before.logits.dataSync<"float32">().slice();
        for (const weight of views(model).values()) {
          const tensor = weight.tensor();
          tensor.dataSync().fill(3);
          tensor.dispose();
          (await weight.data()).fill(3);
          const first = weight.at({ [weight.axes[0]!]: 0 }).tensor();
          first.dataSync().fill(3);
          first.dispose();
        }
        using after = await run(model, [[1, 2, 3]]);
        same(after.logits.dataSync(), logits, family);
      });
    }
  }
});

Deno.test("weight views free what they make", async () => {
  const model = await fixtureModel("gpt_neox");
  (await run(model, PROMPTS)).dispose();
  for (const weight of views(model).values()) weight.tensor().dispose();
  const before = heldTensors();
  for (const weight of views(model).values()) {
    await weight.data();
    await drawings(weight);
    weight.tensor().dispose();
    weight.at({ [weight.axes[0]!]: -1 }).tensor().dispose();
  }
  assertEquals(heldTensors(), before);
});

Deno.test("a weight draws itself whatever its numbers are", async () => {
  const checkpoint = randomCheckpoint("llama");
  const strange = [NaN, Infinity, -Infinity, 0, 3.4e38, 1e-45];
  for (const { values } of checkpoint.tensors.values()) {
    strange.forEach((value, i) => values[i] = value);
  }
  await withModel(checkpoint, async (model) => {
    for (const [name, weight] of views(model)) {
      const { html, plain } = await drawings(weight);
      assert(html.includes(weight.name) && plain.includes(weight.name), name);
      await drawings(weight.at(Object.fromEntries(weight.axes.map((axis) => [axis, 0]))));
    }
    await drawings(model);
  });
});

Deno.test("a weight is found by its name, of one layer or of all", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    for (const [name, weight] of views(model)) {
      const title = name.startsWith("1.") ? weight.name : name;
      assertEquals(model.weight(title).toJSON(), weight.toJSON());
      same(await model.weight(title).data(), await weight.data(), `${family} ${title}`);
    }
    assertEquals(model.weight("ln_final.w").axes, ["width"]);
  }
  const fixture = await fixtureModel("gpt2");
  const { message } = assertThrows(() => fixture.weight("ln_final.weight"), RangeError);
  assertEquals(
    message,
    'Cannot read "ln_final.weight" as the model must have a weight of that name: the nearest is "ln_final.w"',
  );
  assertThrows(() => fixture.weight("W_gate"), RangeError, 'the nearest is "W_E"');
});
