/**
 * The shape of a family file: which configurations it reads, and what its checkpoints call each weight.
 *
 * @module
 */

import type { Architecture } from "./architecture.ts";
import type { ConfigReader } from "./config_reader.ts";

/** Where the queries, keys and values of a layer lie: in three matrices, or in one. */
export type AttentionNames =
  | { readonly query: string; readonly key: string; readonly value: string }
  | {
    readonly fused: string;
    /** `thirds`: all queries, all keys, all values; `heads`: query, key and value of each head in turn. */
    readonly arrangement: "thirds" | "heads";
  };

/**
 * What a checkpoint calls its modules, below the base prefix. Each name stands for a `.weight` and, where the
 * architecture says so, a `.bias`; `{layer}` is the number of the block.
 */
export interface ModuleNames {
  /** The token embedding. */
  readonly embed: string;
  /** The position embedding of families that learn one. */
  readonly positions?: string;
  /** The norm before attention. */
  readonly ln1: string;
  /** The norm before the feed-forward network. */
  readonly ln2: string;
  /** The norm before the unembedding. */
  readonly finalNorm: string;
  /** Queries, keys and values. */
  readonly attention: AttentionNames;
  /** The output of attention. */
  readonly attentionOutput: string;
  /** The first map of the feed-forward network: what its neurons read. */
  readonly feedForwardIn: string;
  /** The gate of a gated feed-forward network. */
  readonly feedForwardGate?: string;
  /** The second map of the feed-forward network: what its neurons write. */
  readonly feedForwardOut: string;
}

/** A family of checkpoints, as data. */
export interface Family {
  /** What `model_type` says in `config.json`. */
  readonly name: string;
  /** What `architectures` may say. */
  readonly architectures: readonly string[];
  /** The prefix of all module names but the unembedding; files without it are read too. */
  readonly base: string;
  /** What the checkpoint calls the unembedding; it stands outside the base. */
  readonly unembed: string;
  /** What the checkpoint calls everything else. */
  readonly modules: ModuleNames;
  /** How a linear map is stored: by rows of inputs, or of outputs as `torch.nn.Linear` does. */
  readonly layout: "in out" | "out in";
  /** Tensors that older checkpoints hold and that are no weights, as patterns below the base prefix. */
  readonly buffers: readonly RegExp[];
  /** Fields of `config.json` that do not change what a forward pass computes. */
  readonly inert: readonly string[];
  /** Translates a configuration; every field that it does not read and that is not inert is an error. */
  readonly architecture: (config: ConfigReader) => Architecture;
}
