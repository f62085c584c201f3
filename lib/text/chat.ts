/**
 * Conversations: what one is made of, and how a checkpoint's template writes it as text.
 *
 * @module
 */

import { runTemplate, TemplateRefusal } from "./chat_template.ts";
import { formatTime } from "./format_time.ts";
import type { Part } from "./tokenizer_json.ts";

/**
 * One message of a conversation. Templates read further fields, such as `tool_calls` or `reasoning_content`.
 *
 * @example Usage
 * ```ts
 * import { type ChatMessage, Tokenizer } from "@innerworks/innerworks";
 *
 * const tokenizer = Tokenizer.fromJson(
 *   { decoder: { type: "Fuse" }, model: { type: "WordLevel", vocab: { "?": 0 }, unk_token: "?" } },
 *   { chat_template: "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}" },
 * );
 * const messages: ChatMessage[] = [{ role: "user", content: "Hi" }];
 * console.log((await tokenizer.chat(messages)).text); // <user>Hi
 * ```
 */
export interface ChatMessage {
  /** Who speaks: `"system"`, `"user"`, `"assistant"`, `"tool"` or what else the template knows. */
  readonly role: string;
  /** What is said: text, or parts such as `{ type: "text", text }`; a message of tool calls alone has none. */
  readonly content?: string | readonly Readonly<Record<string, unknown>>[] | null;
  /** What else the template reads. */
  readonly [field: string]: unknown;
}

/** Options for `Tokenizer.chat`. */
export interface ChatOptions {
  /** Whether the text ends with the head of a message of the assistant, for a model to write it. @default {false} */
  readonly addGenerationPrompt?: boolean;
  /** Whether the last message is left open, for a model to go on with it. @default {false} */
  readonly continueFinalMessage?: boolean;
  /** The tools that the assistant may call, as JSON schemas. @default {none} */
  readonly tools?: readonly Readonly<Record<string, unknown>>[];
  /** Texts to be read along with the conversation, as templates for retrieval take them. @default {none} */
  readonly documents?: readonly Readonly<Record<string, unknown>>[];
  /** Which template, if there are several. @default {`"tool_use"` if tools are given and it exists, else `"default"`} */
  readonly template?: string;
  /**
   * The time for templates that write the date, read in UTC. Without it `strftime_now` is not defined, and those that
   * ask whether it is write the date that they were made with; the others fail.
   *
   * @default {none}
   */
  readonly now?: Date;
  /** What else the template reads, such as `enable_thinking`. @default {nothing} */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The templates of a checkpoint. */
export interface ChatTemplates {
  /** Each template by name; the only one is called `"default"`. */
  readonly byName: ReadonlyMap<string, string>;
  /** Special tokens by the names under which templates read them, such as `bos_token`. */
  readonly tokens: Readonly<Record<string, string>>;
}

const known = [
  "addGenerationPrompt",
  "continueFinalMessage",
  "tools",
  "documents",
  "template",
  "now",
  "variables",
];

/**
 * Reads the chat templates of a checkpoint.
 *
 * @param config The whole `tokenizer_config.json`, if there is one.
 * @param given What stands in files of their own, which goes before the configuration.
 * @throws {SyntaxError} If `chat_template` is neither a text nor a list of named texts.
 */
export function chatTemplates(
  config: Part | null,
  given: string | Readonly<Record<string, string>> | undefined,
): ChatTemplates {
  const byName = new Map<string, string>();
  if (config?.has("chat_template")) {
    if (typeof config.value("chat_template") === "string") {
      byName.set("default", config.text("chat_template"));
    } else {
      for (const part of config.parts("chat_template")) {
        byName.set(part.text("name"), part.text("template"));
      }
    }
  }
  if (typeof given === "string") byName.set("default", given);
  else Object.entries(given ?? {}).forEach(([name, text]) => byName.set(name, text));
  const tokens: Record<string, string> = {};
  for (const name of config?.names() ?? []) {
    if (!name.endsWith("_token") || !config!.has(name)) continue;
    const value = config!.value(name);
    if (typeof value === "string") tokens[name] = value;
    else if (typeof value === "object") tokens[name] = config!.part(name)!.text("content");
  }
  return { byName, tokens };
}

/**
 * Writes a conversation as text.
 *
 * @throws {TypeError} If a message is none, or holds what is no plain data.
 * @throws {RangeError} If there is no such template, the template refuses the conversation, or computes without end.
 * @throws {SyntaxError} If the template cannot be run.
 */
export async function writeChat(
  templates: ChatTemplates,
  messages: readonly ChatMessage[],
  options: ChatOptions,
): Promise<string> {
  checkOptions(options);
  const source = chosen(templates, options);
  const { addGenerationPrompt = false, tools, documents, now, variables = {} } = options;
  const conversation = plainMessages(messages);
  const open = options.continueFinalMessage ? leftOpen(conversation) : null;
  const read = {
    ...templates.tokens,
    ...plain(variables, "variables") as Record<string, unknown>,
    ...(now && { strftime_now: (format: string) => formatTime(now, format) }),
    messages: conversation,
    tools: tools === undefined ? null : plain(tools, "tools"),
    documents: documents === undefined ? null : plain(documents, "documents"),
    add_generation_prompt: addGenerationPrompt,
  };
  let text: string;
  try {
    text = await runTemplate(source, read);
  } catch (error) {
    if (error instanceof TemplateRefusal) {
      throw new RangeError(
        `Cannot write a chat as its template must take the messages: it says ${
          JSON.stringify(error.message)
        }`,
        { cause: error },
      );
    }
    if (now === undefined && source.includes("strftime_now") && error instanceof SyntaxError) {
      error.message += "; the template writes the date: give one as { now }";
    }
    throw error;
  }
  return open === null ? text : closed(text, open);
}

/**
 * What marks the end of a message that is left open: private characters, which no message needs. The space behind them
 * shows whether the template cuts white space off, which is cut off before the mark then too.
 */
const mark = "\u{F0F0F}\u{F0F1F} ";

/** Puts the mark behind the last message, and gives its text. */
function leftOpen(messages: Record<string, unknown>[]): string {
  const last = messages.at(-1)!;
  const parts = Array.isArray(last["content"]) ? last["content"] : [];
  const part = parts.findLast((part) => typeof part?.text === "string");
  const text = part === undefined ? last["content"] : part.text;
  if (typeof text !== "string") {
    throw new TypeError("Cannot go on with the final message as it must hold text: it has none");
  }
  if (part === undefined) last["content"] = text + mark;
  else part.text = text + mark;
  return text;
}

/** Cuts a text at the mark. */
function closed(text: string, message: string): string {
  const at = text.lastIndexOf(mark.trim());
  if (at < 0 || !text.includes(message.trim())) {
    throw new RangeError(
      "Cannot go on with the final message as the template must write it whole: it changes or drops it",
    );
  }
  return text.startsWith(mark, at) ? text.slice(0, at) : text.slice(0, at).trimEnd();
}

function checkOptions(options: ChatOptions): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new TypeError(
      `Cannot write a chat as an option must be one of ${
        known.join(", ")
      }: current name is ${name}`,
    );
  }
  if (options.continueFinalMessage && options.addGenerationPrompt) {
    throw new RangeError(
      "Cannot write a chat as one of addGenerationPrompt and continueFinalMessage must be false: both are true",
    );
  }
}

