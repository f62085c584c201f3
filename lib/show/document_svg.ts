/**
 * A document as a drawing of fixed size: what a page would show with its scripts off, on white paper.
 *
 * @module
 */

import type { Drawing } from "./display.ts";
import {
  type Block,
  type PictureBlock,
  staticLayer,
  type TableBlock,
  type TextRun,
} from "./static_layer.ts";
import { svgTable } from "./svg_table.ts";
import { fit, letterSize, lineHeight, lineOfText, linesOf, measure, word } from "./svg_text.ts";

/** Pixels: the paper's width and its edge. */
const [width, margin] = [920, 16];
/** The most pixels from top to bottom; what is below is said to be left out. */
const tallest = 12_000;

/** What is being drawn, and how far down it has come. */
class Paper {
  readonly parts: string[] = [];
  y = margin;

  /** Runs one after another, in as many lines as they take. */
  flow(runs: readonly TextRun[]): void {
    for (const line of linesOf(runs, width - 2 * margin)) {
      this.y += lineHeight;
      this.parts.push(lineOfText(line, margin, this.y));
    }
  }

  table(block: TableBlock): void {
    const { parts, right, bottom } = svgTable(block, margin, this.y);
    for (const part of parts) this.parts.push(part);
    this.broadest = Math.max(this.broadest, right);
    this.y = bottom;
  }

  /** Small pictures with their names above them, as many side by side as there is room for. */
  side(
    pictures: readonly { readonly name: readonly TextRun[]; readonly picture: PictureBlock }[],
  ): void {
    let [x, tallest] = [margin, 0];
    const top = this.y;
    for (const { name, picture: { source, width: broad, height } } of pictures) {
      if (x + broad > width - margin && x > margin) {
        [x, this.y, tallest] = [margin, this.y + tallest, 0];
      }
      name.reduce((at, run) => {
        this.parts.push(
          word({ ...run, ...fit(run.text, x + broad - at) }, at, this.y + lineHeight),
        );
        return at + measure(run.text);
      }, x);
      this.#image(source, { x, y: this.y + lineHeight + 6, width: broad, height });
      [x, tallest] = [x + broad + 14, Math.max(tallest, height + lineHeight + 10)];
    }
    this.y = Math.max(top, this.y + tallest);
  }

  #image(
    source: string,
    { x, y, width, height }: { x: number; y: number; width: number; height: number },
  ): void {
    const box = `x="${x}" y="${y}" width="${width}" height="${height}"`;
    const picture = drawnWithin(source, box) ??
      `<image ${box} style="image-rendering:optimizeSpeed" href="${source}"/>`;
    this.parts.push(`${picture}<rect ${box} fill="none" stroke="#d0d4da"/>`);
    this.broadest = Math.max(this.broadest, x + width);
  }

  /** How far to the right anything reaches. */
  broadest = width - margin;

  picture(
    source: string,
    box: { width: number; height: number },
    axes?: { rows: readonly string[]; columns: readonly string[] },
  ): void {
    const left = axes ? Math.min(160, Math.max(0, ...axes.rows.map((text) => measure(text)))) : 0;
    const cellWidth = axes ? box.width / axes.columns.length : 0;
    const upright = axes !== undefined && axes.columns.some((text) => measure(text) > cellWidth);
    const above = !axes
      ? 0
      : upright
      ? Math.min(140, Math.max(0, ...axes.columns.map((text) => measure(text))))
      : 14;
    const [x, y] = [margin + left + (left ? 8 : 0), this.y + above + 8];
    if (axes) this.#labels(axes, { x, y, ...box, upright });
    this.#image(source, { x, y, ...box });
    this.y = y + box.height + 4;
  }

  #labels(
    { rows, columns }: { rows: readonly string[]; columns: readonly string[] },
    at: { x: number; y: number; width: number; height: number; upright: boolean },
  ): void {
    const [wide, high] = [at.width / columns.length, at.height / rows.length];
    const everyRow = Math.ceil(13 / high), everyColumn = at.upright ? Math.ceil(13 / wide) : 1;
    for (let i = 0; i < rows.length; i += everyRow) {
      const label = fit(rows[i]!, 160), x = at.x - 6 - measure(label.text);
      this.parts.push(word({ ...label, bold: false }, x, at.y + (i + 0.5) * high + 4));
    }
    for (let i = 0; i < columns.length; i += everyColumn) {
      const label = fit(columns[i]!, 140), x = at.x + (i + 0.5) * wide;
      this.parts.push(
        at.upright
          ? `<g transform="translate(${x + 4} ${at.y - 5}) rotate(-90)">${
            word({ ...label, bold: false }, 0, 0)
          }</g>`
          : word({ ...label, bold: false }, x - measure(label.text) / 2, at.y - 4),
      );
    }
  }
}

