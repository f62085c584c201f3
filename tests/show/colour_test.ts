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

/** Red, green and blue without gamma, from 0 to 1. */
const linear = (hex: string): number[] =>
  [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((share) => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);

const times = (matrix: readonly (readonly number[])[], vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, part, i) => sum + part * vector[i]!, 0));

/** OKLab (Ottosson 2020) of linear red, green and blue. */
function oklab(colour: readonly number[]): number[] {
  const cones = times([
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ], colour).map((part) => Math.cbrt(Math.max(0, part)));
  return times([
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ], cones);
}

/** How eyes without one kind of cones see (Machado et al. 2009, severity 1). */
const eyes = {
  "all cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
    -0.003882,
    -0.048116,
    1.051998,
  ]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
    -0.01182,
    0.04294,
    0.968881,
  ]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [
    0.004733,
    0.691367,
    0.3039,
  ]],
};

Deno.test("seriesColours and both sides of a diverging scale stay apart for every kind of eye", () => {
  const ends = [palette("diverging"), palette("diverging", grounds[1])].flatMap((colours) =>
    [60, 200].map((index) =>
      `#${entry(colours, index).map((part) => part.toString(16).padStart(2, "0")).join("")}`
    )
  );
  const pairs = [
    ...seriesColours.flatMap((one, i) => seriesColours.slice(i + 1).map((two) => [one, two])),
    [ends[0]!, ends[1]!],
    [ends[2]!, ends[3]!],
  ];
  for (const [eye, matrix] of Object.entries(eyes)) {
    const seen = (hex: string) =>
      oklab(times(matrix, linear(hex)).map((part) => Math.max(0, part)));
    for (const [one, two] of pairs) {
      const [a, b] = [seen(one!), seen(two!)];
      const away = Math.hypot(...a.map((part, i) => part - b[i]!));
      // Some 0.02 is a difference that is just seen.
      assert(away > 0.09, `${one} and ${two} are ${away} apart for ${eye}`);
    }
  }
});
