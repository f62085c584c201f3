/**
 * From what a user writes to sites: patterns, the spellings of TransformerLens, and what was probably meant.
 *
 * @module
 */

import { nearestNames, quotedNames } from "../show/mod.ts";
import type { Site, SitePattern } from "./sites.ts";

/** Names of TransformerLens that differ by more than `hook_`. */
const RENAMED: Readonly<Record<string, string>> = { attn_scores: "scores" };

/** What can be asked about the sites of a model. */
export type Sites = ReadonlyMap<Site, readonly string[]>;

/** Rewrites a name of TransformerLens as ours; other names are returned as they are. */
export function plainSiteName(name: string): string {
  if (typeof name !== "string") {
    throw new TypeError(`Cannot find a site as its name must be text: current value is ${name}`);
  }
  // A pass asks for hundreds of sites, by their own names.
  if (!name.includes("hook_")) return name;
  // There the heads' inputs are hooks of the block, here sites of its attention.
  return name.replace(/^(.*\.)?hook_([qkv]_input)$/, blockInput).split(".").map((part) => {
    if (!part.startsWith("hook_")) return part;
    const plain = part.slice("hook_".length);
    return RENAMED[plain] ?? plain;
  }).join(".");
}

const blockInput = (_: string, block: string | undefined, input: string) =>
  `${(block ?? "").replace(/attn\.$/, "")}attn.${input}`;

/**
 * Finds the site of a name.
 *
 * @param sites The sites of the model.
 * @param name What the user wrote.
 * @param purpose What the site is wanted for, as an error begins: "capture", "edit".
 * @throws {RangeError} If the model has no such site; the error names the nearest.
 */
export function findSite(sites: Sites, name: string, purpose: string): Site {
  const plain = plainSiteName(name) as Site;
  if (sites.has(plain)) return plain;
  throw noSuchSite(sites, name, purpose, false);
}

/**
 * Finds the sites that fit a pattern: `*` stands for any part of a name, and the bare name of a block's site, such as
 * `resid_post` or `attn.pattern`, for that site of every layer.
 *
 * @throws {RangeError} If no site fits; the error names the nearest.
 */
export function matchSites(sites: Sites, pattern: SitePattern | string, purpose: string): Site[] {
  const plain = plainSiteName(pattern);
  if (sites.has(plain as Site)) return [plain as Site];
  const found = [...sites.keys()].filter((site) =>
    plain.includes("*") ? fits(site, plain) : site.replace(/^blocks\.\d+\./, "") === plain
  );
  if (found.length > 0) return found;
  throw noSuchSite(sites, pattern, purpose, true);
}

/** Whether a name fits a pattern with `*`; in one walk, where an expression would try every way to share out the stars. */
function fits(site: string, pattern: string): boolean {
  const parts = pattern.split("*"), first = parts.shift()!, last = parts.pop()!;
  if (!site.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = site.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return site.length - last.length >= at && site.endsWith(last);
}

/** An error that names what was probably meant; `bare` where a block's site may go without its layer. */
function noSuchSite(sites: Sites, name: string, purpose: string, bare: boolean): RangeError {
  const plain = plainSiteName(name);
  const layers = [...sites.keys()].filter((site) => site.endsWith(".resid_pre")).length;
  const layer = /^blocks\.(-?\d+)\./.exec(plain)?.[1];
  const start = `Cannot ${purpose} ${JSON.stringify(name)} as the model has no such site`;
  if (layer !== undefined && (Number(layer) >= layers || Number(layer) < 0)) {
    return new RangeError(`${start}: its blocks are 0 to ${layers - 1}`);
  }
  const found = nearest([...sites.keys()], plain, bare);
  if (found.length === 0) return new RangeError(`${start}: ${sitesText([...sites.keys()])}`);
  return new RangeError(
    `${start}: the nearest ${found.length > 1 ? "are" : "is"} ${quotedNames(found, "and")}`,
  );
}

/**
 * The site that ends as the name does, else those that begin as it does, else the one that takes the fewest changes to reach,
 * of sites within attention by its name there, too; none where none is near.
 */
function nearest(sites: readonly Site[], name: string, bare: boolean): readonly string[] {
  if (/^(blocks\.|ln_final)/.test(name)) return nearestNames(name, sites);
  // Each name within a block once, with its site in the first block that has it.
  const inner = (site: string) => site.replace(/^blocks\.\d+\./, "");
  const first = new Map(sites.toReversed().map((site) => [inner(site), site]));
  const names = [...new Set(sites.map(inner))];
  const ends = names.find((one) => `.${one}`.endsWith(`.${name}`));
  const within = new Map(names.map((one) => [one.replace(/^attn\./, ""), one]));
  const given = name.replace(/^attn\./, "");
  const found = ends === undefined
    ? nearestNames(given, [...within.keys()]).map((one) => within.get(one)!)
    : [ends];
  return bare ? found : found.map((one) => first.get(one)!);
}

/** What sites there are, for a name that is near to none. */
function sitesText(sites: readonly Site[]): string {
  const within = [...new Set(sites.map((site) => /^blocks\.\d+\.(.*)/.exec(site)?.[1]))];
  return `it has ${
    sites.filter((site) => !site.startsWith("blocks.")).join(", ")
  } and, in a block, ${within.filter((name) => name !== undefined).join(", ")}`;
}
