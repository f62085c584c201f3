/**
 * Eigenvalues of the circuits of all heads, and their scores.
 *
 * @module
 */

import { codeOf, sourceOf } from "../run/mod.ts";
import { all, display, type Document, heatMap, inspect, scatter, table } from "../show/mod.ts";
import type { EigenvalueCircuit } from "./eigenvalue_scores.ts";
import { headText } from "./head_place.ts";
import type {
  ComplexNumbers,
  EigenvalueBaseline,
  EigenvalueSummaries,
  RandomScore,
} from "./random_eigenvalues.ts";

/** The eigenvalues of one circuit of all heads. */
export interface ScoredCircuit extends EigenvalueSummaries {
  /** Which circuit. */
  readonly circuit: EigenvalueCircuit;
  /** The copying score of each head, `[layer, head]`. */
  readonly copying: Float64Array;
  /** The share of eigenvalues with a positive real part, `[layer, head]`. */
  readonly positive: Float64Array;
  /** The eigenvalues, `[layer, head, rank]`, those of greatest modulus first. */
  readonly eigenvalues: ComplexNumbers;
  /** How many a head has, beside zeros. */
  readonly rank: number;
  /** What random heads score. */
  readonly baseline: EigenvalueBaseline;
}

/** What scores were taken of. */
export interface EigenvalueFacts {
  /** The model, by name. */
  readonly model: string;
  /** The number of its layers. */
  readonly layers: number;
  /** The number of heads of a layer. */
  readonly heads: number;
  /** The width of a head. */
  readonly headWidth: number;
  /** The offset of QK circuits; null where none was given. */
  readonly offset: number | null;
}

const SPACE: Readonly<Record<EigenvalueCircuit, string>> = {
  OV: "OV in the space of the stream",
  QK: "QK in the space of the stream",
  fullOV: "W_E · OV · W_U in the space of tokens",
  fullQK: "W_E · QK · W_Eᵀ in the space of tokens",
};

/** The eigenvalues of circuits of all heads, with their scores and what random heads score. */
export class EigenvalueScores implements EigenvalueFacts {
  /** The model, by name. */
  readonly model: string;
  /** The number of its layers. */
  readonly layers: number;
  /** The number of heads of a layer. */
  readonly heads: number;
  /** The width of a head. */
  readonly headWidth: number;
  /** The offset of QK circuits; null where none was given. */
  readonly offset: number | null;
  /** The circuits. */
  readonly circuits: readonly ScoredCircuit[];

  /** Holds scores. */
  constructor(facts: EigenvalueFacts, circuits: readonly ScoredCircuit[]) {
    this.model = facts.model;
    this.layers = facts.layers;
    this.heads = facts.heads;
    this.headWidth = facts.headWidth;
    this.offset = facts.offset;
    this.circuits = circuits;
  }

  /**
   * The eigenvalues and scores of one circuit.
   *
   * @throws {RangeError} If it was not scored.
   */
  of(circuit: EigenvalueCircuit): ScoredCircuit {
    const found = this.circuits.find((one) => one.circuit === circuit);
    if (found) return found;
    throw new RangeError(
      `Cannot read scores of ${
        JSON.stringify(circuit)
      } as the circuit must be among those that were scored: ${
        this.circuits.map(({ circuit }) => circuit).join(", ")
      }`,
    );
  }

  /** Draws for each circuit a map of the scores, and the eigenvalues of the head of greatest score in the complex plane. */
  async [display](): Promise<Document> {
    return await all(this.circuits.flatMap((circuit) => [
      this.#map(circuit),
      this.#table(circuit),
      this.#plane(circuit),
    ]))[display]();
  }

