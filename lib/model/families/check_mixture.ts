/**
 * Whether the numbers of a mixture fit each other.
 *
 * @module
 */

import type { MixtureKind } from "../architecture.ts";
import type { ConfigReader } from "../config_reader.ts";
import { CheckpointError } from "../files/mod.ts";

/** Refuses a mixture of which a token would use more experts than there are. */
export function checkMixture(config: ConfigReader, { experts, chosen }: MixtureKind): void {
  if (chosen <= experts) return;
  throw new CheckpointError(config.file, "a token must use at most as many experts as there are", {
    current: [chosen, experts],
  });
}
