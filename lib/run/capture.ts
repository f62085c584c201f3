/**
 * What a capture would hold, before it is run.
 *
 * @module
 */

import type { Prompt, Site, SitePattern, Transformer } from "../model/mod.ts";
import { display, type Document, givenValue, table } from "../show/mod.ts";
import { megabytes } from "./cache.ts";

/** The sites that a capture would hold, with their sizes. */
export class CapturePreview {
  /** The sites with shapes and bytes. */
  readonly sites: readonly {
    readonly site: Site;
    readonly shape: readonly number[];
    readonly bytes: number;
  }[];

  /** Holds the sites. */
  constructor(sites: CapturePreview["sites"]) {
    this.sites = sites;
  }

  /** The bytes of all sites together. */
  get bytes(): number {
    return this.sites.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Draws the sites with shapes and sizes. */
  [display](): Document {
    return table({
      title: `${this.sites.length} sites would take ${megabytes(this.bytes)} MB`,
      columns: [{ name: "site" }, { name: "shape" }, { name: "size", unit: "MB" }],
      rows: this.sites.map(({ site, shape, bytes }) => [site, shape.join(" × "), megabytes(bytes)]),
    });
  }

  /** Shows the sites in a terminal. */
  [Symbol.for("Deno.customInspect")](): string {
    return this[display]()["text/plain"];
  }
}

/**
 * Says what a capture would hold and how many bytes, without running the model.
 *
 * @param model The model.
 * @param prompt The prompt, or prompts; shorter ones take as much as the longest.
 * @param capture Sites and patterns, as for `run`.
 * @throws {RangeError} If a pattern fits no site; the error names the nearest.
 * @throws {TypeError} If the capture is no list.
 */
export function previewCapture(
  model: Transformer,
  prompt: Prompt,
  capture: readonly (SitePattern | string)[],
): CapturePreview {
  if (!Array.isArray(capture)) {
    throw new TypeError(
      `Cannot preview a capture as it must be a list of sites or patterns: current value is ${
        givenValue(capture)
      }`,
    );
  }
  const prompts = model.tokenize(prompt);
  const length = Math.max(...prompts.map(({ ids }) => ids.length));
  return new CapturePreview(
    sizesOf(model, capturedSites(model, capture), prompts.length, length),
  );
}

/** What sites hold for so many prompts of so many columns. */
export function sizesOf(
  model: Transformer,
  sites: readonly Site[],
  batch: number,
  columns: number,
): CapturePreview["sites"] {
  return sites.map((site) => {
    const shape = model.shapeOf(site, batch, columns);
    return { site, shape, bytes: 4 * shape.reduce((product, size) => product * size, 1) };
  });
}

/** The sites of a capture, each once, in the order of the forward pass. */
export function capturedSites(
  model: Transformer,
  capture: readonly (SitePattern | string)[],
): Site[] {
  if (capture.length === 0) return [];
  const wanted = new Set(capture.flatMap((pattern) => model.match(pattern, "capture")));
  return model.match("*").filter((site) => wanted.has(site));
}
