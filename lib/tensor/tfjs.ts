/**
 * The tensor and gradient API of the whole library: `@tensorflow/tfjs`, at one version, from one file.
 *
 * @module
 */

export * from "npm:@tensorflow/tfjs@4.22.0";
