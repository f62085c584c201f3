/**
 * Whether what must hold between the sites of a model does hold.
 *
 * @module
 */

import { sourceOf, withOrigin } from "./origin.ts";
import { exactMechanisms, type Law, laws, type Mechanisms } from "../model/mod.ts";
import type { Observer, Prompt, Site, Transformer } from "../model/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  refuseUnknownOptions,
  table,
} from "../show/mod.ts";
import { inSlices, readNumbers, tf } from "../tensor/mod.ts";
import { checkModel } from "./check_model.ts";
import { layOut } from "./layout.ts";

/** Options for {@linkcode checkLaws}. */
export interface CheckLawsOptions {
  /** How far the two sides may be apart, relative to the greatest number of the right one, or to 1 where that is less. @default {1e-4} */
  readonly tolerance?: number;
  /** What the blocks compute with, to see whether others obey. @default {the exact ones} */
  readonly mechanisms?: Mechanisms;
  /** Stops the check. */
  readonly signal?: AbortSignal;
}

/** One law, checked. */
export interface CheckedLaw {
  /** What must be equal. */
  readonly name: string;
  /** In how many places it was checked: blocks, or once for the whole model. */
  readonly places: number;
  /** How far the two sides are apart at most, relative to the greatest number of the right one, or to 1 where that is less. */
  readonly residual: number;
  /** The block where they are; null for laws of the whole model. */
  readonly layer: number | null;
  /** Whether the residual is within the tolerance. */
  readonly holds: boolean;
}

/** The laws of a model, checked on a run, with their residuals. */
export class LawReport {
  /** The name of the model. */
  readonly model: string;
  /** How far the two sides might be apart. */
  readonly tolerance: number;
  /** Each law that is one of this model. */
  readonly laws: readonly CheckedLaw[];

  /** Takes over what was checked; `checkLaws` makes it. */
  constructor(model: string, tolerance: number, laws: readonly CheckedLaw[]) {
    this.model = model;
    this.tolerance = tolerance;
    this.laws = laws;
  }

  /** Whether every law holds. */
  get holds(): boolean {
    return this.laws.every(({ holds }) => holds);
  }

  /** The greatest residual of all. */
  get residual(): number {
    return this.laws.reduce((most, { residual }) => residual > most ? residual : most, 0);
  }

  /** Draws a table of the laws, those that are broken first. */
  [display](): Document {
    const broken = this.laws.filter(({ holds }) => !holds);
    const rows = [...broken, ...this.laws.filter(({ holds }) => holds)];
    return table({
      title: broken.length === 0
        ? `${this.laws.length} laws hold for ${this.model}`
        : `${broken.length} of ${this.laws.length} laws are broken for ${this.model}`,
      columns: [
        { name: "law" },
        { name: "holds" },
        { name: "residual" },
        { name: "block" },
        { name: "places" },
      ],
      rows: rows.map(({ name, holds, residual, layer, places }) => [
        name,
        holds ? "yes" : "NO",
        residual,
        layer === null ? "" : String(layer),
        places,
      ]),
      caption: `${
        sourceOf(this, this.model)
      } · relative to the greatest number, or to 1; tolerance ${this.tolerance}`,
    });
  }

  /** Shows the table in a terminal. */
  [Symbol.for("Deno.customInspect")](): string {
    return this[display]()["text/plain"];
  }

  /** Describes what was checked. */
  toJSON(): { model: string; tolerance: number; holds: boolean; laws: readonly CheckedLaw[] } {
    const { model, tolerance, holds, laws } = this;
    return { model, tolerance, holds, laws };
  }
}

/**
 * Runs a model and checks every law that its mechanisms declare: what blocks write adds up to the stream, heads to what
 * attention writes, rows of patterns to 1, logits are read off the last stream, and so on. Laws are recomputed from sites and
 * weights by plain operations, so that a wrong kernel, a misread weight and a wrong site break one.
 *
 * @param model The model.
 * @param prompt One prompt, or several of one length.
 * @param options How exact the laws must be, and a signal that stops the work.
 * @returns The laws with their residuals, which draw themselves as a table.
 * @throws {RangeError} If the prompts differ in length.
 *
 * @example
 * ```ts
 * import { checkLaws, load } from "@innerworks/innerworks";
 *
 * const report = await checkLaws(await load("seedling"), "When Mary and John went to the store");
 * if (!report.holds) throw new Error(String(report.residual));
 * ```
 */
