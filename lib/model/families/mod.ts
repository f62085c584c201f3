/**
 * The families that can be read, one data file and one line each.
 *
 * @module
 */

export { bloom } from "./bloom.ts";
export { codegen } from "./codegen.ts";
export { cohere } from "./cohere.ts";
export { falcon } from "./falcon.ts";
export { gemma } from "./gemma.ts";
export { gemma2 } from "./gemma2.ts";
export { gemma3 } from "./gemma3.ts";
export { gpt2 } from "./gpt2.ts";
export { gptBigCode } from "./gpt_bigcode.ts";
export { gptNeo } from "./gpt_neo.ts";
export { gptNeoX } from "./gpt_neox.ts";
export { gptOss } from "./gpt_oss.ts";
export { gptJ } from "./gptj.ts";
export { granite } from "./granite.ts";
export { llama } from "./llama.ts";
export { mistral } from "./mistral.ts";
export { mixtral } from "./mixtral.ts";
export { mpt } from "./mpt.ts";
export { olmo } from "./olmo.ts";
export { olmo2 } from "./olmo2.ts";
export { olmoe } from "./olmoe.ts";
export { opt } from "./opt.ts";
export { phi } from "./phi.ts";
export { phi3 } from "./phi3.ts";
export { qwen2 } from "./qwen2.ts";
export { qwen3 } from "./qwen3.ts";
export { smolLm3 } from "./smollm3.ts";
export { stableLm } from "./stablelm.ts";
export { starcoder2 } from "./starcoder2.ts";
