/**
 * Splicing: a part of the model is written in the features of a coder, such as a sparse autoencoder, and read back.
 *
 * Bricken et al., "Towards Monosemanticity", 2023; Marks et al., "Sparse Feature Circuits", 2024,
 * https://arxiv.org/abs/2403.19647, who add the error back.
 *
 * @module
 */

import type { tf } from "../../tensor/mod.ts";
import { type Edit, editText, type SiteName, type Where } from "../edit.ts";
import type { EditKind, EditPlace } from "../edit_kind.ts";
import { checkCall, checkDefined, givenText } from "../edit_where.ts";
import { changePart, type Piece, type Reach, reachOf } from "../selection.ts";
import { checkValue, fitted, type GivenValue } from "../value.ts";
import { plainWindow } from "../window.ts";
import { type AddEdit, addKind } from "./add.ts";
import { type ApplyEdit, applyKind, returned } from "./apply.ts";
import { type ReplaceEdit, replaceKind } from "./replace.ts";
import { type ScaleEdit, scaleKind } from "./scale.ts";
import { type ZeroEdit, zeroKind } from "./zero.ts";

/** Anything that writes vectors as features, and reads them back. */
export interface Coder {
  /** Turns vectors `[row, width]` into features `[row, feature]`. */
  encode(x: tf.Tensor2D): tf.Tensor;
  /** Turns features `[row, feature]` into vectors `[row, width]`. */
  decode(features: tf.Tensor2D): tf.Tensor;
}

/** An edit of features; its site is the word `features`, and it says which by `features`. */
export type FeatureEdit = (ZeroEdit | ScaleEdit | AddEdit | ReplaceEdit | ApplyEdit) & {
  /** The site: `features`. */
  readonly at: string;
};

/** Puts what a coder makes of the part. */
export interface SpliceEdit extends Where {
  /** What is done. */
  readonly kind: "splice";
  /** The site. */
  readonly at: SiteName;
  /** What encodes and decodes. */
  readonly coder: Coder;
  /** Whether what the coder loses of the unchanged part is added back. */
  readonly error: boolean;
  /** What is changed between encoding and decoding. */
  readonly edits: readonly FeatureEdit[];
}

/** Options of {@linkcode splice}. */
export interface SpliceOptions extends Where {
  /** Whether what the coder loses is added back, so that without edits nothing changes. @default {false} */
  readonly error?: boolean;
  /** Edits at the site `features`: zero, scale, add, replace or apply. @default {none} */
  readonly edits?: readonly FeatureEdit[];
}

/**
 * Makes an edit that encodes a part, edits the features, and decodes them again.
 *
 * @param at The site, or a pattern with `*` for several; the coder reads its last axis.
 * @param coder Anything with `encode` and `decode` on tensors of rows; it must be synchronous.
 * @param options Whether the error is added back, the edits of features, and which part of the site.
 * @throws {TypeError} If where is no object, or something follows it.
 *
 * @example
 * ```ts
 * import { load, run, splice, tf, zero } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const halves = { encode: (x: tf.Tensor2D) => x.mul(0.5), decode: (f: tf.Tensor2D) => f.mul(2) };
 * const edits = [splice("blocks.1.resid_post", halves, { edits: [zero("features", { features: 3 })] })];
 * await run(model, "The capital of Poland is", { edits });
 * ```
 */
export function splice(at: SiteName, coder: Coder, options: SpliceOptions = {}): SpliceEdit {
  checkCall({ kind: "splice", at, given: arguments, before: 2, example: "{ error: true }" });
  const { error = false, edits = [], ...where } = options;
  return { kind: "splice", at, coder, error, edits, ...where };
}

const KINDS: Readonly<Record<string, EditKind<never>>> = {
  zero: zeroKind,
  scale: scaleKind,
  add: addKind,
  replace: replaceKind,
  apply: applyKind,
};

