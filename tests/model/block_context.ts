/**
 * What a block reads beside its stream, for tests that run one block alone.
 *
 * @module
 */

import type { BlockContext } from "../../lib/model/blocks/attention.ts";
import { rotaryTables } from "../../lib/model/blocks/rotary.ts";
import { exact } from "../../lib/model/mechanisms.ts";
import type { Transformer } from "../../lib/model/mod.ts";
import { nobody, type Observer } from "../../lib/model/observer.ts";

/** The context of a block of a model, for so many positions from 0. */
export function blockContext(
  { weights }: Transformer,
  layer: number,
  positions: number,
  observer: Observer = nobody,
): BlockContext {
  const { position } = weights.architecture;
  const places = [Array.from({ length: positions }, (_, place) => place)];
  const rotary = position.kind === "rotary" ? rotaryTables(position, places, positions) : null;
  return { weights, layer, observer, rotary, mechanisms: exact, mask: null, past: null };
}
