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
    /**
     * `thirds`: all queries, all keys, all values; `heads`: query, key and value of each head in turn; `groups`: for each
     * key head in turn its queries, its key and its value; `quarters`: four parts, each with the queries, then the values,
     * then the keys of a quarter of the heads.
     */
    readonly arrangement: "thirds" | "heads" | "groups" | "quarters";
  };

/** Where the maps of the experts lie; `{expert}` is the number of one. */
export type ExpertNames =
  | { readonly in: string; readonly gate: string; readonly out: string }
  | {
    /** All gates and branches, `[expert, width, 2 · neuron]`, a gate and its branch beside each other. */
    readonly gateAndIn: string;
    /** All output maps, `[expert, neuron, width]`. */
    readonly out: string;
    /** What follows each name in that of its bias. */
    readonly bias: string;
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
  /** The map from the embedding to the stream, where they differ in width. */
  readonly embedIn?: string;
  /** The map from the stream to the unembedding, where they differ in width. */
  readonly unembedIn?: string;
  /** The norm of embeddings. */
  readonly embedNorm?: string;
  /** The norm before attention, or on the stream after it. */
  readonly ln1?: string;
  /** The norm before the feed-forward network, or on the stream after it. */
  readonly ln2?: string;
  /** The norm of what attention writes. */
  readonly ln1Post?: string;
  /** The norm of what the feed-forward network writes. */
  readonly ln2Post?: string;
  /** The norm before the unembedding. */
  readonly finalNorm?: string;
  /** The norm of queries; `{head}` is the number of a head, where each has a module of its own. */
  readonly queryNorm?: string;
  /** The norm of keys. */
  readonly keyNorm?: string;
  /** The scores of attending to nothing, a tensor. */
  readonly sinks?: string;
  /** What rates the experts. */
  readonly router?: string;
  /** The experts. */
  readonly experts?: ExpertNames;
  /** Queries, keys and values. */
  readonly attention: AttentionNames;
  /** The output of attention. */
  readonly attentionOutput: string;
  /** The first map of the feed-forward network: what its neurons read. */
  readonly feedForwardIn?: string;
  /** The gate of a gated feed-forward network. */
  readonly feedForwardGate?: string;
  /** Gate and first map in one matrix, the gates first. */
  readonly feedForwardGateAndIn?: string;
  /** The second map of the feed-forward network: what its neurons write. */
  readonly feedForwardOut?: string;
}

/** A family of checkpoints, as data. */
export interface Family {
  /** What `model_type` says in `config.json`. */
  readonly name: string;
  /** What `architectures` may say. */
  readonly architectures: readonly string[];
  /**
   * How far its fixture's logits, streams and patterns are from those that transformers computes in float32 at most, on any
   * backend: some twice what was measured, so that another BLAS keeps to it.
   */
  readonly parity: number;
  /** The prefix of all module names but the unembedding; files without it are read too. */
  readonly base: string;
  /** Other prefixes that older files have instead. */
  readonly otherBases?: readonly string[];
  /** What the checkpoint calls the unembedding; it stands outside the base. */
  readonly unembed: string;
  /** What the checkpoint calls everything else, where that depends on a switch by its architecture. */
  readonly modules: ModuleNames | ((architecture: Architecture) => ModuleNames);
  /** The number that norms add to their stored gains; queries' and keys' norms too. @default {0} */
  readonly gainOffset?: number;
  /** Rows of the position embedding that stand before the first position's. @default {0} */
  readonly positionOffset?: number;
  /** How a linear map is stored: by rows of inputs, or of outputs as `torch.nn.Linear` does. */
  readonly layout: "in out" | "out in";
  /** Tensors that older checkpoints hold and that are no weights, as patterns below the base prefix. */
  readonly buffers: readonly RegExp[];
  /** Fields of `config.json` that do not change what a forward pass computes. */
  readonly inert: readonly string[];
  /** Translates a configuration; every field that it does not read and that is not inert is an error. */
  readonly architecture: (config: ConfigReader) => Architecture;
}
