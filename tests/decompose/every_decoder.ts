/**
 * Every decoder that the tests have: one of each family, and their variants.
 *
 * @module
 */

import { loadFolder, type Transformer } from "../../lib/model/mod.ts";
import { DECODERS, fixtureModel, fixturePath } from "../model/fixture.ts";

const variants = [...Deno.readDirSync(fixturePath("transformers/variants"))]
  .filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();

/** The names with what loads them. */
export const EVERY_DECODER: readonly (readonly [name: string, load: () => Promise<Transformer>])[] =
  [
    ...DECODERS.map((name) => [name, () => fixtureModel(name)] as const),
    ...variants.map((name) =>
      [
        `variant ${name}`,
        () => loadFolder(fixturePath(`transformers/variants/${name}`)),
      ] as const
    ),
  ];
