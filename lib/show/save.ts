/**
 * Drawings and their numbers as files.
 *
 * @module
 */

import { drawingOf, partHtml } from "./all.ts";
import { pngOf, svgOf } from "./chart.ts";
import type { Chart, Drawing } from "./display.ts";
import { csvText } from "./csv_text.ts";
import { cutDrawings, drawnRows } from "./drawn_rows.ts";
import { documentSvg } from "./document_svg.ts";
import { escapeHtml } from "./escape.ts";
import { markdown as markdownOf } from "./markdown.ts";
import { apartFromOutputs, carryPlotly } from "./plotly_carrier.ts";
import { partsOf } from "./show_for.ts";

/** What can be written, by the end of a file's name. */
const FORMATS = ["html", "md", "txt", "svg", "png", "json", "csv"] as const;
type Format = typeof FORMATS[number];

type Drawn = Drawing | { readonly "text/plain": string };

/**
 * Writes what a value shows, or its numbers, to a file; the end of its name says how.
 *
 * `html` is a page that stands alone: it fetches nothing, and reads without scripts. `md` is Markdown that every host shows, with
 * a chart's picture in a file beside it; `txt` is the text alone. `svg` and `png` are what a page shows with scripts off, on
 * white paper, and name nothing outside; of the two `png` has a small font of its own, draws a box for each character that this lacks,
 * such as Chinese, and says below how many there are. `json` is what the value says of itself (`toJSON`; bytes of tokens are
 * hexadecimal digits), of a bare drawing its kinds of output with its rows, `csv` the rows, unrounded:
 * those of the value (`csv()`, or `table().csv()`), else what its tables, grids, tokens and charts were drawn from. Text that a spreadsheet
 * would take for a formula gets an apostrophe before it, see `csvText`.
 *
 * @param value A result or drawing, or a promise of one.
 * @param path Where it goes; what is there is replaced, once everything is written.
 * @returns The files that were written, the one asked for first.
 * @throws {Deno.errors.NotFound} If its folder does not exist.
 * @throws {TypeError} If the name of the file is none, as where it stands before the value.
 * @throws {RangeError} If the name ends otherwise, or the value has nothing of the kind: the error says what it has.
 *
 * @example
 * ```ts
 * import { bars, save } from "@innerworks/innerworks";
 * const folder = await Deno.makeTempDir();
 * const chart = bars({ title: "Two", labels: ["a", "b"], values: [1, 2], label: "size" });
 * await save(chart, `${folder}/two.svg`);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function save(value: unknown, path: string | URL): Promise<readonly string[]> {
  const name = nameOf(value, path), format = formatOf(name);
  const settled = await value;
  if (settled === undefined || settled === null) {
    throw new TypeError(`Cannot save a value as there must be one: current value is ${settled}`);
  }
  const drawing: Drawn = await apartFromOutputs(() => drawingOf(settled));
  const files = await contents(settled, drawing, format, name);
  for (const [file, content] of files) await writeWhole(besides(path, file), content);
  return files.map(([file]) => file);
}

/** The name of the file; what comes first is the value. */
function nameOf(value: unknown, path: unknown): string {
  if (path instanceof URL) return path.pathname;
  if (typeof path === "string") return path;
  const swapped = typeof value === "string" || value instanceof URL;
  throw new TypeError(
    `Cannot save a drawing as the name of its file must be text or a URL: current value is ${
      Deno.inspect(path, { depth: 0 }).split("\n")[0]!.slice(0, 80)
    }${swapped ? "; the value comes first and the name of the file after it" : ""}`,
  );
}

/** The format of a file's name. */
function formatOf(name: string): Format {
  const end = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase();
  if (FORMATS.includes(end as Format)) return end as Format;
  throw new RangeError(
    `Cannot save a drawing as the name of its file must end in ${
      FORMATS.map((format) => `.${format}`).join(", ")
    }: current value is ${JSON.stringify(name)}`,
  );
}

/** What goes into which file. */
async function contents(
  value: unknown,
  drawing: Drawn,
  format: Format,
  name: string,
): Promise<readonly (readonly [file: string, content: string | Uint8Array])[]> {
  const file = name.replace(/^.*[/\\]/, ""), text = drawing["text/plain"];
  switch (format) {
    case "html":
      return [[file, await carryPlotly(pageOf(drawing))]];
    case "txt":
      return [[file, `${text}\n`]];
    case "md":
      return markdown(drawing, file);
    case "svg":
      return [[file, await svgIn(drawing)]];
    case "png":
      return [[
        file,
        isChart(drawing)
          ? Uint8Array.fromBase64(drawing["image/png"])
          : await pngOf(await svgIn(drawing), "the .svg, .html or .txt"),
      ]];
    case "json":
      return [[file, `${jsonOf(value, drawing)}\n`]];
    case "csv":
      return [[file, csvOf(value, drawing)]];
  }
}

const isChart = (drawing: Drawn): drawing is Chart => "image/png" in drawing;

/** The drawing as SVG. */
async function svgIn(drawing: Drawn): Promise<string> {
  if (isChart(drawing)) return await svgOf(drawing["application/vnd.vegalite.v5+json"]);
  return documentSvg(partsOf.get(drawing) ?? [drawing]);
}

