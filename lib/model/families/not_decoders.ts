/**
 * Models that are no decoders and cannot be read yet, so that their names get a plain answer.
 *
 * @module
 */

const KINDS: Readonly<Record<string, readonly string[]>> = {
  "an encoder": [
    ...["albert", "bert", "camembert", "deberta", "deberta-v2", "distilbert", "electra", "ernie"],
    ...["modernbert", "mpnet", "nomic_bert", "roberta", "xlm-roberta", "xlnet"],
  ],
  "an encoder–decoder": [
    ...["bart", "blenderbot", "fsmt", "led", "m2m_100", "marian", "mbart", "mt5", "pegasus"],
    ...["switch_transformers", "t5", "umt5"],
  ],
  "a state-space model": ["falcon_mamba", "mamba", "mamba2", "recurrent_gemma", "rwkv", "zamba"],
  "a mixture of attention and state-space layers": ["bamba", "jamba", "nemotron_h", "zamba2"],
  "a vision model": ["beit", "convnext", "deit", "dinov2", "resnet", "swin", "vit", "vit_mae"],
  "a model of pictures and text": [
    ...["align", "blip", "blip-2", "clip", "gemma3", "idefics", "llava", "mllama", "paligemma"],
    ...["qwen2_vl", "siglip"],
  ],
  "a speech model": ["hubert", "wav2vec2", "whisper"],
};

/** What a `model_type` names, such as "an encoder"; null where we do not know it. */
export function kindOfModel(type: unknown): string | null {
  const found = Object.entries(KINDS).find(([, types]) => types.includes(type as string));
  return found?.[0] ?? null;
}
