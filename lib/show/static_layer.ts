/**
 * The static layer of a document as a list of what stands in it, to be written in other ways: as Markdown or as a picture.
 *
 * It reads what this folder writes and nothing else: every text and attribute there is escaped.
 *
 * @module
 */

import { labelTexts } from "./axis.ts";
import type { Payload } from "./payload.ts";

/** A stretch of text. */
export interface TextRun {
  /** The text. */
  readonly text: string;
  /** What it stands on, where that says something: a chip or a swatch. */
  readonly background?: string;
  /** Its colour on that. */
  readonly colour?: string;
  /** Whether it is bold. */
  readonly bold: boolean;
  /** A thick line at an edge of it, or of the cell that it stands in, that says something. */
  readonly line?: EdgeLine;
}

/** A line at an edge. */
export interface EdgeLine {
  /** The edge. */
  readonly edge: "top" | "bottom" | "left";
  /** How thick it is, in pixels. */
  readonly width: number;
  /** Its colour. */
  readonly colour: string;
  /** Whether it is broken. */
  readonly dashed: boolean;
}

/** Lines of a paragraph, each made of runs. */
export interface Paragraph {
  /** What kind of block this is. */
  readonly kind: "title" | "paragraph" | "summary";
  /** Its lines. */
  readonly lines: readonly (readonly TextRun[])[];
}

/** A table. */
export interface TableBlock {
  /** What kind of block this is. */
  readonly kind: "table";
  /** Its rows, the headings first. */
  readonly rows: readonly (readonly (readonly TextRun[])[])[];
  /** Whether each column lines up on the right. */
  readonly right: readonly boolean[];
}

/** A picture. */
export interface PictureBlock {
  /** What kind of block this is. */
  readonly kind: "picture";
  /** Its data URL. */
  readonly source: string;
  /** What it shows. */
  readonly alternative: string;
  /** How broad it is shown, in pixels. */
  readonly width: number;
  /** How high. */
  readonly height: number;
  /** What its cells are called, where it is a grid with labels. */
  readonly axes?: { readonly rows: readonly string[]; readonly columns: readonly string[] };
}

/** What stands in a static layer. */
export type Block = Paragraph | TableBlock | PictureBlock;

const entities: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: "\u00a0",
  emsp: "\u2003",
  "#39": "'",
  "#96": "`",
  "#8203": "",
};
/** Text as it was before it was escaped. */
const plain = (html: string): string =>
  html.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** The data of a document's script; undefined where it has none. */
export function payloadOf(html: string): Payload | undefined {
  const data = /<script type="application\/json">(.*?)<\/script>/s.exec(html)?.[1];
  return data === undefined ? undefined : JSON.parse(data);
}

const attribute = (attributes: string, name: string): string =>
  plain(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
/** A line at one edge that is thicker than what parts cells. */
function edgeLine(attributes: string): EdgeLine | undefined {
  const [, edge, width, kind, colour] =
    /(?:^|;)border-(top|bottom|left):(\d+)px (solid|dashed) (rgb\([^)]*\))/.exec(
      attribute(attributes, "style"),
    ) ?? [];
  if (!colour || Number(width) < 2) return undefined;
  return {
    edge: edge as EdgeLine["edge"],
    width: Number(width),
    colour,
    dashed: kind === "dashed",
  };
}
const styled = (attributes: string, name: string): string | undefined =>
  new RegExp(`(?:^|;)${name}:(rgb\\([^)]*\\))`).exec(attribute(attributes, "style"))?.[1];

/** Whether a tag begins a block. */
const isBlock = (tag: string): boolean =>
  /^(p|div|pre|details|summary|li|ul|ol|figure|figcaption|h\d)$/.test(tag);

type SheetPayload = Extract<Payload, { readonly kind: "attentionSheet" }>;

/** What the cells of a picture are called, where it is a grid. */
function axesOf(payload: Payload | undefined): Pick<PictureBlock, "axes"> {
  if (payload?.kind === "heatMap") {
    return { axes: { rows: payload.rows, columns: payload.columns } };
  }
  if (payload?.kind !== "attentionSheet") return {};
  return {
    axes: {
      rows: payload.layers.map((layer) => `layer ${layer}`),
      columns: Array.from({ length: payload.heads }, (_, head) => `head ${head}`),
    },
  };
}

/** What an element gives to the text within. */
interface Ink {
  readonly tag: string;
  readonly background?: string;
  readonly colour?: string;
  readonly bold: boolean;
  readonly line?: EdgeLine;
  /** Whether it is a mark in the colour of a kind. */
  readonly kind: boolean;
}

/** Reads a static layer from its first tag to its last. */
class Reader {
  readonly blocks: Block[] = [];
  readonly #payload: Payload | undefined;
  #lines: TextRun[][] = [[]];
  #kind: Paragraph["kind"] = "paragraph";
  #inks: Ink[] = [];
  #lastInk: Ink | undefined;
  #table: { rows: TextRun[][][]; right: boolean[] } | undefined;
  /** How deep in labels that a grid's axes say again. */
  #skipped = 0;

  constructor(payload: Payload | undefined) {
    this.#payload = payload;
  }