  /** Shows the scores in a terminal. */
  [inspect](): string {
    return this.circuits.map((circuit) => this.#table(circuit)["text/plain"]).join("\n\n");
  }

  /** The numbers as plain data; null for what is undefined. */
  toJSON(): EigenvalueFacts & { readonly circuits: readonly object[] } {
    const { model, layers, heads, headWidth, offset } = this;
    const plain = (values: Float64Array) => Array.from(values, (x) => x === x ? x : null);
    return {
      model,
      layers,
      heads,
      headWidth,
      offset,
      circuits: this.circuits.map((
        { circuit, copying, positive, eigenvalues, rank, baseline },
      ) => ({
        circuit,
        copying: plain(copying),
        positive: plain(positive),
        real: [...eigenvalues.real],
        imaginary: [...eigenvalues.imaginary],
        rank,
        baseline,
      })),
    };
  }

  #caption({ circuit, baseline: { copying, samples } }: ScoredCircuit): string {
    return [
      sourceOf(this, this.model),
      `random heads: ${said(copying)} (${samples} drawn)`,
      ...circuit.endsWith("QK") && this.offset !== null
        ? [`the key ${this.offset} before the query`]
        : [],
    ].join(" · ");
  }

  #map(circuit: ScoredCircuit) {
    const labels = (count: number) => Array.from({ length: count }, (_, i) => String(i));
    return heatMap({
      values: circuit.copying,
      rows: { name: "layer", labels: labels(this.layers) },
      columns: { name: "head", labels: labels(this.heads) },
      label: "copying score",
      scale: "diverging",
      domain: [-1, 1],
      title: `Copying scores of ${this.model}: ${SPACE[circuit.circuit]}`,
      ...codeOf(this, `.of("${circuit.circuit}").copying[{row} * ${this.heads} + {column}]`),
      caption: this.#caption(circuit),
    });
  }

  #table(circuit: ScoredCircuit) {
    const { copying, positive, baseline } = circuit;
    const order = [...copying.keys()].filter((i) => copying[i]! === copying[i]!)
      .sort((a, b) => copying[b]! - copying[a]!);
    const shown = order.length > 12 ? [...order.slice(0, 6), ...order.slice(-6)] : order;
    return table({
      title: `Greatest and least copying scores of ${this.model}: ${SPACE[circuit.circuit]}`,
      columns: [
        { name: "head" },
        { name: "Σλ / Σ|λ|" },
        { name: "share with Re λ > 0" },
        { name: "beyond random heads" },
      ],
      rows: [
        ...shown.map((i) => [
          this.#head(i),
          copying[i]!,
          positive[i]!,
          beyond(copying[i]!, baseline.copying),
        ]),
        ["random heads", baseline.copying.mean, baseline.positive.mean, "the baseline"],
      ],
      caption: `${this.#caption(circuit)}; share with Re λ > 0: ${said(baseline.positive)}`,
    });
  }

  #plane(circuit: ScoredCircuit) {
    const { copying, eigenvalues: { real, imaginary }, rank } = circuit;
    const sizes = copying.map((x) => x === x ? Math.abs(x) : -1);
    const head = sizes.indexOf(Math.max(...sizes));
    return scatter({
      points: Array.from({ length: rank }, (_, i) => ({
        x: real[head * rank + i]!,
        y: imaginary[head * rank + i]!,
        label: `eigenvalue ${i}`,
      })),
      x: { name: "real part" },
      y: { name: "imaginary part" },
      equal: true,
      references: [{ label: "0", x: 0 }],
      title: `Eigenvalues of head ${this.#head(head)}, of the most extreme score: ${
        SPACE[circuit.circuit]
      }`,
      caption: `copying score ${copying[head]!.toFixed(3)} · ${this.#caption(circuit)}`,
    });
  }

  #head(index: number): string {
    return headText({ layer: Math.floor(index / this.heads), head: index % this.heads });
  }
}

const said = ({ mean, range: [low, high] }: RandomScore) =>
  `mean ${mean.toFixed(3)}, 95 % from ${low.toFixed(3)} to ${high.toFixed(3)}`;

function beyond(score: number, { range: [low, high] }: RandomScore): string {
  return score > high ? "above" : score < low ? "below" : "within";
}
