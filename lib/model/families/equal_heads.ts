/**
 * The width of a head, where a configuration leaves it to the width of the stream.
 *
 * @module
 */

import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";

/**
 * Shares a stream out among heads.
 *
 * @throws {CheckpointError} If the width is no multiple of the heads.
 */
export function equalHeads(config: ConfigReader, width: number, heads: number): number {
  if (width % heads === 0) return width / heads;
  throw new CheckpointError(config.file, "the width must be a multiple of the heads", {
    current: [width, heads],
  });
}