/** Finds the template that the options ask for. */
function chosen({ byName }: ChatTemplates, { template, tools }: ChatOptions): string {
  const names = [...byName.keys()];
  if (names.length === 0) {
    throw new RangeError(
      "Cannot write a chat as the tokenizer must have a chat template: " +
        "neither tokenizer_config.json nor chat_template.jinja gives one",
    );
  }
  const name = template ?? (tools !== undefined && byName.has("tool_use") ? "tool_use" : "default");
  return byName.get(name) ?? refuseName(name, names);
}

function refuseName(name: string, names: readonly string[]): never {
  throw new RangeError(
    `Cannot write a chat as { template } must be one of ${
      names.join(", ")
    }: current value is ${name}`,
  );
}

/** The names that reasoning goes by. */
const reasoning = ["reasoning_content", "thinking", "reasoning"];

/**
 * Copies messages, without the fields that are null, as templates ask whether a field is there. What a message reasons
 * is there under both names by which templates read it, as in transformers.
 */
function plainMessages(messages: readonly ChatMessage[]): Record<string, unknown>[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new TypeError("Cannot write a chat as there must be a list of messages: there is none");
  }
  return messages.map((message, index) => {
    const copy = plain(message, `messages[${index}]`) as Record<string, unknown>;
    if (typeof copy?.["role"] !== "string") {
      throw new TypeError(
        `Cannot write a chat as a message must be { role, content }: messages[${index}] has no role`,
      );
    }
    const fields = Object.fromEntries(Object.entries(copy).filter(([, value]) => value !== null));
    const name = reasoning.find((name) => fields[name] !== undefined);
    if (name === undefined) return fields;
    return { thinking: fields[name], ...fields, reasoning_content: fields[name] };
  });
}

/** Copies plain data, so that a template is given nothing else. */
function plain(value: unknown, path: string): unknown {
  const kind = typeof value;
  if (value === null || kind === "string" || kind === "boolean") return value;
  if (kind === "number" && Number.isFinite(value)) return value;
  if (kind === "object" && path.length < 2000) {
    if (Array.isArray(value)) return value.map((part, index) => plain(part, `${path}[${index}]`));
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      return Object.fromEntries(
        Object.entries(value as object).filter(([, part]) => part !== undefined)
          .map(([name, part]) => [name, plain(part, `${path}.${name}`)]),
      );
    }
  }
  throw new TypeError(
    `Cannot write a chat as it must hold plain data: ${
      path.slice(0, 200)
    } is a ${kind}, or nested without end`,
  );
}
