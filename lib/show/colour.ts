/**
 * Colours of values: 256 palette entries, of which three stand for what is no ordinary value.
 *
 * Sequential is white to dark blue, so that zero is the page; diverging is orange to white to purple, which of the usual
 * pairs stays furthest apart for every kind of colour blindness. The dark ramps are other ramps, not these inverted.
 *
 * @module
 */

/** Red, green and blue from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** How values become colours: from nothing to much, or away from zero to both sides. */
export type Scale = "sequential" | "diverging";

/** The palette entries that are no ordinary value. */
export const special: { readonly undefined: 0; readonly below: 1; readonly above: 2 } = {
  undefined: 0,
  below: 1,
  above: 2,
};

/** The first palette entry that is a value. */
export const firstLevel = 3;

/** The last palette entry that is a value. */
export const lastLevel = 255;

/**
 * Colours that stay apart for every kind of colour blindness, by 0.09 in OKLab at least, and are seen on white and on dark grey.
 * Chosen by search among teals, reds, greys and violets for the greatest least distance.
 */
export const seriesColours: readonly string[] = [
  "#4a78b8",
  "#d9822b",
  "#42b2a4",
  "#dc1842",
  "#7a6c7a",
  "#a488f8",
] as const;

/** The colours of one page: its background, and whether that is dark. */
export interface Ground {
  /** What zero looks like. */
  readonly background: Colour;
  /** Whether the background is dark. */
  readonly dark: boolean;
}

/** The ground of what is drawn without scripts. */
export const lightGround: Ground = { background: [255, 255, 255], dark: false };

const parse = (hex: string): Colour => [
  parseInt(hex.slice(0, 2), 16),
  parseInt(hex.slice(2, 4), 16),
  parseInt(hex.slice(4, 6), 16),
];
const ramp = (text: string): Colour[] => text.split(" ").map(parse);

const blues = ramp("deebf7 9ecae1 4292c6 08519c 08306b");
const purples = ramp("d8daeb b2abd2 8073ac 542788 2d004b");
const oranges = ramp("fee0b6 fdb863 e08214 b35806 7f3b08");
const darkBlues = ramp("12365c 1c5a94 3a8fd6 86c5f7 e4f3ff");
const darkPurples = ramp("2f2650 55459a 8674cf b9acee eee9ff");
const darkOranges = ramp("4a2a0a 86480b c9741b f3ae5c ffe9cf");

/** Palettes that were made: a page asks for the same one again and again, and has a ground or two. */
const palettes = new Map<string, Uint8Array>();

/**
 * Makes the 256 colours of a scale on a page.
 *
 * @param scale Sequential or diverging.
 * @param ground The page; the light one if left out.
 * @returns Red, green and blue of each entry, one after another, to be read only: entries 0, 1 and 2 are undefined, below and above the
 * domain, 3 to 255 its values from low to high.
 */
export function palette(scale: Scale, ground: Ground = lightGround): Uint8Array {
  const { background, dark } = ground, key = `${scale} ${dark} ${background}`;
  const known = palettes.get(key);
  if (known) return known;
  const up = [
    background,
    ...(scale === "sequential" ? (dark ? darkBlues : blues) : (dark ? darkPurples : purples)),
  ];
  const down = [background, ...(dark ? darkOranges : oranges)];
  const colours = new Uint8Array(768);
  colours.set(parse(dark ? "6b6b6b" : "b0b0b0"), 0);
  colours.set(parse(dark ? "17b890" : "00664d"), 3);
  colours.set(parse(dark ? "ff5fa8" : "a8005c"), 6);
  for (let level = firstLevel; level <= lastLevel; level++) {
    const share = (level - firstLevel) / (lastLevel - firstLevel), signed = share * 2 - 1;
    const stops = scale === "diverging" && signed < 0 ? down : up;
    const at = (scale === "sequential" ? share : Math.abs(signed)) * (stops.length - 1);
    const stop = Math.min(Math.floor(at), stops.length - 2);
    // Plain loops: a page runs them for the first time.
    for (let channel = 0; channel < 3; channel++) {
      const start = stops[stop]![channel]!, end = stops[stop + 1]![channel]!;
      colours[level * 3 + channel] = Math.round(start + (end - start) * (at - stop));
    }
  }
  palettes.set(key, colours);
  return colours;
}

/**
 * Reads one entry of a palette.
 *
 * @param colours A palette.
 * @param index The entry.
 * @returns Its colour.
 */
export function entry(colours: Uint8Array, index: number): Colour {
  return [colours[index * 3]!, colours[index * 3 + 1]!, colours[index * 3 + 2]!];
}

/**
 * Writes a colour in the one syntax that JupyterLab's sanitiser lets through.
 *
 * @param colour The colour.
 * @returns For example "rgb(8,48,107)".
 */
export function css(colour: Colour): string {
  return `rgb(${colour.join(",")})`;
}

/**
 * Measures how light a colour is, as WCAG 2 does.
 *
 * @param colour The colour.
 * @returns Its relative luminance, from 0 to 1.
 */
export function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/**
 * Measures how well two colours can be told apart, as WCAG 2 does.
 *
 * @param first A colour.
 * @param second Another.
 * @returns Their contrast, from 1 to 21.
 */
export function contrast(first: Colour, second: Colour): number {
  const [low, high] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

/**
 * Chooses the ink for text on a colour: black or white, whichever can be read better, which is 4.58 to 1 at worst.
 *
 * @param colour What the text stands on.
 * @returns Black or white.
 */
export function inkOn(colour: Colour): Colour {
  const black: Colour = [0, 0, 0];
  const white: Colour = [255, 255, 255];
  return contrast(colour, black) >= contrast(colour, white) ? black : white;
}