/** A picture of lines and words as a part of the drawing, as no font reaches into an image; of nothing else. */
function drawnWithin(source: string, box: string): string | undefined {
  const [, data] = /^data:image\/svg\+xml;base64,(.*)$/.exec(source) ?? [];
  if (data === undefined) return undefined;
  const svg = new TextDecoder().decode(Uint8Array.fromBase64(data));
  const foreign =
    /<(?!\/?(svg|g|text|tspan|title|rect|path|line|circle|polygon)\b)|<[^>]*\s(on\w+|href|style)=/;
  return foreign.test(svg) ? undefined : svg.replace(
    /^<svg\b([^>]*)>/,
    (_, own: string) => `<svg ${box}${own.replace(/\s(xmlns|width|height|x|y)="[^"]*"/g, "")}>`,
  );
}

/** The pictures from a place on that have each a name of a line, and no labels. */
function smallPictures(
  blocks: readonly Block[],
  from: number,
): { name: readonly TextRun[]; picture: PictureBlock }[] {
  const found = [];
  for (let at = from; at + 1 < blocks.length; at += 2) {
    const [name, picture] = [blocks[at]!, blocks[at + 1]!];
    if (name.kind !== "paragraph" || name.lines.length !== 1) break;
    if (picture.kind !== "picture" || picture.axes || picture.width > 300) break;
    found.push({ name: name.lines[0]!, picture });
  }
  return found;
}

/** How large a picture of the two-dots-a-pixel kind is shown. */
function sizeOf(png: string): { width: number; height: number } {
  const head = new DataView(Uint8Array.fromBase64(png.slice(0, 32)).buffer);
  return { width: head.getUint32(16) / 2, height: head.getUint32(20) / 2 };
}

function draw(paper: Paper, drawing: Drawing | { readonly "text/plain": string }): void {
  if ("image/png" in drawing) {
    const png = drawing["image/png"];
    return paper.picture(`data:image/png;base64,${png}`, sizeOf(png));
  }
  const blocks = "text/html" in drawing ? staticLayer(drawing["text/html"]) : [];
  if (blocks.length === 0) {
    for (const text of drawing["text/plain"].split("\n")) paper.flow([{ text, bold: false }]);
    return;
  }
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at]!, small = smallPictures(blocks, at);
    if (small.length > 1) {
      paper.side(small);
      at += 2 * small.length - 1;
    } else if (block.kind === "picture") paper.picture(block.source, block, block.axes);
    else if (block.kind === "table") paper.table(block);
    else {
      for (const line of block.lines) {
        const bold = block.kind !== "paragraph";
        paper.flow(line.map((run) => ({ ...run, bold: bold || run.bold })));
      }
      paper.y += 3;
    }
  }
}

/**
 * Draws documents, and charts among them, one below the other.
 *
 * @param drawings What is drawn.
 * @returns An SVG that holds its pictures and names no address; its tooltips say what was too long.
 */
export function documentSvg(
  drawings: readonly (Drawing | { readonly "text/plain": string })[],
): string {
  const paper = new Paper();
  for (const drawing of drawings) {
    draw(paper, drawing);
    paper.y += 14;
  }
  const height = Math.min(tallest, paper.y + margin), broad = paper.broadest + margin;
  if (paper.y > tallest) {
    paper.parts.push(
      `<rect x="0" y="${tallest - 40}" width="${broad}" height="40" fill="white"/>` +
        word({ text: "… and more, which the text form has", bold: true }, margin, tallest - 14),
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(broad)}" height="${
    Math.ceil(height)
  }" viewBox="0 0 ${Math.ceil(broad)} ${
    Math.ceil(height)
  }" font-family="DejaVu Sans, sans-serif" font-size="${letterSize}"><rect width="100%" height="100%" fill="white"/>${
    paper.parts.join("")
  }</svg>\n`;
}
