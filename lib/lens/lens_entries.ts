/**
 * What a lens reads, one below the other: the values of sites, those of heads one by one.
 *
 * @module
 */

import type { Site, SitePattern, Transformer } from "../model/mod.ts";
import type { Cache } from "../run/mod.ts";
import { tf } from "../tensor/mod.ts";

/** One of the vectors that stand at each position. */
export interface LensEntry {
  /** The site. */
  readonly site: Site;
  /** The head; omitted where the site has none. */
  readonly head?: number;
  /** A short name, such as `2.pre`, `2.mid` or `0.head 3`. */
  readonly label: string;
  /** Whether it is the residual stream itself, and not a part of it. */
  readonly stream: boolean;
}

/**
 * Lists what is read: the streams, or chosen sites; the last stream comes last always.
 *
 * @param model The model.
 * @param sites Sites or patterns; the stream before each block if undefined.
 * @param mid Whether the streams between attention and feed-forward are read too, where there are any.
 * @throws {RangeError} If a pattern fits no site, or a site holds no vectors of the stream's width.
 */
export function lensEntries(
  model: Transformer,
  sites: readonly (SitePattern | string)[] | undefined,
  mid: boolean,
): LensEntry[] {
  const { layers, heads, keyValueHeads } = model.architecture;
  const last: Site = `blocks.${layers - 1}.resid_post`;
  const patterns = sites ?? ["resid_pre", ...mid ? ["resid_mid"] : []];
  const wanted = new Set(patterns.flatMap((pattern) => model.match(pattern, "read")));
  wanted.delete(last);
  const ordered = model.match("*").filter((site) => wanted.has(site));
  return [...ordered, last].flatMap((site): LensEntry[] => {
    const axes = model.axesOf(site).join(" ");
    const stream = /resid_(pre|mid|post)$/.test(site);
    if (axes === "batch position width") return [{ site, label: shortName(site, last), stream }];
    if (axes !== "head batch position width") {
      throw new RangeError(
        `Cannot read ${site} through a lens as it must hold vectors of the stream, [batch, position, width], of heads or not: its axes are ${
          model.axesOf(site).join(", ")
        }`,
      );
    }
    const count = /[kv]_input$/.test(site) ? keyValueHeads : heads;
    return Array.from({ length: count }, (_, head) => ({
      site,
      head,
      label: `${shortName(site, last)} head ${head}`,
      stream,
    }));
  });
}

/** The vectors of an entry at some positions of the only prompt, `[position, width]`. */
export function entryVectors(
  cache: Cache,
  { site, head = 0 }: LensEntry,
  positions: readonly number[],
): tf.Tensor2D {
  const value = cache.get(site);
  const [length, width] = value.shape.slice(-2) as [number, number];
  return tf.tidy(() => {
    const rows = tf.slice(value.reshape([-1, width]), [head * length, 0], [length, width]);
    const all = positions.length === length && positions.every((position, i) => position === i);
    return (all
      ? rows.clone()
      : tf.gather(rows, tf.tensor1d([...positions], "int32"))) as tf.Tensor2D;
  });
}

/** A site's name without what repeats itself from row to row. */
function shortName(site: Site, last: Site): string {
  if (site === last) return "final";
  return site.replace(/^blocks\./, "").replace("resid_", "").replace("attn.result", "result");
}
