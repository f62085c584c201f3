import { type Edit, zero } from "../../lib/run/mod.ts";
import { changePart, isWhole, partOf, select } from "../../lib/run/selection.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { same } from "../near.ts";

await startBackend();

const AXES = ["head", "batch", "position", "head_width"], SHAPE = [4, 2, 7, 8];
const at = "blocks.0.attn.z";

Deno.test("select() reads lists, single indices, ranges and typed arrays; negative ones count from the end", () => {
  const indices = (where: Parameters<typeof zero>[1]) =>
    select(zero(at, where), AXES, SHAPE).indices;
  assertEquals(indices({}), [null, null, null, null]);
  assertEquals(indices({ heads: [1, -1], positions: -7 }), [[1, 3], null, [0], null]);
  assertEquals(indices({ positions: { from: 5 } }), [null, null, [5, 6], null]);
  assertEquals(indices({ positions: { to: 2 }, examples: [-2] }), [null, [0], [0, 1], null]);
  assertEquals(indices({ positions: { from: -4, to: -2 } }), [null, null, [3, 4], null]);
  assertEquals(indices({ positions: {} }), [null, null, [0, 1, 2, 3, 4, 5, 6], null]);
  const typed = Int32Array.of(2, 0) as unknown as number[];
  assertEquals(indices({ heads: typed }), [[2, 0], null, null, null]);
  // A notebook is not type-checked, and one head alone is clear enough.
  assertEquals(indices({ heads: 2 as unknown as number[] }), [[2], null, null, null]);
  const { shape } = select(zero(at, { heads: [1, 2], positions: 0 }), AXES, SHAPE);
  assertEquals(shape, [2, 2, 1, 8]);
});

Deno.test("select() names what is wrong, word for word", () => {
  const where = (value: unknown) => value as Parameters<typeof zero>[1];
  const cases: [where: unknown, kind: new (message: string) => Error, message: string][] = [
    [
      { heads: [4] },
      RangeError,
      "Cannot zero blocks.0.attn.z heads 4 as heads must be from -4 to 3: current value is 4",
    ],
    [
      { heads: [-5] },
      RangeError,
      "Cannot zero blocks.0.attn.z heads -5 as heads must be from -4 to 3: current value is -5",
    ],
    [
      { heads: [1.5] },
      RangeError,
      "Cannot zero blocks.0.attn.z heads 1.5 as heads must be from -4 to 3: current value is 1.5",
    ],
    [
      { heads: [NaN] },
      RangeError,
      "Cannot zero blocks.0.attn.z heads NaN as heads must be from -4 to 3: current value is NaN",
    ],
    [
      { heads: ["1"] },
      RangeError,
      "Cannot zero blocks.0.attn.z heads 1 as heads must be from -4 to 3: current value is 1",
    ],
    [
      { heads: [] },
      RangeError,
      "Cannot zero blocks.0.attn.z heads  as it must touch something: its heads are none",
    ],
    [
      { positions: [] },
      RangeError,
      "Cannot zero blocks.0.attn.z positions  as it must touch something: its positions are none",
    ],
    [
      { positions: 7 },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 7 as positions must be from -7 to 6: current value is 7",
    ],
    [
      { positions: { from: 3, to: 3 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 3 to 3 as it must touch something: its positions are none",
    ],
    [
      { positions: { from: 5, to: 2 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 5 to 2 as it must touch something: its positions are none",
    ],
    [
      { positions: { to: 1e12 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 0 to 1000000000000 as a range of positions must lie from -7 to 7: current value is 1000000000000",
    ],
    [
      { positions: { from: -9, to: -6 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions -9 to -6 as a range of positions must lie from -7 to 7: current value is -9",
    ],
    [
      { positions: { to: 2.5 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 0 to 2.5 as a range of positions must lie from -7 to 7: current value is 2.5",
    ],
    [
      { positions: { from: 0, end: 3 } },
      TypeError,
      'Cannot zero blocks.0.attn.z as positions must be a number, a list of them or { from, to }: current value is {"from":0,"end":3}',
    ],
    [
      { positions: "3" },
      TypeError,
      'Cannot zero blocks.0.attn.z as positions must be a number, a list of them or { from, to }: current value is "3"',
    ],
    [
      { positions: null },
      TypeError,
      "Cannot zero blocks.0.attn.z as positions must be a number, a list of them or { from, to }: current value is null",
    ],
    [
      { positions: [2, 0, -5] },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 2, 0, -5 as its positions must differ: 2 stands there twice",
    ],
    [
      { examples: [2] },
      RangeError,
      "Cannot zero blocks.0.attn.z examples 2 as examples must be from -2 to 1: current value is 2",
    ],
    [
      { neurons: [0] },
      RangeError,
      "Cannot zero blocks.0.attn.z neurons 0 as the site has no neurons: its axes are head, batch, position, head_width",
    ],
    [
      { keys: 0 },
      RangeError,
      "Cannot zero blocks.0.attn.z keys 0 as the site has no keys: its axes are head, batch, position, head_width",
    ],
  ];
  for (const [value, kind, message] of cases) {
    const error = assertThrows(() => select(zero(at, where(value)), AXES, SHAPE), kind);
    assertEquals(error.message, message);
  }
  const stream: Edit = zero("blocks.0.resid_pre", { heads: [0] });
  assertEquals(
    assertThrows(() => select(stream, ["batch", "position", "width"], [1, 7, 8]), RangeError)
      .message,
    "Cannot zero blocks.0.resid_pre heads 0 as the site has no heads: its axes are batch, position, width",
  );
});

Deno.test("changePart() puts the changed part back where it was, whatever axes are selected", () => {
  const shape = [3, 4, 5], size = 60;
  const values = Array.from({ length: size }, (_, i) => i);
  const x = tf.tensor3d(values, [3, 4, 5]);
  const lists = [null, [2, 0], [1]];
  for (const a of lists) {
    for (const b of lists) {
      for (const c of lists) {
        const indices = [a, b, c];
        const selection = { indices, shape: shape.map((n, i) => indices[i]?.length ?? n) };
        const inside = (i: number) =>
          [Math.floor(i / 20), Math.floor(i / 5) % 4, i % 5].every((at, axis) =>
            indices[axis]?.includes(at) ?? true
          );
        let seen: number[] = [];
        const y = tf.tidy(() =>
          changePart(x, selection, (part) => {
            seen = [...part.dataSync()];
            assertEquals(part.shape, selection.shape);
            return part.mul(-1).sub(1);
          })
        );
        same(y.dataSync(), values.map((i) => inside(i) ? -i - 1 : i), JSON.stringify(indices));
        // The part holds the cells in the order in which they were asked for.
        same(seen, tf.tidy(() => partOf(x, selection).dataSync()), JSON.stringify(indices));
        assertEquals(isWhole(selection), indices.every((list) => list === null));
        assertEquals(y === x, false);
        y.dispose();
      }
    }
  }
  x.dispose();
});
