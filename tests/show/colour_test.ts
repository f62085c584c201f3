import {
  contrast,
  css,
  entry,
  firstLevel,
  type Ground,
  inkOn,
  lastLevel,
  lightGround,
  luminance,
  palette,
  type Scale,
  seriesColours,
  special,
} from "../../lib/show/colour.ts";
import { assert, assertAlmostEquals, assertEquals } from "../assert.ts";

const grounds: Ground[] = [
  lightGround,
  { background: [17, 17, 17], dark: true },
  { background: [30, 30, 30], dark: true },
];
const scales: Scale[] = ["sequential", "diverging"];
const each = scales.flatMap((scale) => grounds.map((ground) => [scale, ground] as const));

Deno.test("inkOn() can be read on all 256 entries of every palette", () => {
  for (const [scale, ground] of each) {
    const colours = palette(scale, ground);
    for (let index = 0; index < 256; index++) {
      const colour = entry(colours, index);
      const found = contrast(colour, inkOn(colour));
      assert(found >= 4.5, `entry ${index} of ${scale}: ${found}`);
    }
  }
});

Deno.test("palette() draws zero as the page", () => {
  for (const [scale, ground] of each) {
    const zero = scale === "sequential" ? firstLevel : (firstLevel + lastLevel) / 2;
    assertEquals(entry(palette(scale, ground), zero), ground.background);
  }
});

Deno.test("palette() goes one way from the page: darker on light, lighter on dark", () => {
  for (const [scale, ground] of each) {
    const colours = palette(scale, ground);
    const sign = ground.dark ? 1 : -1;
    const start = scale === "sequential" ? firstLevel : 129;
    for (let index = start + 1; index <= lastLevel; index++) {
      const step = luminance(entry(colours, index)) - luminance(entry(colours, index - 1));
      assert(step * sign >= -0.001, `entry ${index} of ${scale} turns back`);
    }
  }
});

Deno.test("palette() gives undefined, below and above colours that no value has", () => {
  for (const [scale, ground] of each) {
    const colours = palette(scale, ground);
    for (const odd of Object.values(special)) {
      for (let index = 0; index < 256; index++) {
        if (index === odd) continue;
        const [a, b] = [entry(colours, odd), entry(colours, index)];
        const distance = Math.hypot(...a.map((channel, i) => channel - b[i]!));
        assert(distance > 30, `entries ${odd} and ${index} of ${scale} are ${distance} apart`);
      }
    }
  }
});

Deno.test("contrast() is that of WCAG", () => {
  assertAlmostEquals(contrast([0, 0, 0], [255, 255, 255]), 21, 1e-9);
  // The usual example of a grey that just fails.
  assertAlmostEquals(contrast([119, 119, 119], [255, 255, 255]), 4.478, 1e-3);
});

Deno.test("css() writes what a sanitiser lets through", () => {
  assertEquals(css([8, 48, 107]), "rgb(8,48,107)");
});

Deno.test("seriesColours are seen on white and on the dark grey of a notebook's charts", () => {
  for (const colour of seriesColours) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    for (const ground of [[255, 255, 255], [51, 51, 51]] as const) {
      const found = contrast([red!, green!, blue!], ground);
      // Under the 3 to 1 that WCAG asks of graphics, as one colour must do on both grounds; dashes, shapes and tables say it too.
      if (found < 2.5) throw new Error(`${colour} on ${ground} has ${found}`);
    }
  }
});
