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
export { cellSignal, type KernelSettings, kernelSettings, offerNames } from "./kernel_link.ts";
export type { Control } from "./control.ts";
export { headPicker, type HeadPickerOptions, type PickedHead } from "./head_picker.ts";
export { Live, live, type LiveDocument, type LiveValues, type LiveView } from "./live.ts";
export { slider, type SliderOptions } from "./slider.ts";
export { textField, type TextFieldOptions } from "./text_field.ts";
