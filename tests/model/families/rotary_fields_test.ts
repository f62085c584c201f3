import { rotary } from "../../../lib/model/families/rotary_fields.ts";
import { ConfigReader } from "../../../lib/model/config_reader.ts";
import { CheckpointError, type PositionKind, type RotaryScaling } from "../../../lib/model/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const read = (fields: Record<string, unknown>) =>
  rotary(new ConfigReader("c.json", fields), 16, 512, 10000, 0.25);

Deno.test("rotary() reads the base, the part and the stretching wherever they stand", () => {
  const plain: Extract<PositionKind, { kind: "rotary" }> = {
    kind: "rotary",
    base: 10000,
    rotated: 4,
    pairing: "half",
    scaling: { kind: "default" },
  };
  assertEquals(read({}), plain);
  assertEquals(read({ rope_parameters: null, rope_scaling: null }), plain);
  assertEquals(read({ rope_theta: 500, rotary_pct: 1 }), { ...plain, base: 500, rotated: 16 });
  assertEquals(read({ rotary_emb_base: 500, partial_rotary_factor: 0.5 }), {
    ...plain,
    base: 500,
    rotated: 8,
  });
  assertEquals(read({ rope_parameters: { rope_theta: 500, partial_rotary_factor: 0.5 } }), {
    ...plain,
    base: 500,
    rotated: 8,
  });
  assertEquals(read({ rope_scaling: { type: "linear", factor: 3 }, rope_theta: 7 }), {
    ...plain,
    base: 7,
    scaling: { kind: "linear", factor: 3 },
  });
  const llama3 = { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 };
  const scaling: Omit<Extract<RotaryScaling, { kind: "llama3" }>, "originalPositions"> = {
    kind: "llama3",
    factor: 8,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
  };
  assertEquals(read({ rope_parameters: { ...llama3, original_max_position_embeddings: 64 } }), {
    ...plain,
    scaling: { ...scaling, originalPositions: 64 },
  });
  assertEquals(read({ rope_scaling: llama3 }), {
    ...plain,
    scaling: { ...scaling, originalPositions: 512 },
  });
});

Deno.test("rotary() refuses what it does not compute", () => {
  const message = (fields: Record<string, unknown>) =>
    assertThrows(() => read(fields), CheckpointError).message;
  assertEquals(
    message({ rope_scaling: { type: "dynamic", factor: 2 } }),
    'Cannot read c.json as rope_scaling.type must be one of "default", "linear", "llama3": current value is "dynamic"',
  );
  assertEquals(
    message({ rope_scaling: { rope_type: "linear", type: "default", factor: 2 } }),
    'Cannot read c.json as rope_scaling.type must be the same as rope_type, "linear": current value is "default"',
  );
  assertEquals(
    message({ rope_scaling: { type: "llama3", factor: 8, low_freq_factor: 1 } }),
    "Cannot read c.json as rope_scaling.high_freq_factor must be a positive number: current value is nothing",
  );
  assertEquals(
    message({
      rope_scaling: { type: "llama3", factor: 8, low_freq_factor: 4, high_freq_factor: 4 },
    }),
    "Cannot read c.json as high_freq_factor must be greater than low_freq_factor: current value is [4, 4]",
  );
  assertEquals(
    message({ rotary_pct: 0.1875 }),
    "Cannot read c.json as the rotated part of a head must be an even number of its 16 columns: current value is 0.1875",
  );
});