/** A page that stands alone and fetches nothing, whatever text it holds. */
function pageOf(drawing: Drawn): string {
  const [title = "Innerworks"] = drawing["text/plain"].split("\n");
  const policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>:root{color-scheme:light dark}body{margin:16px;font-family:sans-serif}pre{white-space:pre-wrap;overflow-wrap:anywhere}</style>
</head>
<body>
${partHtml(drawing)}
${isChart(drawing) ? textHtml(drawing["text/plain"]) : ""}
</body>
</html>
`;
}

/** The text of a chart; on a narrow screen smaller, so that the columns of its numbers stay columns. */
function textHtml(text: string): string {
  // Lines of a table have gaps; others may be broken anywhere.
  const widest = text.split("\n").filter((line) => /\S {2,}\S/.test(line))
    .reduce((most, line) => Math.max(most, line.length), 1);
  const size = `clamp(8.5px,calc((100vw - 33px)/${(0.61 * widest).toFixed(1)}),13px)`;
  return `<pre style="font-size:${size}">${escapeHtml(text)}</pre>`;
}

/** Markdown, with a chart's picture in a file beside it. */
function markdown(drawing: Drawn, file: string): [string, string | Uint8Array][] {
  const parts = partsOf.get(drawing) ?? [drawing], base = file.replace(/\.md$/i, "");
  const pictures: [string, Uint8Array][] = [];
  const texts = parts.map((part, i) => {
    if (!isChart(part)) return "text/html" in part ? markdownOf(part) : fenced(part["text/plain"]);
    const picture = `${base}${parts.length > 1 ? `_${i}` : ""}.png`;
    pictures.push([picture, Uint8Array.fromBase64(part["image/png"])]);
    return `![the chart whose numbers follow](<${encodeURI(picture)}>)\n\n${markdownOf(part)}`;
  });
  return [[file, `${texts.join("\n\n")}\n`], ...pictures];
}

/** Text that Markdown leaves as it is. */
const fenced = (text: string): string => markdownOf({ "text/html": "", "text/plain": text });

/** What a value says of itself; of a bare drawing the bundle, and beside it the rows that it was drawn from. */
function jsonOf(value: unknown, drawing: Drawn): string {
  const own = typeof value === "object" && value !== null && "toJSON" in value;
  if (own) return JSON.stringify(value);
  // The specification of a chart holds its numbers, unless it leaves some out.
  const rows = isChart(drawing) && !leavesOut(drawing) ? null : drawnRows(drawing, "pass over");
  const all = rows && { columns: rows.columns, rows: Array.from(rows.fields()) };
  if (!isChart(drawing)) return JSON.stringify({ ...drawing, ...all });
  const chart = drawing["application/vnd.vegalite.v5+json"];
  return JSON.stringify(all ? { ...chart, usermeta: all } : chart);
}

/** Whether a drawing, or one that was put together with others, leaves out some of its rows. */
const leavesOut = (drawing: Drawn): boolean =>
  cutDrawings.has(drawing) || (partsOf.get(drawing) ?? []).some(leavesOut);

/** The rows of a value that has some, else of its drawing. */
function csvOf(value: unknown, drawing: Drawn): string {
  const own = value as { csv?: unknown; table?: unknown } | null;
  if (typeof own?.csv === "function") return String(own.csv());
  const table = typeof own?.table === "function" ? own.table() : null;
  if (typeof table?.csv === "function") return String(table.csv());
  const rows = drawnRows(drawing);
  if (rows) return csvText(rows.columns, rows.fields());
  throw new RangeError(
    "Cannot save a drawing as csv as what it shows must be rows of numbers: it is no such thing; save it as .html or .png, or save the values that it was drawn from",
  );
}

/** A file in the folder of another. */
function besides(path: string | URL, file: string): string | URL {
  return path instanceof URL
    ? new URL(encodeURIComponent(file), path)
    : path.replace(/[^/\\]*$/, "") + file;
}

/** Writes a file whole or not at all. */
async function writeWhole(path: string | URL, content: string | Uint8Array): Promise<void> {
  const fresh = path instanceof URL
    ? new URL(`${path.href}.${crypto.randomUUID()}`)
    : `${path}.${crypto.randomUUID()}`;
  try {
    if (typeof content === "string") await Deno.writeTextFile(fresh, content);
    else await Deno.writeFile(fresh, content);
    await Deno.rename(fresh, path);
  } catch (error) {
    await Deno.remove(fresh).catch(() => {});
    throw await unwritable(path, error);
  }
}

/** The error of a file that cannot be written, by the name that was given, not that of the fresh file. */
async function unwritable(path: string | URL, error: unknown): Promise<unknown> {
  const name = path instanceof URL ? decodeURIComponent(path.pathname) : path;
  const folder = name.replace(/[^/\\]*$/, "") || ".";
  const begin = `Cannot save ${JSON.stringify(name)} as`;
  const there = await Deno.stat(folder).catch(() => null);
  if (error instanceof Deno.errors.NotFound && !there) {
    return new Deno.errors.NotFound(`${begin} its folder must exist: ${folder} does not`);
  }
  if (there && !there.isDirectory) {
    return new Deno.errors.NotADirectory(`${begin} ${folder} must be a folder: it is a file`);
  }
  const what = await Deno.stat(path).catch(() => null);
  if (what?.isDirectory) {
    return new Deno.errors.IsADirectory(`${begin} it must be a file: it is a folder`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new Deno.errors.PermissionDenied(`${begin} ${folder} must be open to writing`);
  }
  return error;
}
