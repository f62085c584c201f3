import { editText, type Where, zero } from "../../lib/run/mod.ts";
import {
  changePart,
  isWhole,
  joined,
  partOf,
  type Piece,
  piecesOf,
  reachOf,
} from "../../lib/run/selection.ts";
import { plainWindow, type Window, type WindowMode } from "../../lib/run/window.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { same } from "../near.ts";

await startBackend();

const AXES = ["head", "batch", "position", "head_width"], SHAPE = [4, 2, 7, 8];
const at = "blocks.0.attn.z", plain: WindowMode = { generates: false };

/** The pieces that an edit touches of heads in a pass. */
function pieces(where: Where, window: Window = plainWindow(2, 7), mode = plain): readonly Piece[] {
  const reach = reachOf(editText(zero(at, where)), where, { axes: AXES, shape: SHAPE }, {
    window,
    mode,
  });
  return piecesOf(reach, window, mode, {
    shape: [4, window.rows.length, window.to - window.from, 8],
  });
}

/** The one piece of prompts of one length. */
function select(where: Where): Piece {
  const found = pieces(where);
  assertEquals(found.length, 1);
  return found[0]!;
}

Deno.test("reachOf() and piecesOf() read lists, single indices, ranges and typed arrays; negative ones count from the end", () => {
  const indices = (where: Where) => select(where).indices;
  assertEquals(indices({}), [null, null, null, null]);
  assertEquals(indices({ heads: [1, -1], positions: -7 }), [[1, 3], null, [0], null]);
  assertEquals(indices({ positions: { from: 5 } }), [null, null, [5, 6], null]);
  assertEquals(indices({ positions: { to: 2 }, examples: [-2] }), [null, [0], [0, 1], null]);
  assertEquals(indices({ positions: { from: -4, to: -2 } }), [null, null, [3, 4], null]);
  assertEquals(indices({ positions: {} }), [null, null, null, null]);
  const typed = Int32Array.of(2, 0) as unknown as number[];
  assertEquals(indices({ heads: typed }), [[2, 0], null, null, null]);
  // A notebook is not type-checked, and one head alone is clear enough.
  assertEquals(indices({ heads: 2 as unknown as number[] }), [[2], null, null, null]);
  const { shape } = select({ heads: [1, 2], positions: 0 });
  assertEquals(shape, [2, 2, 1, 8]);
});

