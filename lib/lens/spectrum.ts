/**
 * A spectrum of the stream's directions, cut into bands.
 *
 * @module
 */

import { type Edit, project, type SiteName, sourceOf, type Where } from "../run/mod.ts";
import { type Chart, display, formatNumber, inspect, lines } from "../show/mod.ts";
import { tf } from "../tensor/mod.ts";
import type { Gains } from "./vocabulary_basis.ts";

/** The matrix that a spectrum is of. */
export type SpectralBasis = "W_U" | "W_E";

/** The parts of a {@linkcode Spectrum}. */
export interface SpectrumFacts {
  /** The model, by name. */
  readonly model: string;
  /** The matrix. */
  readonly of: SpectralBasis;
  /** Whether the last norm's gain is counted in. */
  readonly gains: Gains;
  /** The width of the stream. */
  readonly width: number;
  /** Into how many bands the directions are cut. */
  readonly bands: number;
  /** The singular values, descending, `[width]`. */
  readonly values: Float64Array;
  /** The singular vectors that live in the stream, one a row, `[direction, width]`. */
  readonly vectors: Float64Array;
}

/** One band. */
export interface SpectralBand {
  /** Its number, 0 for that of the greatest singular values. */
  readonly band: number;
  /** Its first direction. */
  readonly from: number;
  /** The direction after its last. */
  readonly to: number;
  /** Its greatest singular value. */
  readonly greatest: number;
  /** Its least singular value. */
  readonly least: number;
}

/** How much of a vector lies in a band. */
export interface BandPart {
  /** The band. */
  readonly band: number;
  /** The length of the vector's part in it. */
  readonly length: number;
  /** Its square's share of the vector's; the band's share of directions where the vector has no bent. */
  readonly share: number;
  /** The length of what W_U makes of the part, over the whole vocabulary; of a spectrum of W_E what lies along all embeddings. */
  readonly logits: number;
}

/** The singular directions of W_U or W_E that live in the stream, in bands from the brightest to the darkest. */
export class Spectrum implements SpectrumFacts {
  /** The model, by name. */
  readonly model: string;
  /** The matrix. */
  readonly of: SpectralBasis;
  /** Whether the last norm's gain is counted in. */
  readonly gains: Gains;
  /** The width of the stream. */
  readonly width: number;
  /** Into how many bands the directions are cut. */
  readonly bands: number;
  /** The singular values. */
  readonly values: Float64Array;
  /** The singular vectors. */
  readonly vectors: Float64Array;

  /** Holds the parts. */
  constructor(facts: SpectrumFacts) {
    this.model = facts.model;
    this.of = facts.of;
    this.gains = facts.gains;
    this.width = facts.width;
    this.bands = facts.bands;
    this.values = facts.values;
    this.vectors = facts.vectors;
  }

  /**
   * A band; negative ones count from the darkest. Where the width is no multiple of their number, the first bands have one
   * direction more.
   *
   * @throws {RangeError} If there is no such band.
   */
  band(index: number): SpectralBand {
    const band = index < 0 ? this.bands + index : index;
    if (!Number.isInteger(band) || band < 0 || band >= this.bands) {
      throw new RangeError(
        `Cannot pick band ${index} as it must be from ${-this.bands} to ${this.bands - 1}`,
      );
    }
    const even = Math.floor(this.width / this.bands), more = this.width % this.bands;
    const from = band * even + Math.min(band, more), to = from + even + (band < more ? 1 : 0);
    return { band, from, to, greatest: this.values[from]!, least: this.values[to - 1]! };
  }

