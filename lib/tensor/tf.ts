/**
 * The tensor and gradient API of the whole library: tfjs, but for the functions through which numbers
 * come in.
 *
 * @module
 */

export * from "./tfjs.ts";
export {
  add,
  atan2,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  minimum,
  mod,
  mul,
  notEqual,
  pow,
  scalar,
  squaredDifference,
  sub,
  tensor,
  tensor1d,
  tensor2d,
  tensor3d,
  tensor4d,
  tensor5d,
  tensor6d,
  where,
} from "./doubles.ts";
