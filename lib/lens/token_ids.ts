/**
 * The tokens that a lens is asked about.
 *
 * @module
 */

import type { Transformer } from "../model/mod.ts";

/** A token, as text that is one token or as its id. */
export type TokenName = string | number;

/**
 * Finds the ids of tokens.
 *
 * @param model The model whose tokens they are.
 * @param tokens One token or several.
 * @param purpose What is done with them, as an error begins after "Cannot".
 * @returns Their ids, in the order given.
 * @throws {RangeError} If a text is not one token, or an id is outside the vocabulary.
 * @throws {TypeError} If one is neither text nor a number, or is text and the model has no tokenizer.
 */
export function tokenIds(
  model: Transformer,
  tokens: TokenName | readonly TokenName[],
  purpose: string,
): number[] {
  const { vocabulary } = model.architecture;
  return ([tokens].flat() as TokenName[]).map((token) => {
    if (typeof token === "string") return model.toSingleToken(token);
    if (typeof token !== "number") {
      throw new TypeError(
        `Cannot ${purpose} as a token must be text or an id: current value is ${
          token === null || typeof token !== "object" ? String(token) : "an object"
        }`,
      );
    }
    if (Number.isInteger(token) && token >= 0 && token < vocabulary) return token;
    throw new RangeError(
      `Cannot ${purpose} as a token id must be an integer from 0 to ${
        vocabulary - 1
      }: current value is ${token}`,
    );
  });
}
