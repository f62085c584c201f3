/**
 * Reads the fields of a `config.json` one by one and remembers which, so that a field that nobody read is noticed.
 *
 * @module
 */

import { CheckpointError } from "./files/mod.ts";

/** Fields that say nothing about a forward pass, whatever the family. */
const INERT = new Set([
  "_commit_hash",
  "_name_or_path",
  "add_bos_token",
  "architectures",
  "attention_dropout",
  "attn_implementation",
  "attn_pdrop",
  "_attn_implementation",
  "_attn_implementation_autoset",
  "bos_token_id",
  "chunk_size_feed_forward",
  "classifier_dropout",
  "custom_pipelines",
  "dtype",
  "embd_pdrop",
  "eos_token_id",
  "finetuning_task",
  "gradient_checkpointing",
  "hidden_dropout",
  "id2label",
  "initializer_range",
  "is_encoder_decoder",
  "label2id",
  "model_type",
  "num_labels",
  "output_attentions",
  "output_hidden_states",
  "pad_token_id",
  "pretraining_tp",
  "problem_type",
  "resid_pdrop",
  "return_dict",
  "sep_token_id",
  "task_specific_params",
  "tokenizer_class",
  "torch_dtype",
  "torchscript",
  "transformers_version",
  "unsloth_fixed",
  "unsloth_version",
  "use_cache",
]);

/** A field has one name, or several of which the first that is present counts. */
type Names = string | readonly string[];

/** Reads fields with their kinds checked. */
export class ConfigReader {
  /** The file that the fields come from, for errors. */
  readonly file: string;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #read = new Set<string>();
  /** Those of which it was only asked whether they are there. */
  readonly #asked = new Set<string>();
  readonly #groups: ConfigReader[] = [];

  /** Wraps the parsed fields of a file; those that lie within another field have its name as their path. */
  constructor(file: string, fields: Readonly<Record<string, unknown>>, path = "") {
    this.file = file;
    this.#fields = fields;
    this.#path = path;
  }

