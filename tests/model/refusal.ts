/**
 * What loading says about a fixture that was changed.
 *
 * @module
 */

import { CheckpointError, loadFolder, type LoadFolderOptions } from "../../lib/model/mod.ts";
import { assert, assertRejects } from "../assert.ts";
import {
  type FixtureName,
  type PlainCheckpoint,
  readFixture,
  withFolder,
  writePlain,
} from "./fixture.ts";

/** What is said about a fixture that was changed; `#` stands for the folder. */
export async function refusal(
  family: FixtureName,
  change: (plain: PlainCheckpoint, folder: string) => void,
  options: LoadFolderOptions & { after?: (folder: string) => void } = {},
): Promise<string> {
  const plain = await readFixture(family);
  return await withFolder(async (folder) => {
    change(plain, folder);
    writePlain(folder, plain);
    options.after?.(folder);
    const before = performance.now();
    const { message } = await assertRejects(() => loadFolder(folder, options), CheckpointError);
    assert(performance.now() - before < 1000, "it takes less than a second");
    return message.replaceAll(folder, "#");
  });
}

/** Sets fields of a configuration. */
export const fields = (change: Record<string, unknown>) => (plain: PlainCheckpoint) => {
  Object.assign(plain.config, change);
};
/** How an error of the configuration begins. */
export const config = "Cannot read #/config.json as";
/** How an error of a tensor begins. */
export const weight = (name: string) => `Cannot read tensor "${name}" of #/model.safetensors as`;
/** The activations, as errors list them. */
export const kinds =
  '"gelu", "gelu_python", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "quick_gelu", "relu", "sigmoid", "silu", "swish", "tanh"';
/** What is said of a tensor that the family does not read. */
export const left = (family: string, layers: number) =>
  `every tensor must be one that the family ${family} with ${layers} layers reads: this one is left over`;
