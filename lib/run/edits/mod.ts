/**
 * The kinds of edits, one a file.
 *
 * @module
 */

import type { EditKind } from "../edit_kind.ts";
import { addKind } from "./add.ts";
import { applyKind } from "./apply.ts";
import { freezeKind } from "./freeze.ts";
import { knockoutKind } from "./knockout.ts";
import { meanKind } from "./mean.ts";
import { noiseKind } from "./noise.ts";
import { projectKind } from "./project.ts";
import { replaceKind } from "./replace.ts";
import { resampleKind } from "./resample.ts";
import { scaleKind } from "./scale.ts";
import { spliceKind } from "./splice.ts";
import { swapSubspaceKind } from "./swap_subspace.ts";
import { zeroKind } from "./zero.ts";

/** All kinds by name. */
export const editKinds: Readonly<Record<string, EditKind<never>>> = {
  zero: zeroKind,
  mean: meanKind,
  resample: resampleKind,
  replace: replaceKind,
  add: addKind,
  scale: scaleKind,
  noise: noiseKind,
  project: projectKind,
  swapSubspace: swapSubspaceKind,
  knockout: knockoutKind,
  freeze: freezeKind,
  splice: spliceKind,
  apply: applyKind,
};

export { add, type AddEdit } from "./add.ts";
export { apply, type ApplyEdit } from "./apply.ts";
export { freeze, type FreezeEdit } from "./freeze.ts";
export { knockout, type KnockoutEdit, type KnockoutSite } from "./knockout.ts";
export { mean, type MeanEdit } from "./mean.ts";
export { noise, type NoiseEdit } from "./noise.ts";
export { project, type ProjectEdit } from "./project.ts";
export { replace, type ReplaceEdit } from "./replace.ts";
export { resample, type ResampleEdit } from "./resample.ts";
export { scale, type ScaleEdit } from "./scale.ts";
export {
  type Coder,
  type FeatureEdit,
  splice,
  type SpliceEdit,
  type SpliceOptions,
} from "./splice.ts";
export { swapSubspace, type SwapSubspaceEdit } from "./swap_subspace.ts";
export { zero, type ZeroEdit } from "./zero.ts";
