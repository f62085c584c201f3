/**
 * How a chart is put together: a Vega-Lite specification that the notebook draws, and the picture for where none does.
 *
 * @module
 */

import { boxedLetters } from "./boxed_letters.ts";
import { drawable, type DrawnChart } from "./display.ts";
import { pictureFont } from "./picture_font.ts";
import { colourPng } from "./png.ts";
import { textWidth } from "./text_width.ts";

/** Says that every host draws version 5; version 6 has no MIME type of its own in them. */
const schema = "https://vega.github.io/schema/vega-lite/v5.json";

/** Makes a picture; the words name what has characters that its font lacks. */
type MakePicture = (svg: string, elsewhere: string) => Uint8Array;

let pictures: Promise<MakePicture> | undefined;

/** Loads what makes pictures, once. */
async function loadPictures(): Promise<MakePicture> {
  const [{ initWasm, Resvg, resvgModule }, font] = await Promise.all([
    import("./resvg.ts"),
    pictureFont(),
  ]);
  await initWasm(await resvgModule());
  return (svg, elsewhere) => {
    const drawing = new Resvg(boxedLetters(svg, font.letters, elsewhere), {
      fitTo: { mode: "zoom", value: dotsOf(svg) },
      font: {
        fontBuffers: [font.bytes],
        defaultFontFamily: "DejaVu Sans",
        sansSerifFamily: "DejaVu Sans",
        loadSystemFonts: false,
      },
    });
    const picture = drawing.render();
    try {
      const { width, height, pixels } = picture;
      // On white paper nothing is seen through. Its own packing takes as long as the drawing, and a third more bytes.
      return isOpaque(pixels) ? colourPng(width, height, pixels) : picture.asPng();
    } finally {
      picture.free();
      drawing.free();
    }
  };
}

/** The most dots of a picture that has two a pixel: more than these take a gigabyte to draw. */
const mostDots = 4e7;

/** How many dots of a side a pixel of a drawing gets. */
function dotsOf(svg: string): number {
  const [width = 0, height = 0] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg)?.slice(1).map(Number) ?? [];
  return 4 * width * height > mostDots ? 1 : 2;
}

function isOpaque(pixels: Uint8Array): boolean {
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 255) return false;
  return true;
}

/**
 * Makes a chart of a specification.
 *
 * @param spec A Vega-Lite 5 specification with its data, without colours of the page: the notebook's theme sets them.
 * @param text The same numbers as lines of text.
 * @returns The bundle, which draws itself.
 */
export async function chartOf(spec: object, text: string): Promise<DrawnChart> {
  const specification = { $schema: schema, ...legible(withLines(spec)) as object };
  const [svg] = await Promise.all([svgOf(specification), pictures ??= loadPictures()]);
  return drawable({
    "application/vnd.vegalite.v5+json": specification,
    "image/png": (await pngOf(svg, "the text or .svg")).toBase64(),
    "text/plain": text.toWellFormed(),
  });
}

/** A specification whose lines over the chart are no longer than there is room for. */
function withLines(spec: object): object {
  const { title } = spec as { title?: { subtitle?: readonly string[] } };
  if (!Array.isArray(title?.subtitle)) return spec;
  return { ...spec, title: { ...title, subtitle: title.subtitle.flatMap(broken) } };
}

/** The longest line over a chart, but for one that cannot be broken. */
const longestLine = 80;

/** A line in as many as the chart has room for; its parts stay whole. */
function broken(line: string): string[] {
  const lines: string[] = [];
  for (const part of line.split(" · ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} · ${part}` : part;
    if (lines.length > 0 && longer.length <= longestLine) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

/** What XML cannot hold, and Vega's own little language neither. */
const unwritable = /(?![\t\n\r])\p{Cc}|[\u2028\u2029\ufffe\uffff]/gu;

/** A specification whose titles can be written; its rows stay as they are. */
function legible(part: unknown): unknown {
  if (typeof part === "string") return part.toWellFormed().replace(unwritable, "\ufffd");
  if (Array.isArray(part)) return part.map(legible);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, name === "data" ? value : legible(value)]),
  );
}

/**
 * Makes a picture of an SVG, two dots a pixel (of ten million pixels one), with the library's own font. A character that it lacks is a box, and a line
 * below says how many there are.
 *
 * @param svg The SVG; an image in it must be a data URL.
 * @param elsewhere What has the characters that the font lacks.
 * @returns The PNG.
 */
export async function pngOf(svg: string, elsewhere = "the text form"): Promise<Uint8Array> {
  return (await (pictures ??= loadPictures()))(svg, elsewhere);
}

/**
 * Draws a specification on white paper.
 *
 * @param specification A Vega-Lite 5 specification with its data.
 * @returns The picture as SVG.
 */
export async function svgOf(specification: object): Promise<string> {
  const { compile, parse, textMetrics, View } = await import("./vega.ts");
  // Without a canvas Vega takes every letter for a wide one, and leaves a third of a picture empty.
  textMetrics.width = (mark, text) =>
    // What is cut takes no more room than it is cut to.
    Math.min(
      textWidth(String(text ?? ""), textMetrics.height(mark)),
      (mark as { readonly limit?: number }).limit || Infinity,
    );
  const paper = {
    // Vega marks the rows that it is given, and those of the bundle are not its own.
    ...structuredClone(specification),
    background: "white",
    padding: 8,
    config: { font: "DejaVu Sans", ...(specification as { config?: object }).config },
  };
  const view = new View(parse(compile(paper as Parameters<typeof compile>[0]).spec), {
    renderer: "none",
  });
  try {
    // What a token holds stands in tooltips too, and XML has no way to write some of it.
    return (await view.toSVG()).toWellFormed().replace(unwritable, "\ufffd");
  } finally {
    view.finalize();
  }
}
