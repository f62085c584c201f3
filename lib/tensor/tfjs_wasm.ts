/**
 * The wasm backend of tfjs, loaded when it is first needed.
 *
 * @module
 */

export * from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
