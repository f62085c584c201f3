import { cellPlaces } from "../../lib/circuits/cell_places.ts";
import { SweepResult } from "../../lib/run/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { madeSweep } from "../run/sweep/made_sweep.ts";

const sweepOf = (axes: { name: string; labels: string[] }[]) =>
  new SweepResult({
    ...madeSweep({
      sizes: Object.fromEntries(axes.map(({ name, labels }) => [name, labels.length])),
      value: () => 0,
    }),
    axes,
  });

Deno.test("cellPlaces() reads nodes off labels: numbers, tokens behind them, heads of all layers, positions from the end", () => {
  const places = cellPlaces(
    sweepOf([{ name: "head", labels: ["0.1", "10.3"] }, {
      name: "position",
      labels: ['2 " a"', "-1"],
    }]),
    15,
  );
  assertEquals(places.axes, ["layer", "head", "position"]);
  assertEquals([0, 3].map(places.of), [
    { layer: 0, head: 1, position: 2 },
    { layer: 10, head: 3, position: 14 },
  ]);
});

Deno.test("cellPlaces() refuses places that are no single nodes", () => {
  assertThrows(
    () => cellPlaces(sweepOf([{ name: "position", labels: ["giver"] }]), 9),
    RangeError,
    'Cannot hold estimates beside a sweep as each place of its position axis must be a number, for estimates are of single nodes: current value is "giver"',
  );
});