  /** Reads a positive integer, of at most 2³¹. */
  integer(names: Names, otherwise?: number): number {
    return this.#field(
      names,
      "an integer from 1 to 2147483647",
      otherwise,
      (value) =>
        Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 2147483647,
    );
  }

  /** Reads an integer that may be 0, of at most 2³¹. */
  count(names: Names, otherwise?: number): number {
    return this.#field(
      names,
      "an integer from 0 to 2147483647",
      otherwise,
      (value) =>
        Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2147483647,
    );
  }

  /** Reads a positive, finite number. */
  number(names: Names, otherwise?: number): number {
    return this.#field(
      names,
      "a positive number",
      otherwise,
      (value) => typeof value === "number" && Number.isFinite(value) && value > 0,
    );
  }

  /** Reads true or false. */
  boolean(names: Names, otherwise?: boolean): boolean {
    return this.#field(names, "true or false", otherwise, (value) => typeof value === "boolean");
  }

  /** Reads a positive, finite number; null where there is none. */
  optional(names: Names): number | null {
    const silent = this.#field<null | undefined>(names, "", null, () => true) === null;
    return silent ? null : this.number(names);
  }

  /** Reads a positive integer, of at most 2³¹; null where there is none. */
  optionalInteger(names: Names): number | null {
    const silent = this.#field<null | undefined>(names, "", null, () => true) === null;
    return silent ? null : this.integer(names);
  }

  /**
   * Reads a list whose items are all of a kind; null where there is none.
   *
   * @param expected What the field must be, for an error.
   * @param holds Whether an item is of that kind.
   */
  list<T>(
    names: Names,
    expected: string,
    holds: (item: unknown) => boolean,
  ): readonly T[] | null {
    return this.#field<readonly T[] | null>(
      names,
      expected,
      null,
      (value) => Array.isArray(value) && value.every(holds),
    );
  }

  /** Reads one of the keys of a table and returns what stands there. */
  choice<T>(names: Names, table: Readonly<Record<string, T>>, otherwise?: string): T {
    const name = this.#field<string>(
      names,
      `one of ${Object.keys(table).map((key) => JSON.stringify(key)).join(", ")}`,
      otherwise,
      (value) => typeof value === "string" && Object.hasOwn(table, value),
    );
    return table[name]!;
  }

  /** Refuses a field that, where it is present, is not the one value that the family computes. */
  only(names: Names, supported: string | number | boolean | null): void {
    this.#field(names, JSON.stringify(supported), supported, (value) => value === supported);
  }

  /**
   * Reads the first of several fields that is an object, as a reader of its own; null where none is. Its fields are
   * finished with those around it.
   */
  group(names: Names): ConfigReader | null {
    const value = this.#field<Record<string, unknown> | null>(
      names,
      "an object or null",
      null,
      (v) => typeof v === "object" && !Array.isArray(v),
    );
    if (value === null) return null;
    const name = [names].flat().find((name) => this.has(name))!;
    const group = new ConfigReader(this.file, value, `${this.#path}${name}.`);
    this.#groups.push(group);
    return group;
  }

  /** Whether one of the names is present and not null. */
  has(names: Names): boolean {
    return [names].flat().some((name) => (this.#fields[name] ?? null) !== null);
  }

  /** Whether one of the names is present, be it null. */
  states(names: Names): boolean {
    for (const name of [names].flat()) this.#asked.add(name);
    return [names].flat().some((name) => Object.hasOwn(this.#fields, name));
  }

  /** The names that were asked for, present or not; those within groups have the group before them. */
  get fieldsRead(): readonly string[] {
    return [
      ...[...this.#read.union(this.#asked)].map((name) => `${this.#path}${name}`),
      ...this.#groups.flatMap((group) => group.fieldsRead),
    ];
  }

  /** Refuses fields that were neither read nor are known to be inert. */
  finish(family: string, inert: readonly string[] = [], ignore: readonly string[] = []): void {
    const known = new Set([...INERT, ...inert, ...ignore]);
    const unread = this.#unread().filter((name) => !known.has(name));
    if (unread.length === 0) return;
    throw new CheckpointError(
      this.file,
      `every field must be one that the family ${family} reads, or be named in the option ignore if it does not change what the model computes`,
      { current: unread },
    );
  }

  /** The fields that nobody read, in groups as well, such as `rope_scaling.factor`. */
  #unread(): string[] {
    return [
      ...Object.keys(this.#fields).filter((name) => !this.#read.has(name))
        .map((name) => `${this.#path}${name}`),
      ...this.#groups.flatMap((group) => group.#unread()),
    ];
  }

  #field<T>(
    names: Names,
    expected: string,
    otherwise: T | undefined,
    holds: (value: unknown) => boolean,
  ): T {
    const present = [names].flat().filter((name) => Object.hasOwn(this.#fields, name));
    for (const name of [names].flat()) this.#read.add(name);
    const given = present.filter((name) => this.#fields[name] !== null);
    const name = given[0];
    if (name === undefined) {
      if (otherwise !== undefined) return otherwise;
      const wanted = [names].flat().join(" or ");
      throw this.#error(wanted, expected, present.length ? null : undefined);
    }
    const value = this.#fields[name];
    if (!holds(value)) throw this.#error(name, expected, value);
    const rival = given.find((other) => text(this.#fields[other]) !== text(value));
    if (rival !== undefined) {
      throw this.#error(rival, `the same as ${name}, ${shown(value)}`, this.#fields[rival]);
    }
    return value as T;
  }

  #error(name: string, expected: string, found: unknown): CheckpointError {
    return new CheckpointError(this.file, `${this.#path}${name} must be ${expected}`, {
      current: found,
    });
  }
}

/** A value as it stands in the file. */
function text(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/** A value as it stands in the file, shortened. */
function shown(value: unknown): string {
  const whole = text(value);
  return whole.length > 80 ? `${whole.slice(0, 77)}...` : whole;
}
