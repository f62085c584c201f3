/**
 * Templates: which special tokens a tokenizer's own settings put before and after a text.
 *
 * @module
 */

import type { Part } from "./tokenizer_json.ts";

/** The ids that go round a text. */
export interface Template {
  /** What goes before it by the tokenizer's own settings. */
  readonly before: readonly number[];
  /** What goes after it by the tokenizer's own settings. */
  readonly after: readonly number[];
  /** The beginning-of-text token, whether or not the settings put it there. */
  readonly beginning: number | null;
  /** The end-of-text token, whether or not the settings put it there. */
  readonly end: number | null;
}

/**
 * Reads what goes round a text. `add_bos_token` and `add_eos_token` in `tokenizer_config.json` go before the
 * `post_processor` of `tokenizer.json`, as in the classes of transformers 4 that read them, with which the checkpoints
 * that contradict themselves were made (DeepSeek's). Transformers 5 lets `tokenizer.json` alone decide, where it is there.
 *
 * @param whole The whole `tokenizer.json`.
 * @param config The whole `tokenizer_config.json`, if there is one.
 * @param idOf Finds the id of a special token by its text.
 * @throws {SyntaxError} If a token that the settings name is not in the vocabulary.
 */
export function template(
  whole: Part,
  config: Part | null,
  idOf: (content: string) => number | undefined,
): Template {
  const { before, after } = processed(whole.part("post_processor"), idOf);
  const first = named(config, "bos_token", idOf);
  const last = named(config, "eos_token", idOf);

  if (config?.has("add_bos_token")) {
    const wanted = config.flag("add_bos_token");
    if (wanted && first === null) {
      config.refuse("bos_token", "a token, as add_bos_token is true");
    }
    if (wanted && before[0] !== first) before.unshift(first!);
    if (!wanted && first !== null && before[0] === first) before.shift();
  }
  if (config?.has("add_eos_token")) {
    const wanted = config.flag("add_eos_token");
    if (wanted && last === null) config.refuse("eos_token", "a token, as add_eos_token is true");
    if (wanted && after.at(-1) !== last) after.push(last!);
    if (!wanted && last !== null && after.at(-1) === last) after.pop();
  }
  return { before, after, beginning: before[0] ?? first, end: after.at(-1) ?? last };
}

/** The ids that a post-processor puts round a single text. */
function processed(
  part: Part | null,
  idOf: (content: string) => number | undefined,
): { before: number[]; after: number[] } {
  const before: number[] = [];
  const after: number[] = [];
  switch (part?.type) {
    case undefined:
    case "ByteLevel": // only trims offsets, which we keep whole
      break;
    case "Sequence":
      for (const inner of part!.parts("processors").map((step) => processed(step, idOf))) {
        before.unshift(...inner.before);
        after.push(...inner.after);
      }
      break;
    case "BertProcessing":
    case "RobertaProcessing":
      before.push(pairId(part!, "cls"));
      after.push(pairId(part!, "sep"));
      break;
    case "TemplateProcessing": {
      let side = before;
      for (const item of part!.parts("single")) {
        const special = item.part("SpecialToken");
        if (special === null) side = after;
        else side.push(...specialIds(part!, special.text("id"), idOf));
      }
      break;
    }
    default:
      part!.refuse(
        "type",
        "one of BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing",
      );
  }
  return { before, after };
}

/** The ids of a special token of a template. */
function specialIds(
  part: Part,
  name: string,
  idOf: (content: string) => number | undefined,
): readonly number[] {
  const ids = part.part("special_tokens")?.part(name)?.value("ids");
  if (ids === undefined) {
    const id = idOf(name);
    return id === undefined ? part.refuse("single", `of known tokens, and ${name} is none`) : [id];
  }
  if (!Array.isArray(ids) || !ids.every((id) => Number.isInteger(id))) {
    part.refuse("special_tokens", `ids by name, and those of ${name} are no list of integers`);
  }
  return ids as number[];
}

/** The id in a `[text, id]` pair. */
function pairId(part: Part, name: string): number {
  const pair = part.value(name);
  if (!Array.isArray(pair) || !Number.isInteger(pair[1])) part.refuse(name, "a pair [text, id]");
  return pair[1] as number;
}

/** The id of a token that `tokenizer_config.json` names, by text or by object. */
function named(
  config: Part | null,
  name: string,
  idOf: (content: string) => number | undefined,
): number | null {
  if (config === null || !config.has(name)) return null;
  const content = typeof config.value(name) === "string"
    ? config.text(name)
    : config.part(name)!.text("content");
  return idOf(content) ?? config.refuse(name, "in the vocabulary");
}
