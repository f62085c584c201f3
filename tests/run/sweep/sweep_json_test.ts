import { SweepResult } from "../../../lib/run/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { madeSweep } from "./made_sweep.ts";

const prompt = {
  text: "a",
  ids: [1],
  tokens: [{ text: "a", id: 1, start: 0, end: 1, bytes: Uint8Array.of(97), special: false }],
  beginning: false,
  end: false,
};
const data = madeSweep({
  sizes: { layer: 2, head: 2 },
  examples: 1,
  value: (cell) => [NaN, Infinity, -Infinity, 0.1 + 0.2][cell]!,
  prompts: [prompt],
  references: [prompt],
});

Deno.test("a sweep comes back from JSON to the bit, NaN and infinities and bytes of tokens included", () => {
  const text = JSON.stringify(new SweepResult(data));
  assertEquals(SweepResult.fromJSON(text).data, data);
  assertEquals(SweepResult.fromJSON(JSON.parse(text)).data, data);
});

Deno.test("fromJSON() refuses what is no sweep", () => {
  const json = new SweepResult(data).toJSON();
  for (
    const [given, text] of [
      [null, 'kind must be "sweep": current value is undefined'],
      [{ ...json, version: 2 }, "version must be 1: current value is 2"],
      [{ ...json, axes: 3 }, "axes must be a list: current value is 3"],
      [{ ...json, shape: [4] }, "shape must be that of the labels: current value is [4]"],
      [{ ...json, variants: [] }, "there must be 4 variants: current value is 0"],
      [{ ...json, values: [1] }, "values must be a list of 4 numbers: current value is 1"],
      [{ ...json, baseline: ["x"] }, 'baseline must hold numbers: current value is "x"'],
    ] as const
  ) {
    assertThrows(
      () => SweepResult.fromJSON(given as unknown as string),
      SyntaxError,
      `Cannot read a sweep as ${text}`,
    );
  }
});
