/**
 * The kernel of this library: a proxy in front of Deno's own, and what the code of a notebook can reach of it.
 *
 * @module
 */

export {
  type Comm,
  type CommData,
  type CommMessage,
  type CommOptions,
  type CommTarget,
  commTarget,
  openComm,
} from "./comm.ts";
export { cellSignal, type KernelSettings, kernelSettings } from "./kernel_link.ts";