/** How a coder is spliced in. */
export const spliceKind: EditKind<SpliceEdit> = {
  fields: { coder: "needed", error: "needed", edits: "needed" },
  without: { neurons: "a coder reads whole vectors" },
  check(edit) {
    const what = `Cannot ${editText(edit)} as`, { coder, error, edits } = edit;
    for (const name of ["encode", "decode"] as const) {
      if (typeof coder[name] === "function") continue;
      throw new TypeError(
        `${what} its coder must have ${name}(): what it has there is ${givenText(coder[name])}`,
      );
    }
    if (typeof error !== "boolean") {
      throw new TypeError(
        `${what} error must be true or false: current value is ${givenText(error)}`,
      );
    }
    if (!Array.isArray(edits)) {
      throw new TypeError(`${what} edits must be a list: current value is ${givenText(edits)}`);
    }
    edits.forEach(checkInner);
  },
  admit({ coder: _ }, { axes, reach }) {
    if (axes.at(-1) !== "key" && axes.at(-1) !== "one") return;
    throw new TypeError(
      `Cannot ${reach.purpose} as a coder reads vectors: the site's axes are ${axes.join(", ")}`,
    );
  },
  change(edit, part, place) {
    const width = part.shape.at(-1)!, flat = part.reshape([-1, width]) as tf.Tensor2D;
    const rows = flat.shape[0], what = editText(edit);
    const encoded: unknown = edit.coder.encode(flat);
    const count = (encoded as tf.Tensor)?.shape?.[1] ?? 0;
    const features = returned(`${what} as encode()`, encoded, [rows, count]);
    const decode = (x: tf.Tensor) =>
      returned(`${what} as decode()`, edit.coder.decode(x as tf.Tensor2D), [rows, width]);
    const changed = edit.edits.reduce<tf.Tensor>(
      (features, inner) => changedFeatures(inner, features, place, what),
      features,
    );
    const written = decode(changed);
    if (!edit.error) return written.reshape(part.shape);
    // What the coder says of the change alone is added, so that without a change the part stays as it is, to the bit.
    if (changed === features) return part;
    return part.add(written.sub(decode(features)).reshape(part.shape));
  },
};

/** Refuses an edit of features that is of another kind, at another site, or says more than which features. */
function checkInner(edit: FeatureEdit): void {
  const kind = KINDS[edit?.kind];
  if (!kind) {
    throw new TypeError(
      `Cannot edit features as the kind must be one of ${
        Object.keys(KINDS).join(", ")
      }: current value is ${edit?.kind}`,
    );
  }
  const text = editText(edit as Edit);
  if (edit.at !== "features") {
    throw new RangeError(
      `Cannot ${text} within a splice as the site must be "features": current value is ${
        JSON.stringify(edit.at)
      }`,
    );
  }
  const known = ["kind", "at", "features", ...Object.keys(kind.fields)];
  const strange = Object.keys(edit).find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new TypeError(
      `Cannot ${text} within a splice as it says where by features alone: it has ${strange}`,
    );
  }
  checkDefined(edit, `Cannot ${text} within a splice as`);
  kind.check?.(edit as never);
}

/** Makes an edit of features `[row, feature]`. */
function changedFeatures(
  edit: FeatureEdit,
  features: tf.Tensor,
  place: EditPlace,
  what: string,
): tf.Tensor {
  const [rows, count] = features.shape as [number, number], axes = ["position", "feature"];
  const purpose = `${what}: ${editText(edit as Edit)}`,
    window = plainWindow(1, rows),
    mode = { generates: false };
  const shape = [rows, count];
  const reach: Reach = reachOf(
    purpose,
    edit.features === undefined ? {} : { features: edit.features },
    { axes, shape },
    { window, mode },
  );
  const indices = [null, reach.indices[1]!], size = indices[1]?.length ?? count;
  const all = Array.from({ length: rows }, (_, i) => i);
  const piece: Piece = {
    indices,
    shape: [rows, size],
    examples: [0],
    columns: all,
    places: all,
    keys: [],
    keyPlaces: [],
  };
  const fit = { reach, shape, columns: rows };
  return changePart(features, piece, (part) =>
    KINDS[edit.kind]!.change(edit as never, part, {
      ...place,
      reach,
      axes,
      piece,
      whole: features,
      value: (name) => {
        const value = (edit as AddEdit)[name as "value"] as GivenValue;
        checkValue(value, fit);
        return fitted(value, fit, piece);
      },
    }));
}
