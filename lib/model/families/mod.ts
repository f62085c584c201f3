/**
 * The families that can be read, one data file each.
 *
 * @module
 */

import type { Family } from "../family.ts";
import { bloom } from "./bloom.ts";
import { codegen } from "./codegen.ts";
import { cohere } from "./cohere.ts";
import { falcon } from "./falcon.ts";
import { gemma } from "./gemma.ts";
import { gemma2 } from "./gemma2.ts";
import { gemma3 } from "./gemma3.ts";
import { gpt2 } from "./gpt2.ts";
import { gptBigCode } from "./gpt_bigcode.ts";
import { gptNeo } from "./gpt_neo.ts";
import { gptNeoX } from "./gpt_neox.ts";
import { gptOss } from "./gpt_oss.ts";
import { gptJ } from "./gptj.ts";
import { granite } from "./granite.ts";
import { llama } from "./llama.ts";
import { mistral } from "./mistral.ts";
import { mixtral } from "./mixtral.ts";
import { mpt } from "./mpt.ts";
import { olmo } from "./olmo.ts";
import { olmo2 } from "./olmo2.ts";
import { opt } from "./opt.ts";
import { phi } from "./phi.ts";
import { phi3 } from "./phi3.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";
import { smolLm3 } from "./smollm3.ts";
import { stableLm } from "./stablelm.ts";
import { starcoder2 } from "./starcoder2.ts";

const all: readonly Family[] = [
  bloom,
  codegen,
  cohere,
  falcon,
  gemma,
  gemma2,
  gemma3,
  gpt2,
  gptBigCode,
  gptNeo,
  gptNeoX,
  gptOss,
  gptJ,
  granite,
  llama,
  mistral,
  mixtral,
  mpt,
  olmo,
  olmo2,
  opt,
  phi,
  phi3,
  qwen2,
  qwen3,
  smolLm3,
  stableLm,
  starcoder2,
];

/** Every family by its `model_type`. */
export const families: ReadonlyMap<string, Family> = new Map(
  all.map((family) => [family.name, family]),
);
