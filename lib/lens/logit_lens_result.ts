/**
 * What a logit lens saw.
 *
 * @module
 */

import { promptCode, type PromptTokens } from "../model/mod.ts";
import { type Edit, editsCode, editText, originFrom } from "../run/mod.ts";
import { display, type Document, inspect, lensTable, LongTable, quotedEnd } from "../show/mod.ts";
import type { LensEntry } from "./lens_entries.ts";
import type { LensNorm } from "./lens_rows.ts";
import { LensTrajectory } from "./lens_trajectory.ts";
import { type LensTarget, normText } from "./read_out.ts";
import type { RowReading } from "./row_reading.ts";
import { positionIn } from "./stream_site.ts";
import type { TokenName } from "./token_ids.ts";

/** What one cell of a lens says. */
export interface LogitLensReading extends RowReading {
  /** The Kullback–Leibler divergence of this prediction from the last one, Σ p_last · log(p_last / p), in nats. */
  readonly divergence: number;
}

/** What a lens looked at. */
export interface LensFacts {
  /** The model, by name. */
  readonly model: string;
  /** Where the numbers come from, in one line; the model's name if left out. */
  readonly source?: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** How the last norm was applied. */
  readonly norm: LensNorm;
  /** What was read at each position, the last stream as the last. */
  readonly entries: readonly LensEntry[];
  /** The positions, counted from 0. */
  readonly positions: readonly number[];
  /** The tokens that were followed. */
  readonly tracked: readonly LensTarget[];
  /** How many tokens there are. */
  readonly vocabulary: number;
  /** The edits that were made. */
  readonly edits: readonly Edit[];
}

/** The predictions of every layer at every position. */
export class LogitLens {
  /** What was looked at. */
  readonly facts: LensFacts;
  /** What each cell says, by entry and then by place in `facts.positions`. */
  readonly readings: readonly (readonly LogitLensReading[])[];

  /** Holds what was read. */
  constructor(facts: LensFacts, readings: readonly (readonly LogitLensReading[])[]) {
    this.facts = facts;
    this.readings = readings;
  }

  /** What was read at each position. */
  get entries(): readonly LensEntry[] {
    return this.facts.entries;
  }

  /** The positions, counted from 0. */
  get positions(): readonly number[] {
    return this.facts.positions;
  }

  /**
   * One cell.
   *
   * @param entry The number of the entry, or its site; negative numbers count from the last.
   * @param position The position in the prompt; negative ones count from its end.
   * @throws {RangeError} If it was not read.
   */
  at(entry: number | string, position: number): LogitLensReading {
    const { entries, positions, prompt } = this.facts;
    const row = typeof entry === "string"
      ? entries.findIndex(({ site }) => site === entry)
      : entry < 0
      ? entries.length + entry
      : entry;
    if (!entries[row]) {
      throw new RangeError(
        `Cannot find ${entry} in the lens as it must be an entry: there are ${
          entries.map(({ label }) => label).join(", ")
        }`,
      );
    }
    const place = positions.indexOf(positionIn(prompt, position, "read a lens"));
    if (place >= 0) return this.readings[row]![place]!;
    throw new RangeError(
      `Cannot read position ${position} in the lens as it must have been read: positions are ${
        positions.join(", ")
      }`,
    );
  }

  /**
   * For each position the prediction depth (Belrose et al. 2023; Geva et al. 2022): the number of the first entry from which
   * on every stream has the last prediction as its likeliest token. Parts of the stream, such as `attn_out`, decide nothing
   * and are passed over. Of equally likely tokens the one with the lower id counts.
   *
   * @param options With `variants`, tokens that differ in leading space and capitals alone, such as "The" and " the", count
   * as the same.
   */
  decidedAt(options: { readonly variants?: boolean } = {}): number[] {
    const { variants = false } = options;
    return this.positions.map((_, place) => {
      const said = (entry: number) => {
        const { token, id } = this.readings[entry]![place]!.top[0]!;
        return variants ? token.text.trim().toLowerCase() : id;
      };
      let depth = this.entries.length - 1;
      const last = said(depth);
      for (let entry = depth - 1; entry >= 0; entry--) {
        if (!this.entries[entry]!.stream) continue;
        if (said(entry) !== last) break;
        depth = entry;
      }
      return depth;
    });
  }

