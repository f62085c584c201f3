/**
 * From JSON to edits, with every field that is wrong refused by its name.
 *
 * @module
 */

import type { Site } from "../model/mod.ts";
import { tf } from "../tensor/mod.ts";
import { Cache } from "./cache.ts";
import { checkEdit } from "./check_edit.ts";
import type { Edit } from "./edit.ts";
import { type CacheJson, FORMAT, type MeansJson } from "./edit_json.ts";
import { Means, type MeansFacts } from "./means.ts";
import { checkWindow, type Window } from "./window.ts";

/** The numbers of a tensor in a file. */
interface Stored {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads the JSON of an edit file. */
export class EditReader {
  /** The name of the file of tensors; null where there are none. */
  readonly tensors: string | null;
  readonly #file: string;
  readonly #content: Fields;
  #stored: ReadonlyMap<string, Stored> = new Map();
  #caches: readonly Cache[] = [];
  #means: readonly Means[] = [];

  /**
   * Parses the JSON.
   *
   * @throws {SyntaxError} If it is not what `saveEdits` writes.
   */
  constructor(file: string, text: string) {
    this.#file = file;
    this.#content = {};
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (error) {
      this.#refuse(`it must be JSON (${(error as Error).message})`, text.slice(0, 80));
    }
    const fields = this.#fields(content, "it", ["format", "tensors", "edits", "caches", "means"]);
    if (fields.format !== FORMAT) {
      this.#refuse(`its format must be ${JSON.stringify(FORMAT)}`, fields.format);
    }
    const { tensors } = fields;
    const plain = tensors === null ||
      typeof tensors === "string" && /^[^/\\]+\.safetensors$/.test(tensors);
    if (!plain) this.#refuse("tensors must name a file beside it, or be null", tensors);
    this.tensors = tensors as string | null;
    this.#content = fields;
  }

  /**
   * Reads the edits.
   *
   * @param stored The tensors by hash.
   */
  edits(stored: ReadonlyMap<string, Stored>): Edit[] {
    this.#stored = stored;
    this.#caches = this.#list("caches").map((one, i) => this.#cache(one, `caches ${i}`));
    this.#means = this.#list("means").map((one, i) => this.#readMeans(one, `means ${i}`));
    return this.#list("edits").map((one, i) => this.#edit(one, `edit ${i}`));
  }

  #list(name: string): readonly unknown[] {
    const list = this.#content[name];
    return Array.isArray(list) ? list : this.#refuse(`${name} must be a list`, list);
  }

