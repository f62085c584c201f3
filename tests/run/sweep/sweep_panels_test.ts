import { panelsOf, sideOf } from "../../../lib/run/sweep/sweep_panels.ts";
import { assertEquals } from "../../assert.ts";
import { madeSweep } from "./made_sweep.ts";

const value = () => 0;

/** A prompt of words. */
const prompt = (...texts: string[]) => ({
  text: texts.join(""),
  ids: texts.map((text) => text.length * 1000 + text.charCodeAt(text.length - 1)),
  tokens: texts.map((text, id) => ({
    text,
    id,
    start: 0,
    end: 0,
    bytes: new Uint8Array(),
    special: false,
  })),
  beginning: false,
  end: false,
});

Deno.test("panelsOf() makes one picture of two axes, a list of three, and puts more on one picture's sides", () => {
  const two = panelsOf(madeSweep({ sizes: { layer: 2, head: 3 }, value }));
  assertEquals(two.map(({ name, variants }) => [name, variants.length]), [["", 6]]);
  const three = panelsOf(madeSweep({ sizes: { layer: 2, head: 3, position: 2 }, value }));
  assertEquals(three.map(({ name }) => name), ["layer 0", "layer 1"]);
  assertEquals(three[1]!.variants, [6, 7, 8, 9, 10, 11]);
  assertEquals([three[1]!.rows.name, three[1]!.columns.name], ["head", "position"]);
  const many = panelsOf(madeSweep({ sizes: { layer: 17, head: 1, position: 2 }, value }));
  assertEquals(many.map(({ rows, columns }) => [rows.name, columns.name]), [[
    "layer",
    "head · position",
  ]]);
  const four = panelsOf(madeSweep({ sizes: { a: 2, b: 2, c: 2, d: 2 }, value }));
  assertEquals(four[0]!.rows, { name: "a · b", labels: ["0 · 0", "0 · 1", "1 · 0", "1 · 1"] });
});

Deno.test("sideOf() has the tokens of positions, with an arrow where the runs differ and dots where examples do", () => {
  const data = madeSweep({
    sizes: { position: 3 },
    value,
    prompts: [prompt("A", " b", " to"), prompt("A", " c", " to")],
    references: [prompt("A", " x", " to"), prompt("A", " x", " to")],
  });
  assertEquals(sideOf(data.axes[0]!, data).labels, ["0 A", "1 ·b… → ·x", "2 ·to"]);
  // Prompts of other lengths have no token for each position.
  const odd = { ...data, references: [prompt("A"), prompt("A")] };
  assertEquals(sideOf(data.axes[0]!, odd).labels, ["0", "1", "2"]);
  const named = { name: "span", labels: ["giver", "place"], cleanLabels: ["giver", "town"] };
  assertEquals(sideOf(named, data).labels, ["giver", "place → town"]);
});
