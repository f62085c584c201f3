import {
  batchesOf,
  comparedSites,
  groupsOf,
  type PlannedVariant,
  plannedVariant,
} from "../../../lib/run/sweep/plan.ts";
import { baseRun } from "../../../lib/run/sweep/base_run.ts";
import { apply, freeze, ofCache, replace, zero } from "../../../lib/run/mod.ts";
import { assertEquals } from "../../assert.ts";
import { fixtureModel } from "../../model/fixture.ts";

Deno.test("groupsOf() puts what begins at one column together, in pieces of alike size, from all over the prompt first", () => {
  const variants = Array.from({ length: 18 }, (_, index) => ({
    index,
    layer: 5 - index % 6,
    column: index % 9,
  })) as unknown as PlannedVariant[];
  const groups = groupsOf(variants, 100);
  assertEquals(groups.map(({ column }) => column), [8, 4, 0, 6, 2, 7, 5, 3, 1]);
  assertEquals(groups[0]!.variants.map(({ layer }) => layer), [0, 3]);
  const one = groupsOf(variants.map((own) => ({ ...own, column: 0 })), 7);
  assertEquals(one.map(({ variants }) => variants.length), [6, 6, 6]);
  assertEquals(one[0]!.variants.every(({ layer }) => layer <= 1), true);
});

Deno.test("plannedVariant() passes over what puts what is there, and never a function", async () => {
  const model = await fixtureModel("gpt2"), tokens = model.tokenize([[3, 17, 24, 40]]);
  const site = "blocks.1.resid_pre" as const;
  using first = await baseRun(model, tokens, { capture: [site] });
  const variants = [
    { edits: [replace(site, ofCache(first.cache), { positions: 2 })] },
    { edits: [zero(site, { positions: 2 })] },
    { edits: [] },
    { edits: [apply(site, (x) => x, { positions: 1 })] },
    { edits: [freeze("blocks.0.attn.pattern", { positions: 3 })] },
  ];
  const sites = comparedSites({ model }, variants);
  assertEquals([...sites], [site, "blocks.0.attn.pattern"]);
  using base = await baseRun(model, tokens, { capture: [...sites] });
  const planned = variants.map((variant, index) =>
    plannedVariant(variant, index, base, { first: 2, last: 3 })
  );
  assertEquals(planned.map((own) => own && [own.index, own.layer, own.column]), [
    null,
    [1, 1, 2],
    null,
    [3, 1, 1],
    [4, 0, 3],
  ]);
  assertEquals(planned.map((own) => own?.entry), [
    undefined,
    "stream",
    undefined,
    "stream",
    "block",
  ]);
  planned.forEach((own) => own?.instrument.dispose());
  // What comes after all that is read changes nothing that counts.
  const late = { edits: [zero(site, { positions: 3 })] };
  assertEquals(plannedVariant(late, 0, base, { first: 1, last: 2 }), null);
});

Deno.test("batchesOf() makes waves of what may be packed, from all over the sweep, and groups of the rest", () => {
  const variants = Array.from({ length: 12 }, (_, index) => ({
    index,
    layer: 0,
    column: index % 3,
    entry: index < 9 ? "stream" : null,
  })) as unknown as PlannedVariant[];
  const batches = batchesOf(variants, (column) => 3 - column, { variants: 5, tokens: 8 });
  assertEquals(batches.filter(({ column }) => column !== null).length, 3);
  const waves = batches.filter(({ column }) => column === null).map(({ variants }) => variants);
  assertEquals(waves.flat().map(({ index }) => index).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  for (const wave of waves) {
    assertEquals(wave.reduce((sum, { column }) => sum + 3 - column, 0) <= 8, true);
  }
  // The first is small, so that something is seen soon.
  assertEquals(waves.slice(0, 2).map(([first]) => first!.index), [8, 4]);
});
