/**
 * A run that captured what its stream can be taken apart by.
 *
 * @module
 */

import type { Prompt, PromptTokens, Site, Transformer } from "../model/mod.ts";
import {
  checkModel,
  type Edit,
  editText,
  run,
  type RunResult,
  sourceOf,
  type Spans,
  withOrigin,
} from "../run/mod.ts";
import {
  display,
  type Document,
  drawn,
  type DrawnPromise,
  inspect,
  refuseUnknownOptions,
  table,
} from "../show/mod.ts";
import { type Level, type Levels, levelsOf } from "./part.ts";
import { normScaleSites } from "./stream_writes.ts";

/** Options for {@linkcode captureStream}. */
export interface CaptureStreamOptions {
  /** How finely it can be taken apart: paths take the most memory. @default {heads, and neurons} */
  readonly by?: Level | readonly Level[];
  /** What is changed. @default {nothing} */
  readonly edits?: readonly Edit[];
  /** Names for stretches of the prompts, which edits may give as positions. @default {none} */
  readonly spans?: Spans;
  /** The bytes that the capture may take. @default {2 GiB} */
  readonly captureLimit?: number;
  /** Stops the run between two blocks. */
  readonly signal?: AbortSignal;
}

/** What {@linkcode CaptureStreamOptions} may hold. */
export const captureOptions: readonly string[] = [
  "by",
  "edits",
  "spans",
  "captureLimit",
  "signal",
];

/** A run whose stream can be taken apart, again and again, without another forward pass. */
export class CapturedStream {
  /** The model. */
  readonly model: Transformer;
  /** The run. */
  readonly result: RunResult;
  /** How finely the stream can be taken apart. */
  readonly levels: Levels;

  /** Holds a run; `captureStream` makes it. */
  constructor(model: Transformer, result: RunResult, levels: Levels) {
    this.model = model;
    this.result = result;
    this.levels = levels;
  }

  /** The tokens of each prompt. */
  get prompts(): readonly PromptTokens[] {
    return this.result.tokens;
  }

  /** Frees what was captured. */
  dispose(): void {
    this.result.dispose();
  }

  /** Frees what was captured at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Draws what was captured. */
  [display](): Document {
    const { attention, feedForward } = this.levels;
    return table({
      title: `The stream of ${this.model.provenance.name} on ${this.prompts.length} prompts`,
      columns: [{ name: "attention" }, { name: "feed-forward" }, { name: "sites" }, {
        name: "size",
        unit: "MB",
      }],
      rows: [[
        `by ${attention}`,
        `by ${feedForward}`,
        this.result.cache.sites.length,
        this.result.cache.bytes / 1e6,
      ]],
      caption: [
        sourceOf(this, this.model.provenance.name),
        ...this.result.edits.map(editText),
      ].join(" · "),
    });
  }

  /** Shows what was captured in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }
}

/**
 * Runs a model and keeps what its stream can be taken apart by, so that many decompositions cost one forward pass.
 *
 * @param model The model.
 * @param prompt Text, token ids, or a list of prompts of any lengths.
 * @param options How finely it is to be taken apart, and what is edited.
 * @returns The run, to be freed by `dispose()`; `residualParts` and `logitAttribution` take it in the place of a prompt. The
 * promise draws itself.
 * @throws {RangeError} If the capture is over its limit, or a level does not exist.
 *
 * @example
 * ```ts
 * import { captureStream, load, logit, logitAttribution } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * using stream = await captureStream(model, "When Mary and John went to the store, John gave a key to");
 * const heads = await logitAttribution(model, stream, logit(" Mary"), { by: "head" });
 * const neurons = await logitAttribution(model, stream, logit(" Mary"), { by: ["head", "neuron"] });
 * if (!(neurons.parts.length > heads.parts.length)) throw new Error("there are more neurons");
 * ```
 */
export function captureStream(
  model: Transformer,
  prompt: Prompt,
  options: CaptureStreamOptions = {},
): DrawnPromise<CapturedStream> {
  return drawn(() => capture(model, prompt, options));
}

async function capture(
  model: Transformer,
  prompt: Prompt,
  options: CaptureStreamOptions,
): Promise<CapturedStream> {
  const purpose = "capture a stream";
  checkModel(model, purpose);
  refuseUnknownOptions(purpose, options, captureOptions);
  const { by = ["head", "neuron"], ...rest } = options;
  const levels = levelsOf(by, purpose, model.architecture.mixture != null);
  const result = await run(model, prompt, { ...rest, capture: streamSites(model, levels) });
  return withOrigin(new CapturedStream(model, result, levels), model, {
    name: "captureStream",
    given: { prompt: result.tokens, options },
    prompts: result.tokens,
  });
}

/** What a stream is taken apart by. */
function streamSites(model: Transformer, { attention, feedForward }: Levels): Site[] {
  const { embed, pos_embed, blocks } = model.sites, { clip, mixture } = model.architecture;
  const part = (name: string) => blocks.map((_, layer) => `blocks.${layer}.${name}` as Site);
  const experts = mixture
    ? Array.from({ length: mixture.experts }, (_, e) => part(`moe.experts.${e}.post`)).flat()
    : [];
  return [
    embed,
    ...pos_embed ? [pos_embed] : [],
    ...normScaleSites(model),
    ...blocks.flatMap(({ resid_pre, resid_mid, resid_post }) => [
      resid_pre,
      ...resid_mid ? [resid_mid] : [],
      resid_post,
    ]),
    ...part("attn_out"),
    ...part("mlp_out"),
    ...attention === "component" ? [] : part("attn.z"),
    ...attention === "path"
      ? [...part("attn.pattern"), ...part(clip == null ? "attn.v" : "attn.v_clipped")]
      : [],
    ...feedForward === "component"
      ? []
      : mixture
      ? [...part("moe.weights"), ...experts]
      : part("mlp.post"),
  ];
}

/** The levels that a stream was captured for, each with what it serves. */
const SERVES = {
  component: ["component"],
  head: ["component", "head"],
  path: ["component", "head", "path"],
  neuron: ["component", "neuron", "expert"],
  expert: ["component", "neuron", "expert"],
} as const;

/**
 * Checks that a stream is of a model, and captured finely enough.
 *
 * @throws {TypeError} If it is of another model.
 * @throws {RangeError} If it was captured for coarser parts.
 */
export function checkStream(
  stream: CapturedStream,
  model: Transformer,
  wanted: Levels,
  purpose: string,
): void {
  if (stream.model !== model) {
    throw new TypeError(
      `Cannot ${purpose} as the stream must be of the same model, ${model.provenance.name}: it is of ${
        stream.model === model ? "it" : `another, ${stream.model.provenance.name}`
      }`,
    );
  }
  for (const what of ["attention", "feedForward"] as const) {
    const serves: readonly string[] = SERVES[stream.levels[what]];
    if (serves.includes(wanted[what])) continue;
    throw new RangeError(
      `Cannot ${purpose} by ${
        wanted[what]
      } as the stream must be captured for it: it was captured by ${
        stream.levels[what]
      }; capture it with { by: ${JSON.stringify(wanted[what])} }`,
    );
  }
}
