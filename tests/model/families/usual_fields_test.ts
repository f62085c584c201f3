import { ConfigReader } from "../../../lib/model/config_reader.ts";
import { everyLayer, usualFields } from "../../../lib/model/families/usual_fields.ts";
import { CheckpointError } from "../../../lib/model/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const sizes = {
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 64,
  vocab_size: 96,
};
const read = (
  fields: Record<string, unknown>,
  defaults: Parameters<typeof usualFields>[1] = {},
) => usualFields(new ConfigReader("c.json", { ...sizes, ...fields }), defaults);

Deno.test("key heads are those of the field; null is as many as heads, silence what the family says", () => {
  assertEquals(read({ num_key_value_heads: 2 }).keyValueHeads, 2);
  assertEquals(read({ num_key_value_heads: null }, { keyValueHeads: 1 }).keyValueHeads, 4);
  assertEquals(read({}, { keyValueHeads: 1 }).keyValueHeads, 1);
  assertEquals(read({}).keyValueHeads, 4);
  assertThrows(() => read({ num_key_value_heads: 3 }), CheckpointError, "must be a multiple of");
});

Deno.test("heads share the stream unless a width is given, and scores are divided by its root", () => {
  assertEquals([read({}).headWidth, read({ head_dim: 16 }).headWidth], [8, 16]);
  assertEquals(read({}, { headWidth: 64 }).headWidth, 64);
  assertEquals(read({ head_dim: 16 }).attentionScales, [0.25, 0.25]);
});

Deno.test("what stands in where a field is silent is the family's", () => {
  const { activation, tied, positions, position } = read({}, {
    activation: "gelu_new",
    tied: true,
    positions: 77,
    rotary: { base: 5, part: 0.5, pairing: "interleaved" },
  });
  assertEquals([activation, tied, positions], ["gelu_tanh", true, 77]);
  assertEquals(position, {
    kind: "rotary",
    base: 5,
    rotated: 4,
    pairing: "interleaved",
    scaling: { kind: "default" },
  });
  assertEquals(read({ rope_scaling: { type: "dynamic", factor: 3 } }).positions, 3 * 2048);
});

Deno.test("a claim of a billion layers takes no memory", () => {
  assertEquals(everyLayer(2 ** 31 - 1, 1).length, 4096);
});