  #edit(value: unknown, what: string): Edit {
    const fields = this.#fields(value, what);
    if (fields.kind === "apply" || fields.kind === "splice") {
      this.#refuse(`the kind of ${what} must be one of data alone`, fields.kind);
    }
    const edit = Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, this.#field(name, field, what)]),
    ) as unknown as Edit;
    checkEdit(edit);
    return edit;
  }

  #field(name: string, value: unknown, what: string): unknown {
    if (
      !["value", "basis", "source"].includes(name) || typeof value !== "object" || value === null
    ) {
      return value;
    }
    const where = `${name} of ${what}`, fields = this.#fields(value, where);
    if ("tensor" in fields) {
      this.#fields(fields, where, ["tensor"]);
      return this.#tensor(fields.tensor, where);
    }
    if ("means" in fields) {
      this.#fields(fields, where, ["means"]);
      return this.#means[fields.means as number] ??
        this.#refuse(`${where} must be one of the means`, fields.means);
    }
    if (!("cache" in fields)) return value;
    const cache = this.#caches[fields.cache as number] ??
      this.#refuse(`${where} must be one of the caches`, fields.cache);
    if (Object.keys(fields).length === 1) return cache;
    this.#fields(fields, where, [
      "from",
      "cache",
      "at",
      "heads",
      "neurons",
      "positions",
      "keys",
      "examples",
    ]);
    return { ...fields, cache };
  }

  #cache(value: unknown, what: string): Cache {
    const { window, generates, sites } = this.#fields(value, what, [
      "window",
      "generates",
      "sites",
    ]) as
      & Fields
      & CacheJson;
    if (typeof generates !== "boolean") {
      this.#refuse(`generates of ${what} must be true or false`, generates);
    }
    const cache = new Cache(this.#window(window, generates, what), { generates });
    for (const [site, entry] of Object.entries(this.#fields(sites, `sites of ${what}`))) {
      const { axes, tensor } = this.#fields(entry, `${site} of ${what}`, ["axes", "tensor"]);
      const value = this.#tensor(tensor, `${site} of ${what}`);
      this.#axes(axes, value.shape, `${site} of ${what}`);
      cache.put(site as Site, value, axes as string[]);
      value.dispose();
    }
    return cache;
  }

  #window(value: unknown, generates: boolean, what: string): Window {
    const fields = this.#fields(value, `window of ${what}`, ["rows", "from", "to", "spans"]);
    const { rows } = fields;
    if (!Array.isArray(rows)) this.#refuse(`rows of ${what} must be a list`, rows);
    (rows as unknown[]).forEach((row, i) =>
      this.#fields(row, `row ${i} of ${what}`, ["start", "length"])
    );
    const spans = Object.entries(this.#fields(fields.spans ?? {}, `spans of ${what}`));
    for (const [name, lists] of spans) {
      const whole = (list: unknown) => Array.isArray(list) && list.every(Number.isInteger);
      if (Array.isArray(lists) && lists.every(whole)) continue;
      this.#refuse(`span ${JSON.stringify(name)} of ${what} must be lists of positions`, lists);
    }
    const window = fields as unknown as Window;
    checkWindow(window, { generates });
    return window;
  }

  #readMeans(value: unknown, what: string): Means {
    const { facts, sites } = this.#fields(value, what, ["facts", "sites"]) as Fields & MeansJson;
    const known = [
      "model",
      "examples",
      "tokens",
      "byPosition",
      "beginning",
      "positions",
      "complete",
    ];
    const own = this.#fields(facts, `facts of ${what}`, known) as unknown as MeansFacts;
    for (const name of ["byPosition", "beginning", "complete"] as const) {
      if (typeof own[name] !== "boolean") {
        this.#refuse(`${name} of ${what} must be true or false`, own[name]);
      }
    }
    for (const name of ["examples", "tokens"] as const) {
      if (!Number.isSafeInteger(own[name])) {
        this.#refuse(`${name} of ${what} must be a whole number`, own[name]);
      }
    }
    const entries = Object.entries(this.#fields(sites, `sites of ${what}`)).map(([site, entry]) => {
      const where = `${site} of ${what}`;
      const { axes, count, mean, variance } = this.#fields(entry, where, [
        "axes",
        "count",
        "mean",
        "variance",
      ]);
      if (!Number.isSafeInteger(count)) {
        this.#refuse(`count of ${where} must be a whole number`, count);
      }
      const { shape } = this.#numbers(mean, `mean of ${where}`);
      this.#axes(axes, shape, where);
      return [site as Site, {
        axes: axes as string[],
        shape,
        count: count as number,
        mean: Float64Array.from(this.#numbers(mean, `mean of ${where}`).values),
        variance: Float64Array.from(this.#numbers(variance, `variance of ${where}`).values),
      }] as const;
    });
    return new Means(own, new Map(entries));
  }

  #axes(axes: unknown, shape: readonly number[], what: string): void {
    const fine = Array.isArray(axes) && axes.length === shape.length &&
      axes.every((axis) => typeof axis === "string");
    if (!fine) this.#refuse(`axes of ${what} must be ${shape.length} names`, axes);
  }

  #tensor(hash: unknown, what: string): tf.Tensor {
    const { shape, values } = this.#numbers(hash, what);
    // Plain arrays keep doubles where the backend has them.
    return tf.keep(
      tf.tensor(values instanceof Float64Array ? Array.from(values) : values, [...shape]),
    );
  }

  #numbers(hash: unknown, what: string): Stored {
    return this.#stored.get(hash as string) ??
      this.#refuse(`${what} must be the hash of a tensor in ${this.tensors}`, hash);
  }

  /** The fields of an object, of these names alone. */
  #fields(value: unknown, what: string, known?: readonly string[]): Fields {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.#refuse(`${what} must be an object`, value);
    }
    const strange = known && Object.keys(value).find((name) => !known.includes(name));
    if (strange !== undefined) {
      this.#refuse(`${what} must say ${known!.join(", ")} alone`, strange);
    }
    return value as Fields;
  }

  #refuse(rule: string, value: unknown): never {
    throw new SyntaxError(
      `Cannot read edits of ${this.#file} as ${rule}: current value is ${
        JSON.stringify(value)?.slice(0, 80)
      }`,
    );
  }
}
