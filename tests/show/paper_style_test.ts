import { paperStyle } from "../../lib/show/paper_style.ts";
import {
  entry,
  firstLevel,
  lastLevel,
  lightGround,
  palette,
  special,
} from "../../lib/show/colour.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("paperStyle() stripes signed values, and holds on paper alone", () => {
  const by = { transform: "linear", low: -1, high: 1 } as const;
  const signed = paperStyle({
    kind: "attention",
    by: { ...by, scale: "diverging" },
    layer: 0,
    tokens: [],
  });
  const other = paperStyle({
    kind: "attention",
    by: { ...by, scale: "sequential" },
    layer: 0,
    tokens: [],
  });
  assert(signed.includes("filter:var(--stripes)") && !other.includes("stripes"));
  assert(other.length < 400 && signed.length < 1500, `${other.length}, ${signed.length}`);
  for (const style of [signed, other]) {
    assert(/^<style>@media print\{.*\}<\/style>$/.test(style) && !style.includes("http"));
  }
});

Deno.test("of all colours on both grounds only those below zero are greener than they are blue", () => {
  for (const ground of [lightGround, { background: [18, 20, 23], dark: true } as const]) {
    for (const scale of ["sequential", "diverging"] as const) {
      const colours = palette(scale, ground), middle = (firstLevel + lastLevel) / 2;
      for (let index = 0; index < 256; index++) {
        const [, green, blue] = entry(colours, index);
        // What lies below the domain is below zero, or below everything.
        const below = index === special.below ||
          scale === "diverging" && index >= firstLevel && index < middle;
        // Next to zero a colour is nearly the ground.
        if (!below || index < middle - 4) {
          assertEquals(green > blue, below, `${scale} ${index}`);
        }
      }
    }
  }
});