  /**
   * How a token fares from entry to entry.
   *
   * @param token One of the tokens that were followed.
   * @throws {RangeError} If it was not.
   */
  trajectory(token: TokenName): LensTrajectory {
    const { tracked, ...facts } = this.facts;
    const at = tracked.findIndex(({ id, token: { text } }) => id === token || text === token);
    if (at < 0) {
      throw new RangeError(
        `Cannot follow ${JSON.stringify(token)} as it must be tracked: ${
          tracked.length === 0
            ? "nothing was, give it as track"
            : `tracked are ${tracked.map(({ token }) => JSON.stringify(token.text)).join(", ")}`
        }`,
      );
    }
    const each = this.readings.map((row) => row.map(({ tracked }) => tracked[at]!));
    const trajectory = new LensTrajectory(
      { ...facts, token: tracked[at]! },
      each.map((row) => row.map(({ rank }) => rank)),
      each.map((row) => row.map(({ logProbability }) => logProbability)),
    );
    return originFrom(trajectory, this, `.trajectory(${tracked[at]!.id})`);
  }

  /**
   * Draws what each layer would say next, from the first at the top to the last at the bottom, with the place from which on
   * it is decided and the ranks of the first token that was followed.
   */
  [display](): Document {
    const { entries, positions, prompt, tracked: [first] } = this.facts;
    return lensTable({
      title: `Logit lens on ${quotedEnd(prompt)}`,
      stages: entries.map(({ label }) => label),
      tokens: positions.map((position) => prompt.tokens[position]!),
      ...!prompt.tokens.every((_, i) => positions[i] === i) && { positions },
      top: this.readings.map((row) => row.map(({ top }) => top)),
      // A part of the stream decides nothing, so the table is not to find the place by itself.
      decided: this.decidedAt(),
      ...first ? { tracked: { token: first.token, ranks: this.trajectory(first.id).ranks } } : {},
      caption: this.#caption(),
      code: this.#code(),
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /**
   * The readings as rows: of every entry and position the likeliest tokens, then those that were followed (`tracked` is true);
   * entropy and divergence of the cell stand in all of its rows.
   */
  table(): LongTable {
    const { entries, positions, prompt } = this.facts;
    const columns =
      "entry site position token tracked rank next_id next_token logit probability log_probability";
    return new LongTable(
      `logit lens on ${quotedEnd(prompt)}`,
      [...columns.split(" "), "entropy", "divergence"],
      () =>
        this.readings.flatMap((row, at) =>
          row.flatMap(({ top, tracked, entropy, divergence }, place) => {
            const { label, site } = entries[at]!, position = positions[place]!;
            return [top, tracked].flatMap((list, i) =>
              list.map((one) => [
                label,
                site,
                position,
                prompt.tokens[position]!.text,
                i === 1,
                one.rank,
                one.id,
                one.token.text,
                one.logit,
                one.probability,
                one.logProbability,
                entropy,
                divergence,
              ])
            );
          })
        ),
    );
  }

  /** The numbers as plain data. */
  toJSON(): Omit<LensFacts, "prompt"> & {
    prompt: string;
    readings: readonly (readonly LogitLensReading[])[];
  } {
    return { ...this.facts, prompt: this.facts.prompt.text, readings: this.readings };
  }

  /** The expression of a cell. */
  #code(): string {
    const { entries, positions, prompt, norm, edits } = this.facts;
    const sites = [...new Set(entries.slice(0, -1).map(({ site }) => site))];
    const options = JSON.stringify({ sites, positions, norm });
    const more = edits.length > 0 ? `, ${editsCode(edits)} }` : " }";
    return `(await logitLens(model, ${promptCode(prompt)}, ${
      options.replace(/^\{/, "{ ").replace(/\}$/, () => more)
    })).at({stage}, ${JSON.stringify(positions)}[{place}])`;
  }

  #caption(): string {
    const { model, source = model, norm, edits } = this.facts;
    return [source, normText(norm), ...edits.map(editText)].join(" · ");
  }
}
