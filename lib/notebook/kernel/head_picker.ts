/**
 * Heads of a model, picked by hand.
 *
 * @module
 */

import { refuseUnknownOptions } from "../../show/mod.ts";
import type { Control } from "./control.ts";

/** A head by its place. */
export interface PickedHead {
  /** Its layer, from 0. */
  readonly layer: number;
  /** Its number in the layer, from 0. */
  readonly head: number;
}

/** How to make a head picker. */
export interface HeadPickerOptions {
  /** The heads that are picked at first; none by default. */
  readonly value?: readonly PickedHead[];
  /** Whether several heads can be picked at once; they can by default. */
  readonly several?: boolean;
  /** What is written beside it; its name by default. */
  readonly label?: string;
}

/**
 * Makes a head picker for a live view: a grid of layers by heads, each of which is picked and let go by a click or the
 * space bar.
 *
 * @param size How many layers there are, and how many heads each has; a model's `architecture` says both.
 * @param options The heads that are picked at first, its label.
 * @returns The control; its value is the heads, sorted by layer and head.
 * @throws {RangeError} If there is no such head.
 *
 * @example Usage
 * ```ts
 * import { headPicker } from "@innerworks/innerworks";
 *
 * const picker = headPicker({ layers: 4, heads: 8 }, { value: [{ layer: 3, head: 5 }] });
 * console.log(picker.describe(picker.value)); // L3H5
 * ```
 */
export function headPicker(
  size: { readonly layers: number; readonly heads: number },
  options: HeadPickerOptions = {},
): Control<readonly PickedHead[]> {
  refuseUnknownOptions("make a head picker", options, ["value", "several", "label"]);
  const { layers, heads } = size, { value = [], several = true, label } = options;
  const read = (given: unknown): readonly PickedHead[] => {
    if (!Array.isArray(given) || (!several && given.length > 1)) {
      const what = several ? "a list of heads" : "a list of at most one head";
      throw new TypeError(`Cannot pick heads as they must be ${what}: current value is ${given}`);
    }
    const picked = given.map((each: Partial<PickedHead> | null) => {
      const layer = inside(each?.layer, layers, "layer");
      return { layer, head: inside(each?.head, heads, "head") };
    });
    const byPlace = new Map(picked.map((each) => [each.layer * heads + each.head, each]));
    return [...byPlace].sort(([a], [b]) => a - b).map(([, each]) => each);
  };
  return {
    spec: { kind: "heads", layers, heads, several },
    label,
    value: read(value),
    read,
    describe: (given) => given.map(({ layer, head }) => `L${layer}H${head}`).join(", ") || "none",
  };
}

function inside(index: unknown, count: number, name: string): number {
  if (typeof index === "number" && Number.isInteger(index) && index >= 0 && index < count) {
    return index;
  }
  throw new RangeError(
    `Cannot pick a head as its ${name} must be from 0 to ${count - 1}: current value is ${index}`,
  );
}
