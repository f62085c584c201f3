import { rotarySpeeds, rotaryTables } from "../../../lib/model/blocks/rotary.ts";
import type { PositionKind } from "../../../lib/model/mod.ts";
import { rotate, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { near, same } from "../../near.ts";
import { randomTensor } from "../fixture.ts";

await startBackend();

type Rotary = Extract<PositionKind, { kind: "rotary" }>;

const rotary = (fields: Partial<Rotary> = {}): Rotary => ({
  kind: "rotary",
  base: 10000,
  rotated: 8,
  pairing: "half",
  scaling: { kind: "default" },
  ...fields,
});

/** The tables of so many positions from 0. */
const tablesOf = (kind: Rotary, positions: number) =>
  rotaryTables(kind, [Array.from({ length: positions }, (_, place) => place)], positions);

/** Puts one vector at each of so many positions and turns them; `[position][column]`. */
function turned(vector: ArrayLike<number>, positions: number, kind: Rotary): Float32Array[] {
  const width = vector.length;
  const values = tf.tidy(() => {
    const tables = tablesOf(kind, positions);
    const x = tf.tile(tf.tensor4d(Float32Array.from(vector), [1, 1, 1, width]), [
      1,
      1,
      positions,
      1,
    ]);
    return rotate(x, tables.cosines, tables.sines, tables).dataSync<"float32">().slice();
  });
  return Array.from({ length: positions }, (_, i) => values.slice(i * width, (i + 1) * width));
}

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

Deno.test("A-08 a score depends on the offset alone, and at offset 0 nothing is turned", () => {
  const { values: query } = randomTensor(1, "query", [12], 1);
  const { values: key } = randomTensor(1, "key", [12], 1);
  // Of 12 columns 8 are turned, as in families that rotate a part of a head.
  const queries = turned(query, 40, rotary()), keys = turned(key, 40, rotary());
  for (const offset of [0, 1, 7]) {
    const scores = Array.from({ length: 30 }, (_, j) => dot(queries[j + offset]!, keys[j]!));
    near(scores, Array(30).fill(scores[0]), 1e-5, `offset ${offset}`);
  }
  near([dot(queries[9]!, keys[9]!)], [dot(query, key)], 1e-5);
  assert(Math.abs(dot(queries[9]!, keys[5]!) - dot(queries[5]!, keys[9]!)) > 0.01, "its sign");
});

Deno.test("A-08 a query turns forwards, as in the checkpoints: row form R(j - i)", () => {
  const kind = rotary({ rotated: 2 });
  const first = turned([1, 0], 6, kind), second = turned([0, 1], 6, kind);
  for (const [i, j] of [[5, 2], [3, 3], [4, 0]] as const) {
    near([dot(first[i]!, first[j]!)], [Math.cos(i - j)], 1e-6);
    near([dot(first[i]!, second[j]!)], [Math.sin(i - j)], 1e-6);
    near([dot(second[i]!, first[j]!)], [-Math.sin(i - j)], 1e-6);
  }
});

Deno.test("A-08 neighbours turn together where the pairing says so, as in the paper", () => {
  const kind = rotary({ rotated: 4, pairing: "interleaved" });
  const [, first] = turned([1, 0, 0, 0], 2, kind), [, third] = turned([0, 0, 1, 0], 2, kind);
  near(first!, [Math.cos(1), Math.sin(1), 0, 0], 1e-6);
  near(third!, [0, 0, Math.cos(0.01), Math.sin(0.01)], 1e-6);
});

Deno.test("A-08 column k turns with column k + rotated / 2, and those after the rotated ones stay", () => {
  const kind = rotary({ rotated: 4, base: 100 });
  for (let column = 0; column < 6; column++) {
    const unit = Float32Array.from({ length: 6 }, (_, i) => i === column ? 1 : 0);
    const [still, moved] = turned(unit, 2, kind);
    same(still!, unit, "position 0");
    const pair = column < 4 ? [column, (column + 2) % 4].sort() : [column];
    const touched = [...moved!.keys()].filter((i) => moved![i] !== 0);
    assertEquals(touched, pair, `column ${column}`);
    near([moved![column]!], [column < 4 ? Math.cos(column % 2 ? 0.1 : 1) : 1], 1e-7);
  }
});

Deno.test("rotarySpeeds() falls geometrically from 1, by the base and the rotated part", () => {
  near(rotarySpeeds(rotary()), [1, 0.1, 0.01, 0.001], 1e-15);
  near(rotarySpeeds(rotary({ base: 16, rotated: 4 })), [1, 0.25], 1e-15);
  near(
    rotarySpeeds(rotary({ scaling: { kind: "linear", factor: 4 } })),
    [0.25, 0.025, 0.0025, 0.00025],
    1e-15,
  );
});

Deno.test("rotarySpeeds() stretches as Llama 3: long waves by the factor, short ones not, between by share", () => {
  const plain = rotary({ rotated: 128, base: 500000 });
  const scaling = {
    kind: "llama3",
    factor: 8,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalPositions: 8192,
  } as const;
  const before = rotarySpeeds(plain), after = rotarySpeeds({ ...plain, scaling });
  const ratios = after.map((speed, i) => before[i]! / speed);
  // A wave is 2π / speed positions long: up to 8192 / 4 it stays, from 8192 / 1 on it is stretched eightfold.
  const waves = before.map((speed) => 2 * Math.PI / speed);
  let between = 0;
  ratios.forEach((ratio, i) => {
    if (waves[i]! < 2048) near([ratio], [1], 1e-12);
    else if (waves[i]! > 8192) near([ratio], [8], 1e-12);
    else {
      const share = (8192 / waves[i]! - 1) / 3;
      near([1 / ratio], [(1 - share) / 8 + share], 1e-12);
      between++;
    }
  });
  assert(between >= 3 && ratios[0] === 1 && Math.round(ratios.at(-1)!) === 8);
  assert(ratios.every((ratio, i) => i === 0 || ratio >= ratios[i - 1]! - 1e-12), "never falls");
});

Deno.test("rotaryTables() are rounded once, far along as well", () => {
  const { cosines, sines } = tablesOf(rotary({ base: 500000, rotated: 16 }), 60001);
  assertEquals([cosines.shape, sines.shape], [[60001, 8], [60001, 8]]);
  const speeds = rotarySpeeds(rotary({ base: 500000, rotated: 16 }));
  const at = (values: Float32Array) => values.slice(60000 * 8);
  const stored = (x: number) => tf.getBackend() === "float64" ? x : Math.fround(x);
  same(
    at(cosines.dataSync<"float32">()),
    speeds.map((speed) => stored(Math.cos(60000 * speed))),
  );
  same(
    at(sines.dataSync<"float32">()),
    speeds.map((speed) => stored(Math.sin(60000 * speed))),
  );
  tf.dispose([cosines, sines]);
});
