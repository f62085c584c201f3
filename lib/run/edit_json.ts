/**
 * Edits as JSON, with their tensors under their hashes.
 *
 * @module
 */

import { plainSiteName } from "../model/mod.ts";
import { Cache } from "./cache.ts";
import { type Edit, editText, type Value } from "./edit.ts";
import { checkEdit } from "./check_edit.ts";
import { Means } from "./means.ts";
import { hashed, type HashedNumbers, hashedNumbers } from "./tensor_hash.ts";
import type { GivenValue } from "./value.ts";
import { type CacheValue, isSource } from "./value_source.ts";

/** What an edit file says that it is. */
export const FORMAT = "innerworks edits 1";

/** The parts of an edit file, beside the tensors. */
export interface EditsJson {
  /** What the file is. */
  readonly format: typeof FORMAT;
  /** The name of the file of tensors; null where there are none. */
  readonly tensors: string | null;
  /** The edits; a tensor stands as its hash, a cache or means as their place in the lists below. */
  readonly edits: readonly Readonly<Record<string, unknown>>[];
  /** What the edits use of caches. */
  readonly caches: readonly CacheJson[];
  /** What the edits use of means. */
  readonly means: readonly MeansJson[];
}

/** A cache in a file. */
export interface CacheJson {
  /** Where its examples lie. */
  readonly window: unknown;
  /** Whether what follows its prompts was generated. */
  readonly generates: boolean;
  /** Its values by site. */
  readonly sites: Readonly<
    Record<string, { readonly axes: readonly string[]; readonly tensor: string }>
  >;
}

/** Means in a file. */
export interface MeansJson {
  /** What they are over. */
  readonly facts: unknown;
  /** The means by site, with how many values each is over. */
  readonly sites: Readonly<
    Record<string, {
      readonly axes: readonly string[];
      readonly count: number;
      readonly mean: string;
      readonly variance: string;
    }>
  >;
}

/** Gathers what a file will hold. */
export class EditWriter {
  /** The tensors by hash, each once. */
  readonly tensors = new Map<string, HashedNumbers>();
  readonly #caches = new Map<Cache, { json: CacheJson }>();
  readonly #means = new Map<Means, { json: MeansJson }>();

  /** The caches and means so far. */
  get lists(): { caches: CacheJson[]; means: MeansJson[] } {
    const list = <T>(map: Map<unknown, { json: T }>) => [...map.values()].map(({ json }) => json);
    return { caches: list(this.#caches), means: list(this.#means) };
  }

  /**
   * Writes an edit.
   *
   * @throws {TypeError} If it holds a function, or is no edit.
   */
  async edit(edit: Edit): Promise<Record<string, unknown>> {
    checkEdit(edit);
    if (edit.kind === "apply" || edit.kind === "splice") {
      throw new TypeError(
        `Cannot save ${editText(edit)} as an edit in a file must be data alone: its ${
          edit.kind === "apply" ? "change" : "coder"
        } is made of functions`,
      );
    }
    const written: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(edit) as [string, unknown][]) {
      if (value === undefined) continue;
      written[name] = await this.#field(edit, name, value);
    }
    return written;
  }

  #field(edit: Edit, name: string, value: unknown): unknown {
    if (name === "value" || name === "basis") return this.#value(edit, value as Value);
    if (value instanceof Cache) return this.#cache(edit.at, value).then((cache) => ({ cache }));
    if (value instanceof Means) return this.#mean(edit, value).then((means) => ({ means }));
    if (name === "source" && isSource(value)) return this.#value(edit, value);
    // Lists of indices may be typed arrays, which JSON would write as objects.
    return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
  }

  async #value(edit: Edit, value: Value): Promise<unknown> {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (!isSource(value)) return { tensor: await this.#tensor(value, editText(edit)) };
    if (value.from === "run") return value;
    const { cache, ...where } = value as CacheValue;
    return { ...where, cache: await this.#cache(value.at ?? edit.at, cache) };
  }

  async #tensor(value: GivenValue, purpose: string): Promise<string> {
    return this.#keep(await hashedNumbers(value, purpose));
  }

  #keep(numbers: HashedNumbers): string {
    this.tensors.set(numbers.hash, numbers);
    return numbers.hash;
  }

  /** Writes what an edit uses of a cache, and returns the place of that cache in the list. */
  async #cache(at: string, cache: Cache): Promise<number> {
    const known = this.#caches.get(cache) ?? {
      json: { window: cache.window, generates: cache.mode.generates, sites: {} },
    };
    this.#caches.set(cache, known);
    const sites = known.json.sites as Record<string, CacheJson["sites"][string]>;
    for (const site of matching(at, cache.sites)) {
      if (Object.hasOwn(sites, site)) continue;
      const tensor = await this.#tensor(cache.get(site), `save ${site}`);
      sites[site] = { axes: cache.axes(site), tensor };
    }
    return [...this.#caches.keys()].indexOf(cache);
  }

  async #mean({ at }: Edit, means: Means): Promise<number> {
    const known = this.#means.get(means) ?? { json: { facts: means.facts, sites: {} } };
    this.#means.set(means, known);
    const sites = known.json.sites as Record<string, MeansJson["sites"][string]>;
    for (const site of matching(at, means.sites)) {
      const { axes, count, shape, mean, variance } = means.of(site);
      const [own, spread] = await Promise.all(
        [mean, variance].map((values) => hashed(Float64Array.from(values), shape)),
      );
      sites[site] ??= { axes, count, mean: this.#keep(own!), variance: this.#keep(spread!) };
    }
    return [...this.#means.keys()].indexOf(means);
  }
}

/** The sites that a name or pattern stands for among those that there are. */
function matching<T extends string>(at: string, sites: readonly T[]): readonly T[] {
  const parts = plainSiteName(at).split("*").map((part) => part.replace(/[.]/g, "\\."));
  const expression = new RegExp(`^${parts.join(".*")}$`);
  const found = sites.filter((site) => expression.test(site));
  if (found.length > 0) return found;
  throw new RangeError(
    `Cannot save an edit at ${at} as its source must hold the site: it holds ${
      sites.join(", ") || "none"
    }`,
  );
}
