/**
 * The families that can be read, as a table drawn from their own files.
 *
 * @module
 */

import { display, type Document, table } from "../show/mod.ts";
import type { Architecture } from "./architecture.ts";
import { ConfigReader } from "./config_reader.ts";
import { families } from "./known_families.ts";
import { listSites } from "./sites.ts";
import { attentionWords, feedForwardWords, normWords, positionWords, scaleWords } from "./words.ts";

/** One family: what it computes where its configuration says nothing but sizes. */
export interface FamilyRow {
  /** What `model_type` says. */
  readonly name: string;
  /** What `architectures` may say. */
  readonly architectures: readonly string[];
  /** What it computes. */
  readonly mechanisms: readonly string[];
  /** The sites that it has and that fewer than half of the families have. */
  readonly sites: readonly string[];
  /** The fields of `config.json` that it reads beside sizes: each is a switch, or a number. */
  readonly switches: readonly string[];
  /** How far the numbers of a tiny checkpoint are from those of transformers at most; tests hold it. */
  readonly parity: number;
}

/** The families with their mechanisms, sites and switches. */
export class FamiliesTable {
  /** A row for each family. */
  readonly rows: readonly FamilyRow[];

  /** Takes rows over; `familiesTable` makes them. */
  constructor(rows: readonly FamilyRow[]) {
    this.rows = rows;
  }

  /** Draws the table. */
  [display](): Document {
    return table({
      title: `${this.rows.length} families can be read`,
      columns: ["family", "mechanisms", "sites", "switches", "parity"].map((name) => ({ name })),
      rows: this.rows.map(({ name, mechanisms, sites, switches, parity }) => [
        name,
        mechanisms.join("; "),
        sites.join(", "),
        switches.join(", "),
        parity,
      ]),
      caption:
        "mechanisms and sites are those of a configuration that says nothing but sizes; parity is how far a tiny checkpoint is from transformers at most",
    });
  }

  /** Shows the table in a terminal. */
  [Symbol.for("Deno.customInspect")](): string {
    return this[display]()["text/plain"];
  }

  /** The rows. */
  toJSON(): readonly FamilyRow[] {
    return this.rows;
  }
}

/** Sizes under every name that a family has for them; all other fields are left to their defaults. */
const SIZES: Readonly<Record<string, number>> = {
  d_model: 4096,
  ffn_dim: 16384,
  hidden_size: 4096,
  intermediate_size: 16384,
  max_position_embeddings: 2048,
  n_embd: 4096,
  n_head: 32,
  n_heads: 32,
  n_layer: 12,
  n_layers: 12,
  n_positions: 2048,
  num_attention_heads: 32,
  num_heads: 32,
  num_hidden_layers: 12,
  num_layers: 12,
  vocab_size: 32000,
};

/**
 * Lists the families that can be read: what each computes, which sites it has that few have, which fields of its
 * configuration it reads, and how near it comes to transformers. It is drawn from the families' own files, so that it is never out of date.
 *
 * @example
 * ```ts
 * import { familiesTable } from "@innerworks/innerworks";
 *
 * const names = familiesTable().rows.map(({ name }) => name);
 * if (!names.includes("gpt2")) throw new Error("GPT-2 can be read");
 * ```
 */
export function familiesTable(): FamiliesTable {
  const read = [...families.values()].map((family) => {
    const reader = new ConfigReader(family.name, SIZES);
    const architecture = family.architecture(reader);
    return { family, architecture, fields: reader.fieldsRead };
  });
  const sites = read.map(({ architecture }) => blockSitesOf(architecture));
  const rare = (site: string) => 2 * sites.filter((own) => own.has(site)).length < sites.length;
  return new FamiliesTable(read.map(({ family, architecture, fields }, i) => ({
    name: family.name,
    architectures: family.architectures,
    mechanisms: mechanismsOf(architecture),
    sites: [...sites[i]!].filter(rare),
    switches: fields.filter((field) => !Object.hasOwn(SIZES, field)).sort(),
    parity: family.parity,
  })));
}

/** The sites of any block, and those of the ends, by their names; experts count once. */
function blockSitesOf(architecture: Architecture): Set<string> {
  return new Set(
    [...listSites(architecture).keys()].map((site) =>
      site.replace(/^blocks\.\d+\./, "").replace(/experts\.\d+/, "experts.*")
    ),
  );
}

function mechanismsOf(architecture: Architecture): string[] {
  return [
    architecture.parallel ? "attention and feed-forward in parallel" : "one after the other",
    normWords(architecture),
    `positions ${positionWords(architecture)}`,
    ...attentionWords(architecture),
    feedForwardWords(architecture),
    ...scaleWords(architecture),
  ];
}