export function checkLaws(
  model: Transformer,
  prompt: Prompt,
  options: CheckLawsOptions = {},
): DrawnPromise<LawReport> {
  return drawn(() => checked(model, prompt, options));
}

async function checked(
  model: Transformer,
  prompt: Prompt,
  options: CheckLawsOptions,
): Promise<LawReport> {
  checkModel(model, "check laws");
  refuseUnknownOptions("check laws", options, ["tolerance", "mechanisms", "signal"]);
  const { tolerance = 1e-4, mechanisms = exactMechanisms, signal } = options;
  if (!(tolerance > 0)) {
    throw new RangeError(
      `Cannot check laws as the tolerance must be a positive number: current value is ${tolerance}`,
    );
  }
  const prompts = model.tokenize(prompt), { pass } = layOut(prompts);
  if (pass.lengths) {
    throw new RangeError(
      `Cannot check laws as prompts must be of one length: current value is ${
        pass.lengths.join(", ")
      }`,
    );
  }
  signal?.throwIfAborted();
  const values = new Map<Site, tf.Tensor>();
  try {
    const logits = await inSlices(model.forward({ ...pass, mechanisms }, keeper(values)), signal);
    logits.dispose();
    const checked = await inSlices(check({ model, ids: pass.ids, values, tolerance }), signal);
    return withOrigin(new LawReport(model.provenance.name, tolerance, checked), model, {
      name: "checkLaws",
      given: { prompt: prompts, options },
      prompts,
    });
  } finally {
    tf.dispose([...values.values()]);
  }
}

/** Keeps the value of every site. */
function keeper(values: Map<Site, tf.Tensor>): Observer {
  return {
    watches: () => true,
    change: (_, value) => value,
    keep: (site, value) => values.set(site, tf.keep(value.clone())),
  };
}

/** A run whose laws are checked. */
interface Checked {
  readonly model: Transformer;
  readonly ids: readonly (readonly number[])[];
  readonly values: ReadonlyMap<Site, tf.Tensor>;
  readonly tolerance: number;
}

function* check(run: Checked): Generator<void, CheckedLaw[]> {
  const { architecture } = run.model, checked: CheckedLaw[] = [];
  for (const law of laws) {
    const layers = law.scope === "model" ? 1 : architecture.layers;
    let places = 0, residual = 0, worst = 0;
    for (let layer = 0; layer < layers; layer++) {
      if (law.applies && !law.applies(architecture, layer)) continue;
      places++;
      const own = residualOf(law, run, layer);
      if (!(own <= residual)) [residual, worst] = [own, layer];
      yield;
    }
    if (places === 0) continue;
    const layer = law.scope === "model" ? null : worst;
    checked.push({ name: law.name, places, residual, layer, holds: residual <= run.tolerance });
  }
  return checked;
}

/** How far the two sides of a law are apart in one place. */
function residualOf(law: Law, { model, ids, values }: Checked, layer: number): number {
  const [left, right] = sidesOf(law, { model, ids, values }, layer);
  if (left.length !== right.length) return Infinity;
  let gap = 0, greatest = 1;
  for (let i = 0; i < left.length; i++) {
    // Two infinities of one sign, or two NaNs, are equal.
    if (Object.is(left[i], right[i])) continue;
    const distance = Math.abs(left[i]! - right[i]!);
    gap = distance <= gap ? gap : distance;
  }
  for (let i = 0; i < right.length; i++) {
    if (Number.isFinite(right[i])) greatest = Math.max(greatest, Math.abs(right[i]!));
  }
  return gap / greatest;
}

/** The numbers of the two sides. */
function sidesOf(
  law: Law,
  { model, ids, values }: Pick<Checked, "model" | "ids" | "values">,
  layer: number,
): [left: ArrayLike<number>, right: ArrayLike<number>] {
  const sides = tf.tidy(() => {
    const [left, right] = law.sides({
      architecture: model.architecture,
      layer,
      ids,
      at: (site) => values.get(`blocks.${layer}.${site}`)!,
      of: (site) => values.get(site)!,
      own: (name) => model.weight(`blocks.${layer}.${name}`).tensor(),
      weight: (name) => model.weight(name).tensor(),
    });
    // Sites stay the run's.
    return { left: left.clone(), right: right.clone() };
  });
  try {
    return [readNumbers(sides.left).slice(), readNumbers(sides.right).slice()];
  } finally {
    tf.dispose([sides.left, sides.right]);
  }
}
