/**
 * What other tools wrote, to hold ours against.
 *
 * @module
 */

import type { Warping } from "../../../lib/run/mod.ts";
import type { Transformer } from "../../../lib/model/mod.ts";
import { fixtureModel, type FixtureName, fixturePath, seedling } from "../../model/fixture.ts";

/** A text that transformers wrote. */
export interface GoldenText {
  readonly prompt: number;
  readonly ids: readonly number[];
  readonly score?: number;
}

/** A call of transformers' `generate`. */
export interface GoldenCall {
  readonly model: "seedling" | FixtureName;
  readonly tokens: number;
  readonly end: readonly number[];
  readonly options: {
    readonly num_beams?: number;
    readonly num_return_sequences?: number;
    readonly length_penalty?: number;
    readonly early_stopping?: boolean;
    readonly repetition_penalty?: number;
  };
  readonly texts: readonly GoldenText[];
}

/** The numbers of transformers; `make.py` beside them says how they came about. */
export const transformers: {
  readonly prompts: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly warps: readonly {
    readonly options: Warping & { readonly repetitionPenalty?: number };
    readonly scores: readonly number[];
    readonly seen: readonly number[];
    readonly warped: readonly (number | null)[];
  }[];
  readonly beams: readonly GoldenCall[];
  readonly greedy: readonly GoldenCall[];
} = JSON.parse(Deno.readTextFileSync(fixturePath("transformers/generation/golden.json")));

/** The model of a call, loaded once. */
export function goldenModel(name: GoldenCall["model"]): Promise<Transformer> {
  return name === "seedling" ? seedling() : fixtureModel(name);
}

/** The prompts of a call. */
export function goldenPrompts({ model, texts }: GoldenCall): readonly (readonly number[])[] {
  const rows = [...new Set(texts.map(({ prompt }) => prompt))];
  return rows.map((row) => transformers.prompts[model]![row]!);
}

/** What TransformerLens wrote with the shipped model. */
export const transformerLens: {
  readonly inputs: { readonly generate: { readonly ids: readonly number[] } };
  readonly generate: {
    readonly runs: Readonly<
      Record<
        "plain" | "zero_head" | "add_vector",
        { readonly "with cache": readonly number[]; readonly text: string }
      >
    >;
  };
} = JSON.parse(Deno.readTextFileSync(fixturePath("transformerlens/seedling/golden.json")));