Deno.test("reachOf() names what is wrong, word for word", () => {
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
      TypeError,
      'Cannot zero blocks.0.attn.z heads 1 as heads must be a number, a list of them or { from, to }: current value is ["1"]',
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
      "Cannot zero blocks.0.attn.z positions 3 to before 3 as it must touch something: its positions are none",
    ],
    [
      { positions: { from: 5, to: 2 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 5 to before 2 as it must touch something: its positions are none",
    ],
    [
      { positions: { to: 1e12 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 0 to before 1000000000000 as a range of positions must lie from -7 to 7: current value is 1000000000000",
    ],
    [
      { positions: { from: -9, to: -6 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions -9 to before -6 as a range of positions must lie from -7 to 7: current value is -9",
    ],
    [
      { positions: { to: 2.5 } },
      RangeError,
      "Cannot zero blocks.0.attn.z positions 0 to before 2.5 as a range of positions must lie from -7 to 7: current value is 2.5",
    ],
    [
      { positions: { from: 0, end: 3 } },
      TypeError,
      'Cannot zero blocks.0.attn.z positions 0 to the end as positions must be a number, a list of them, the name of a span or { from, to }: current value is {"from":0,"end":3}',
    ],
    [
      { positions: "3" },
      RangeError,
      'Cannot zero blocks.0.attn.z positions 3 as positions must be numbers or the name of a span: "3" is none, as the run names no spans',
    ],
    [
      { positions: null },
      TypeError,
      "Cannot zero blocks.0.attn.z positions null as positions must be a number, a list of them, the name of a span or { from, to }: current value is null",
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
    const error = assertThrows(() => select(value as Where), kind);
    assertEquals(error.message, message);
  }
  const stream = { axes: ["batch", "position", "width"], shape: [1, 7, 8] };
  assertEquals(
    assertThrows(
      () => reachOf("zero it", { heads: [0] }, stream, { window: plainWindow(1, 7), mode: plain }),
      RangeError,
    ).message,
    "Cannot zero it as the site has no heads: its axes are batch, position, width",
  );
});

/** Prompts of 7, 3 and 3 tokens, padded on a side. */
const ragged = (left: boolean): Window => ({
  rows: [7, 3, 3].map((length) => ({ start: left ? 7 - length : 0, length })),
  from: 0,
  to: 7,
});

Deno.test("piecesOf() counts from each prompt's own ends, on either padding side, and leaves padding out", () => {
  const of = (where: Where, left: boolean) =>
    pieces(where, ragged(left)).map(({ indices }) => [indices[1], indices[2]]);
  const all = [0, 1, 2, 3, 4, 5, 6];
  for (const [left, first] of [[false, 0], [true, 4]] as const) {
    assertEquals(of({}, left), [[[0], null], [[1, 2], all.slice(first, first + 3)]]);
    const last = left ? [[null, [5, 6]]] : [[[0], [5, 6]], [[1, 2], [1, 2]]];
    assertEquals(of({ positions: { from: -2 } }, left), last);
    assertEquals(of({ positions: 1, examples: [2] }, left), [[[2], [first + 1]]]);
  }
  assertEquals(of({ positions: 0 }, false), [[null, [0]]], "the same column is one piece");
  assertEquals(of({ positions: -1 }, true), [[null, [6]]]);
  assertEquals(
    assertThrows(() => of({ positions: 3 }, true), RangeError).message,
    "Cannot zero blocks.0.attn.z positions 3 as positions must be from -3 to 2 in example 1: current value is 3",
  );
});

Deno.test("piecesOf() finds spans and generated tokens, each in the pass that computes them", () => {
  const rows = [{ start: 0, length: 5 }, { start: 2, length: 3 }];
  const spans = { subject: [[1, 2], [0]] };
  const generates = { generates: true };
  const of = (where: Where, from: number, to: number) => {
    const window = { rows, from: 0, to: 5, spans };
    const reach = reachOf("zero it", where, { axes: AXES, shape: SHAPE }, {
      window,
      mode: generates,
    });
    return piecesOf(reach, { ...window, from, to }, generates, { shape: [4, 2, to - from, 8] })
      .map(({ examples, columns, places }) => [examples, columns, places]);
  };
  assertEquals(of({ positions: "subject" }, 0, 5), [[[0], [1, 2], [0, 1]], [[1], [2], [0]]]);
  assertEquals(of({ positions: "subject" }, 5, 6), []);
  assertEquals(of({ positions: -1 }, 5, 6), [], "the prompt's own end, whatever was generated");
  assertEquals(of({ steps: "generated" }, 0, 5), []);
  assertEquals(of({ steps: "generated" }, 7, 8), [[[0, 1], [7], [2]]]);
  assertEquals(of({ steps: [0, 2] }, 7, 8), [[[0, 1], [7], [1]]]);
  assertEquals(of({ steps: { from: 3 } }, 7, 8), []);
  assertEquals(of({ steps: { to: 1 } }, 5, 6), [[[0, 1], [5], [0]]]);
  assertEquals(of({ steps: "prompt" }, 5, 6), []);
  assertEquals(of({}, 6, 7), [[[0], [6], [6]], [[1], [6], [4]]]);
});

Deno.test("reachOf() refuses spans that are not there, and steps where nothing is generated", () => {
  const rows = [{ start: 0, length: 4 }, { start: 0, length: 4 }];
  const window = { rows, from: 0, to: 4, spans: { subject: [[1], []], verb: [[2], [2]] } };
  const cases: [where: Where, message: string][] = [
    [
      { positions: "subjekt" },
      'positions must be numbers or the name of a span: "subjekt" is none, perhaps "subject" is meant; there are "subject", "verb"',
    ],
    [
      { positions: "subject" },
      'span "subject" must have a position in each touched example: it has none in example 1',
    ],
    [
      { steps: "generated" },
      'a run without generation has no generated tokens: its steps are "generated"',
    ],
    [
      { positions: 0, steps: "generated" },
      "positions are those of the prompt and steps those generated: give one of them",
    ],
  ];
  for (const [where, message] of cases) {
    const attempt = () =>
      reachOf("zero it", where, { axes: AXES, shape: SHAPE }, { window, mode: plain });
    assertEquals(assertThrows(attempt, RangeError).message, `Cannot zero it as ${message}`);
  }
  const { columns } = reachOf("zero it", { positions: "subject", examples: 0 }, {
    axes: AXES,
    shape: SHAPE,
  }, { window, mode: plain });
  assertEquals(columns, [[1]]);
});

Deno.test("joined() puts columns in a row, and masks the keys that earlier ones did not have", () => {
  const part = (queries: number, keys: number, value: number) =>
    tf.fill([1, 1, queries, keys], value);
  const axes = ["head", "batch", "query", "key"];
  const both = joined(axes, [part(2, 2, 1), part(1, 3, 2)], -Infinity);
  assertEquals(both.arraySync(), [[[[1, 1, -Infinity], [1, 1, -Infinity], [2, 2, 2]]]]);
  const stream = joined(
    ["batch", "position", "width"],
    [tf.ones([1, 2, 1]), tf.zeros([1, 1, 1])],
    0,
  );
  assertEquals(stream.arraySync(), [[[1], [1], [0]]]);
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
