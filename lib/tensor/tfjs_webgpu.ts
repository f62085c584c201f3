/**
 * The webgpu backend of tfjs, loaded when it is first needed.
 *
 * @module
 */

export * from "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";