  text(raw: string): void {
    const text = plain(raw);
    if (text === "" || this.#skipped > 0) return;
    const ink = this.#inks.findLast(({ background }) => background !== undefined);
    const bold = this.#inks.some(({ bold }) => bold);
    const line = this.#inks.findLast(({ line }) => line !== undefined)?.line;
    // Marks of a kind have its colour, and stand on no other.
    const kind = this.#inks.at(-1)?.kind ? this.#inks.at(-1)!.colour : undefined;
    const run = {
      text,
      bold,
      ...kind !== undefined && { colour: kind },
      ...ink ? { background: ink.background!, colour: ink.colour ?? "rgb(26,28,31)" } : {},
      ...line && { line },
    };
    const cell = this.#table?.rows.at(-1)?.at(-1), runs = cell ?? this.#lines.at(-1)!;
    const last = runs.at(-1);
    // A token is one chip, whatever marks it is written with.
    if (ink && ink === this.#lastInk && last?.bold === bold) {
      runs[runs.length - 1] = { ...run, text: last.text + text };
    } else runs.push(run);
    this.#lastInk = ink;
  }

  open(tag: string, attributes: string): void {
    if (this.#skipped > 0 && tag === "div") this.#skipped++;
    if (tag === "img") return this.#picture(attributes);
    const cell = this.#table?.rows.at(-1)?.at(-1);
    // What stands below something in a cell stands beside it here.
    if (cell && cell.length > 0 && (tag === "br" || isBlock(tag))) this.text(" ");
    if (tag === "br") return void (this.#table || this.#lines.push([]));
    const name = attribute(attributes, "class");
    if (name === "grid") {
      this.flush();
      this.#skipped = 1;
    } else if (name === "key" && this.#payload?.kind === "heatMap") this.#skipped = 1;
    if (tag === "table") {
      this.flush();
      this.#table = { rows: [], right: [] };
    } else if (tag === "tr") this.#table?.rows.push([]);
    else if (/^t[dh]$/.test(tag)) {
      const row = this.#table?.rows.at(-1);
      if (this.#table && row) this.#table.right[row.length] = name === "right";
      row?.push([]);
      this.#ink(tag, name, attributes);
    } else if (isBlock(tag) && !this.#table) {
      this.flush();
      this.#kind = tag === "summary" ? "summary" : name === "title" ? "title" : "paragraph";
    } else if (/^(span|b|code|mark|del|ins)$/.test(tag)) this.#ink(tag, name, attributes);
  }

  close(tag: string): void {
    if (this.#skipped > 0 && (tag === "div" || tag === "p")) this.#skipped--;
    if (tag === "table" && this.#table) {
      const { rows, right } = this.#table;
      this.#table = undefined;
      if (rows.length > 0) this.blocks.push({ kind: "table", rows, right });
    } else if (isBlock(tag) && !this.#table) this.flush();
    else if (this.#inks.at(-1)?.tag === tag) this.#inks.pop();
  }

  /** Ends a paragraph. */
  flush(): void {
    const lines = this.#lines.filter((line) => line.some(({ text }) => text.trim() !== ""));
    if (lines.length > 0) this.blocks.push({ kind: this.#kind, lines });
    this.#lines = [[]];
    this.#kind = "paragraph";
  }

  #ink(tag: string, name: string, attributes: string): void {
    const coloured = /\b(token|swatch)\b/.test(name) || /\bdata-index=/.test(attributes);
    const background = coloured ? styled(attributes, "background-color") : undefined;
    const colour = styled(attributes, "color"), line = edgeLine(attributes);
    this.#inks.push({
      tag,
      kind: name === "kind",
      bold: tag === "b" && !/font-weight:normal/.test(attributes),
      ...background !== undefined && { background },
      ...colour !== undefined && { colour },
      ...line && { line },
    });
  }

  #picture(attributes: string): void {
    this.flush();
    const payload = this.#payload, size = (name: string) => Number(attribute(attributes, name));
    this.blocks.push({
      kind: "picture",
      source: attribute(attributes, "src"),
      alternative: attribute(attributes, "alt"),
      width: size("width") || 640,
      height: size("height") || 360,
      ...axesOf(payload),
    });
    // A page shows them where a tile is pointed at; nothing else says which cell is whose.
    if (payload?.kind === "attentionSheet") this.#tokens(payload);
  }

  #tokens({ tokens, compared }: SheetPayload): void {
    const texts = labelTexts(tokens).map((token, i) => `${i}\u00a0${token}`);
    const text =
      `In each tile from top to bottom the queries, from left to right the keys: ${
        texts.join(", ")
      }` +
      (compared ? "; purple is more, orange is less" : "");
    if (texts.length > 0) {
      this.blocks.push({ kind: "paragraph", lines: [[{ text, bold: false }]] });
    }
  }
}

/**
 * Reads the static layer of a document.
 *
 * @param html The HTML of a document.
 * @returns Its blocks, in order.
 */
export function staticLayer(html: string): readonly Block[] {
  const reader = new Reader(payloadOf(html));
  const words = html.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, "");
  for (const [text, end, tag, attributes] of words.matchAll(/<(\/?)([a-z]\w*)([^>]*)>|[^<]+/g)) {
    if (tag === undefined) reader.text(text);
    else if (end) reader.close(tag);
    else reader.open(tag, attributes!);
  }
  reader.flush();
  return reader.blocks;
}
