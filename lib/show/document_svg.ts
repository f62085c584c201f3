/**
 * A document as a drawing of fixed size: what a page would show with its scripts off, on white paper.
 *
 * @module
 */

import type { Drawing } from "./display.ts";
import { escapeHtml } from "./escape.ts";
import { type Block, type PictureBlock, staticLayer, type TextRun } from "./static_layer.ts";

/** Pixels: the paper's width, its edge, and of a line. */
const [width, margin, lineHeight] = [920, 16, 19];
const size = 12;
/** The most pixels from top to bottom; what is below is said to be left out. */
const tallest = 6000;

/** How broad a text is, about: the drawing holds it to that. */
function measure(text: string): number {
  let sum = 0;
  // What stands on another letter or is joined to it takes no room of its own.
  for (const letter of text.replace(/\u200d.|[\p{M}\p{Cf}]/gu, "")) {
    sum += /[ .,:;'|!()[\]ijltfrI]/.test(letter)
      ? 0.37
      : /[mwMW%@—…⟨⟩]/.test(letter)
      ? 0.92
      : letter > "\u2e80"
      ? 1.05
      : 0.635;
  }
  return sum * size;
}

/** Text that XML can hold, at a place, as broad as it was measured. */
function word(run: TextRun, x: number, y: number, room = Infinity): string {
  let text = run.text.toWellFormed().replace(/\p{Cc}|[\ufffe\uffff]/gu, "\ufffd");
  const whole = text;
  while (measure(text) > room && text.length > 1) text = text.slice(0, -2) + "…";
  const broad = measure(text);
  const box = run.background
    ? `<rect x="${x - 2}" y="${y - 13}" width="${
      broad + 4
    }" height="17" fill="${run.background}" stroke="#d0d4da"/>`
    : "";
  const more = whole === text ? "" : `<title>${escapeHtml(whole)}</title>`;
  // Letters that are joined would be drawn apart.
  const held = /\p{Script=Arabic}/u.test(text) ? "" : ` textLength="${broad.toFixed(1)}"`;
  return `${box}<text xml:space="preserve" x="${x}" y="${y}"${held} fill="${
    run.colour ?? "#1a1c1f"
  }"${run.bold ? ' stroke="#1a1c1f" stroke-width="0.5"' : ""}>${escapeHtml(text)}${more}</text>`;
}

/** What is being drawn, and how far down it has come. */
class Paper {
  readonly parts: string[] = [];
  y = margin;

  /** Runs one after another, in as many lines as they take. */
  flow(line: readonly TextRun[], indent: number): void {
    let x = margin + indent;
    this.y += lineHeight;
    const pieces = line.flatMap((run) =>
      run.background ? [run] : (run.text.match(/\s*\S+\s*|\s+/g) ?? []).map((text) => ({
        ...run,
        text,
      }))
    );
    for (const piece of pieces) {
      const broad = measure(piece.text) + (piece.background ? 6 : 0);
      if (x + broad > width - margin && x > margin + indent) {
        x = margin + indent;
        this.y += lineHeight;
      }
      this.parts.push(word(piece, x + (piece.background ? 3 : 0), this.y, width - margin - x));
      x += broad;
    }
  }

  table(
    rows: readonly (readonly (readonly TextRun[])[])[],
    right: readonly boolean[],
  ): void {
    const broad = (cell: readonly TextRun[]) =>
      cell.reduce((sum, { text }) => sum + measure(text), 0);
    const columns = Math.max(...rows.map((row) => row.length));
    const widths = Array.from(
      { length: columns },
      // A row of one cell is a heading over all columns.
      (_, i) =>
        Math.min(560, Math.max(...rows.map((row) => row.length === 1 ? 0 : broad(row[i] ?? [])))),
    );
    for (const [at, row] of rows.entries()) {
      this.y += lineHeight;
      let left = margin;
      row.forEach((cell, i) => {
        let x = right[i] ? left + widths[i]! - Math.min(widths[i]!, broad(cell)) : left;
        const end = row.length === 1 ? Infinity : left + widths[i]!, [first] = cell;
        if (first?.background && row.length > 1) {
          this.#box(first.background, left - 3, widths[i]! + 8);
        }
        for (const { background: _, ...run } of cell) {
          const bold = at === 0 || run.bold;
          if (x < end) this.parts.push(word({ ...run, bold }, x, this.y, end - x + 14));
          x += measure(run.text);
        }
        left += widths[i]! + 18;
      });
      if (left > this.broadest) this.broadest = left;
      this.parts.push(
        `<line x1="${margin}" x2="${left - 10}" y1="${this.y + 5}" y2="${
          this.y + 5
        }" stroke="#e2e5e9"/>`,
      );
    }
    this.y += 6;
  }

  /** What a line of text stands on. */
  #box(colour: string, x: number, broad: number): void {
    this.parts.push(
      `<rect x="${x}" y="${
        this.y - 14
      }" width="${broad}" height="${lineHeight}" fill="${colour}"/>`,
    );
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
        this.parts.push(word(run, at, this.y + lineHeight, broad));
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
    this.parts.push(
      `<image ${box} style="image-rendering:optimizeSpeed" href="${source}"/><rect ${box} fill="none" stroke="#d0d4da"/>`,
    );
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
      const text = fit(rows[i]!, 160), x = at.x - 6 - measure(text);
      this.parts.push(word({ text, bold: false }, x, at.y + (i + 0.5) * high + 4));
    }
    for (let i = 0; i < columns.length; i += everyColumn) {
      const text = fit(columns[i]!, 140), x = at.x + (i + 0.5) * wide;
      this.parts.push(
        at.upright
          ? `<g transform="translate(${x + 4} ${at.y - 5}) rotate(-90)">${
            word({ text, bold: false }, 0, 0)
          }</g>`
          : word({ text, bold: false }, x - measure(text) / 2, at.y - 4),
      );
    }
  }
}

/** A label of at most so many pixels. */
function fit(text: string, room: number): string {
  let shown = text;
  while (measure(shown) > room) shown = [...shown].slice(0, -2).join("") + "…";
  return shown;
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
    for (const text of drawing["text/plain"].split("\n")) paper.flow([{ text, bold: false }], 0);
    return;
  }
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at]!, small = smallPictures(blocks, at);
    if (small.length > 1) {
      paper.side(small);
      at += 2 * small.length - 1;
    } else if (block.kind === "picture") paper.picture(block.source, block, block.axes);
    else if (block.kind === "table") paper.table(block.rows, block.right);
    else {
      for (const line of block.lines) {
        const bold = block.kind !== "paragraph";
        paper.flow(line.map((run) => ({ ...run, bold: bold || run.bold })), 0);
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
  }" font-family="DejaVu Sans, sans-serif" font-size="${size}"><rect width="100%" height="100%" fill="white"/>${
    paper.parts.join("")
  }</svg>\n`;
}