  /**
   * The directions of some bands, orthonormal, `[direction][width]`.
   *
   * @throws {RangeError} If there is no such band, or none is asked for.
   */
  directions(bands: readonly number[]): number[][] {
    const picked = [...new Set(bands.map((band) => this.band(band).band))].sort((a, b) => a - b);
    if (picked.length === 0) {
      throw new RangeError(
        "Cannot give directions as at least one band must be asked for: there is none",
      );
    }
    return picked.flatMap((band) => {
      const { from, to } = this.band(band);
      return Array.from({ length: to - from }, (_, i) => this.#vector(from + i));
    });
  }

  /**
   * An edit that takes bands out of a site, `x · (I − Σ Φ)`. The first token of a prompt is often a sink whose state lies in
   * dark bands: leave it out by `{ positions: { from: 1 } }`, or the sink itself is destroyed.
   */
  suppress(bands: readonly number[], at: SiteName, where: Where = {}): Edit {
    return project(at, this.directions(bands), { mode: "remove", ...where });
  }

  /** An edit that leaves bands alone in a site, `x · Σ Φ`. */
  keep(bands: readonly number[], at: SiteName, where: Where = {}): Edit {
    return project(at, this.directions(bands), { mode: "keep", ...where });
  }

  /**
   * The part of vectors in some bands, `x · Σ Φ`.
   *
   * @param rows `[..., width]`.
   * @returns `[..., width]`, the caller's to free.
   */
  filter(rows: tf.Tensor, bands: readonly number[]): tf.Tensor {
    this.#checkWidth(rows.shape.at(-1));
    return tf.tidy(() => {
      const basis = tf.tensor2d(this.directions(bands));
      const flat = rows.reshape<tf.Tensor2D>([-1, this.width]);
      return tf.matMul(tf.matMul(flat, basis, false, true), basis).reshape(rows.shape);
    });
  }

  /**
   * How much of a vector of the stream lies in each band, and how much of that reaches the logits.
   *
   * @param vector `[width]`, such as a state or what a component wrote.
   * @throws {TypeError} If it has another width.
   */
  parts(vector: ArrayLike<number>): BandPart[] {
    this.#checkWidth(vector.length);
    const along = Float64Array.from({ length: this.width }, (_, direction) => {
      let sum = 0;
      const start = direction * this.width;
      for (let i = 0; i < this.width; i++) sum += vector[i]! * this.vectors[start + i]!;
      return sum;
    });
    const whole = along.reduce((sum, x) => sum + x * x, 0);
    return Array.from({ length: this.bands }, (_, band) => {
      const { from, to } = this.band(band);
      let length = 0, logits = 0;
      for (let i = from; i < to; i++) {
        length += along[i]! ** 2;
        logits += (along[i]! * this.values[i]!) ** 2;
      }
      return { band, length: Math.sqrt(length), share: length / whole, logits: Math.sqrt(logits) };
    });
  }

  /** Draws the singular values, from the brightest direction to the darkest, and where the dark band begins. */
  [display](): Promise<Chart> {
    const dark = this.band(-1);
    // A direction that is dark for certain has no place on a logarithmic axis: NaN is a gap.
    const least = this.values[0]! * 1e-7;
    return lines({
      title: `Spectrum of ${this.of} of ${this.model}`,
      x: { name: "direction" },
      y: { name: "singular value", scale: "log" },
      series: [{ name: this.of, y: this.values.map((value) => value > least ? value : NaN) }],
      caption: `${
        sourceOf(this, this.model)
      } · ${this.bands} bands, the darkest from direction ${dark.from} on; gains ${
        this.gains === "folded" ? "counted in" : "left out"
      }`,
    });
  }

  /** Shows the bands in a terminal. */
  [inspect](): string {
    const last = this.values.at(-1)!;
    return `Spectrum of ${this.of} of ${this.model}: ${this.bands} bands, singular values from ${
      formatNumber(this.values[0]!)
    } to ${formatNumber(last)}`;
  }

  /** The singular values and bands as plain data, without the vectors. */
  toJSON(): Omit<SpectrumFacts, "vectors" | "values"> & { values: number[] } {
    const { model, of, gains, width, bands } = this;
    return { model, of, gains, width, bands, values: [...this.values] };
  }

  #vector(direction: number): number[] {
    return [...this.vectors.subarray(direction * this.width, (direction + 1) * this.width)];
  }

  #checkWidth(width: number | undefined): void {
    if (width === this.width) return;
    throw new TypeError(
      `Cannot read bands of a vector as its width must be ${this.width}, that of ${this.model}: it is ${width}`,
    );
  }
}
