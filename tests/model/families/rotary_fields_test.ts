import { reachOf, rotary } from "../../../lib/model/families/rotary_fields.ts";
import { ConfigReader } from "../../../lib/model/config_reader.ts";
import { CheckpointError, type PositionKind, type RotaryScaling } from "../../../lib/model/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const read = (fields: Record<string, unknown>) =>
  rotary(new ConfigReader("c.json", fields), 16, 512, { part: 0.25 });

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

Deno.test("A-08 rotary() reads the stretchings whose factors are worked out", () => {
  const scaling = (fields: Record<string, unknown>) => read({ rope_parameters: fields }).scaling;
  assertEquals(scaling({ rope_type: "dynamic", factor: 2 }), {
    kind: "dynamic",
    factor: 2,
    originalPositions: 512,
  });
  const yarn = { rope_type: "yarn", factor: Math.E, original_max_position_embeddings: 64 };
  const read64 = {
    kind: "yarn",
    factor: Math.E,
    originalPositions: 64,
    fastTurns: 32,
    slowTurns: 1,
    truncated: true,
  } as const;
  assertEquals(scaling(yarn), { ...read64, attentionFactor: 1.1 });
  // Each of the two factors grows by a tenth of the logarithm.
  assertEquals(scaling({ ...yarn, mscale: 2, mscale_all_dim: 1 }), {
    ...read64,
    attentionFactor: 1.2 / 1.1,
  });
  const long = {
    rope_type: "longrope",
    original_max_position_embeddings: 64,
    short_factor: [1, 2],
    long_factor: [3, 4],
  };
  const longRead = {
    kind: "longrope",
    shortFactors: [1, 2],
    longFactors: [3, 4],
    originalPositions: 64,
  } as const;
  // 512 positions of 64 are a factor of 8: √(1 + log 8 / log 64).
  assertEquals(scaling(long), { ...longRead, attentionFactor: Math.sqrt(1.5) });
  assertEquals(scaling({ ...long, attention_factor: 7 }), { ...longRead, attentionFactor: 7 });
});

Deno.test("reachOf() is as far as the stretching goes", () => {
  const reach = (fields: Record<string, unknown>) =>
    reachOf(read({ rope_parameters: fields }), 512);
  assertEquals(reach({ rope_type: "default" }), 512);
  assertEquals(reach({ rope_type: "dynamic", factor: 2.5 }), 1280);
  assertEquals(reach({ rope_type: "yarn", factor: 4 }), 2048);
  assertEquals(reach({ rope_type: "yarn", factor: 4, original_max_position_embeddings: 64 }), 512);
});

Deno.test("rotary() refuses what it does not compute", () => {
  const message = (fields: Record<string, unknown>) =>
    assertThrows(() => read(fields), CheckpointError).message;
  assertEquals(
    message({ rope_scaling: { type: "proportional", factor: 2 } }),
    'Cannot read c.json as rope_scaling.type must be one of "default", "linear", "dynamic", "yarn", "llama3", "longrope": current value is "proportional"',
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
