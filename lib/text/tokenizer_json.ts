/**
 * Reading of `tokenizer.json`: every field is checked where it is read, and what is wrong is named by file and path.
 *
 * @module
 */

/** One object of a JSON file, which knows where it stands. */
export class Part {
  /** The file that the object stands in, for messages. */
  readonly file: string;
  /** The path of the object in the file, like `pre_tokenizer.pretokenizers[1]`; empty for the whole file. */
  readonly path: string;
  /** The object itself. */
  readonly fields: Readonly<Record<string, unknown>>;

  private constructor(file: string, path: string, fields: Readonly<Record<string, unknown>>) {
    this.file = file;
    this.path = path;
    this.fields = fields;
  }

  /**
   * Takes a parsed file.
   *
   * @throws {SyntaxError} If it is not an object.
   */
  static whole(file: string, value: unknown): Part {
    return Part.#of(file, "", value);
  }

  static #of(file: string, path: string, value: unknown): Part {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const what = path === "" ? "it" : path;
      throw new SyntaxError(`Cannot read ${file} as ${what} must be an object: ${current(value)}`);
    }
    // Parts are read by functions that call themselves, and a file must not decide how often.
    if (path.length > 2000) {
      throw new SyntaxError(
        `Cannot read ${file} as it must not be nested so deep: ${path.slice(0, 60)}…`,
      );
    }
    return new Part(file, path, value as Record<string, unknown>);
  }

  /** The `type` of the object, by which tokenizer files say what a part is. */
  get type(): string {
    return this.text("type");
  }

  /** Whether the object has a value under a name; `null` is none. */
  has(name: string): boolean {
    return this.value(name) !== undefined && this.value(name) !== null;
  }

  /** The names of the fields. */
  names(): string[] {
    return Object.keys(this.fields);
  }

  /** The value under a name, unchecked. */
  value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }

  /** The text under a name, or the fallback where there is none. */
  text(name: string, fallback?: string): string {
    return this.#checked(name, "string", fallback);
  }

  /** The number under a name, or the fallback where there is none. */
  number(name: string, fallback?: number): number {
    return this.#checked(name, "number", fallback);
  }

  /** The true or false under a name, or the fallback where there is none. */
  flag(name: string, fallback?: boolean): boolean {
    return this.#checked(name, "boolean", fallback);
  }

  /** The object under a name; `null` where there is none. */
  part(name: string): Part | null {
    return this.has(name) ? Part.#of(this.file, this.#pathOf(name), this.value(name)) : null;
  }

  /** The objects in the list under a name; none where there is no list. */
  parts(name: string): Part[] {
    if (!this.has(name)) return [];
    const list = this.value(name);
    if (!Array.isArray(list)) this.refuse(name, "a list");
    return (list as unknown[]).map((value, index) =>
      Part.#of(this.file, `${this.#pathOf(name)}[${index}]`, value)
    );
  }

  /**
   * Says that the value under a name cannot be used.
   *
   * @throws {SyntaxError} Always.
   */
  refuse(name: string, expected: string, cause?: unknown): never {
    throw new SyntaxError(
      `Cannot read ${this.file} as ${this.#pathOf(name)} must be ${expected}: ${
        current(this.value(name))
      }`,
      cause === undefined ? undefined : { cause },
    );
  }

  #pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  #checked<T extends string | number | boolean>(
    name: string,
    kind: "string" | "number" | "boolean",
    fallback: T | undefined,
  ): T {
    const value = this.value(name);
    const found = typeof value;
    if (found === kind) return value as T;
    // Files write null and leave a field out for the same.
    if ((value === undefined || value === null) && fallback !== undefined) return fallback;
    const names = { string: "a string", number: "a number", boolean: "true or false" };
    return this.refuse(name, names[kind]);
  }
}

/** Says what a value is, briefly. */
function current(value: unknown): string {
  if (value === undefined) return "there is none";
  const text = JSON.stringify(value) ?? String(value);
  return `current value is ${text.length > 60 ? text.slice(0, 60) + "…" : text}`;
}
