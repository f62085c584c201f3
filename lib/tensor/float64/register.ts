/**
 * Makes the float64 backend known to tfjs.
 *
 * @module
 */

import { nativeKernels, registerKernels } from "../native/register.ts";
import { keepDoubles } from "../doubles.ts";
import * as tf from "../tfjs.ts";
import { alongAxisKernels } from "./along_axis.ts";
import { arrangeKernels } from "./arrange.ts";
import { Float64Backend } from "./backend.ts";
import { makeKernels } from "./make.ts";
import { wholeNormKernels } from "./norm.ts";
import { placeKernels } from "./places.ts";
import { pointwiseKernels } from "./pointwise.ts";

/**
 * Registers the backend "float64" with the kernels of the native backend and those that it leaves to
 * tfjs; a kernel that neither has throws for floats.
 */
export function registerFloat64(): void {
  registerKernels("float64", {
    ...nativeKernels(),
    ...pointwiseKernels(),
    ...arrangeKernels(),
    ...alongAxisKernels(),
    ...makeKernels(),
    ...placeKernels(),
    ...wholeNormKernels(),
  });
  keepDoubles();
  tf.registerBackend("float64", () => new Float64Backend(), 0);
}
