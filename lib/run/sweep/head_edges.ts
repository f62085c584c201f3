/**
 * A grid of the edges between heads.
 *
 * Wang et al., "Interpretability in the Wild", 2022, https://arxiv.org/abs/2211.00593, section 3.1, patch paths; Conmy et al.,
 * "Towards Automated Circuit Discovery", 2023, https://arxiv.org/abs/2304.14997, single edges, as here.
 *
 * @module
 */

import { keyHead, type Site, type Transformer } from "../../model/mod.ts";
import { refuseUnknownOptions } from "../../show/mod.ts";
import type { Edit } from "../edit.ts";
import { add } from "../edits/mod.ts";
import { ofCache, ofRun } from "../value_source.ts";
import { along, gridOptionsCode, writtenGrid } from "./grid_code.ts";
import type { GridBuilder, GridContext, Variant } from "./variant.ts";

/** A head of a layer. */
export type EdgeHead = readonly [layer: number, head: number];

/** What a head reads: the stream that its queries, keys or values are made of. */
export type HeadInput = "q" | "k" | "v";

/** Options for {@linkcode headEdges}. */
export interface HeadEdgesOptions {
  /** The heads that write, as `[layer, head]`. @default {all} */
  readonly from?: readonly EdgeHead[];
  /** The heads that read. @default {all} */
  readonly to?: readonly EdgeHead[];
  /** What of a head's reading is changed. @default {["q", "k", "v"]} */
  readonly inputs?: readonly HeadInput[];
}

/**
 * Builds a grid of the edges between heads: in each cell one head reads the stream as if another had written something else,
 * and everybody else reads the stream as it is. Of pairs, what the head wrote in the other run; of single prompts, nothing.
 *
 * Whatever the reading head then writes goes on as usual, so that this is the effect of an edge and not of a path. Where several
 * heads share keys and values, their inputs are those of the shared head, and all that share it are changed.
 *
 * @param options Which heads, and by which inputs.
 * @returns Axes `[from, to]`, heads called `layer.head`; a head reads no head of its own layer or of later ones, so that such cells
 * are undefined.
 * @throws {RangeError} If there is no such head, or what heads write goes through a norm before it is added to the stream.
 *
 * @example
 * ```ts
 * import { headEdges, load, logitDifference, sweep } from "@innerworks/innerworks";
 * const model = await load("seedling");
 * const prompt = "When Mary and John went to the store, John gave a key to";
 * const edges = headEdges({ from: [[0, 1], [1, 2]], to: [[3, 5]], inputs: ["q"] });
 * const grid = await sweep(model, prompt, edges, logitDifference(" Mary", " John"));
 * console.log(grid.data.shape); // [2, 1]
 * ```
 */
export function headEdges(options: HeadEdgesOptions = {}): GridBuilder {
  refuseUnknownOptions("sweep edges between heads", options, ["from", "to", "inputs"]);
  const { inputs = ["q", "k", "v"] } = options;
  checkInputs(inputs);
  const from = (model: Transformer) => headsOf(model, options.from, "from");
  return {
    label: `edges between heads, by ${inputs.join(", ")}`,
    sites: (model) => [...new Set(from(model).map(([layer]) => resultOf(layer)))],
    build(context) {
      const { model } = context, { norms = "before" } = model.architecture;
      if (norms !== "before") {
        throw new RangeError(
          `Cannot sweep edges between heads as what heads write must be added to the stream as it is: ${model.provenance.name} has norms ${norms} it`,
        );
      }
      const senders = from(model), readers = headsOf(model, options.to, "to");
      const axis = (name: string, heads: readonly EdgeHead[]) => ({
        name,
        labels: heads.map(([layer, head]) => `${layer}.${head}`),
      });
      const axes = [axis("from", senders), axis("to", readers)] as const;
      const cell = { from: "[{from}]", to: "[{to}]" };
      return writtenGrid({
        axes,
        variants: senders.flatMap((sender) =>
          readers.map((reader): Variant | null =>
            sender[0] < reader[0]
              ? {
                edits: inputs.flatMap((input) => edgeEdits(context, sender, reader, input)),
                label: `${sender.join(".")} → ${reader.join(".")}`,
              }
              : null
          )
        ),
      }, {
        text: `headEdges(${gridOptionsCode({ inputs: options.inputs }, cell)})`,
        index: "0",
        names: { from: along(axes[0], senders), to: along(axes[1], readers) },
      });
    },
  };
}

const resultOf = (layer: number): Site => `blocks.${layer}.attn.result`;

/** Takes away what a head writes from what another reads, and puts what it wrote in the other run in its place. */
function edgeEdits(
  { model, source }: GridContext,
  [layer, heads]: EdgeHead,
  ...[[to, reader], input]: [EdgeHead, HeadInput]
): readonly Edit[] {
  const site: Site = `blocks.${to}.attn.${input}_input`;
  const where = { heads: input === "q" ? reader : keyHead(model, reader) };
  const at = { at: resultOf(layer), heads };
  const away = add(site, ofRun(at), { ...where, scale: -1 });
  return source ? [away, add(site, ofCache(source, at), where)] : [away];
}

/** The heads that are wanted, layers counted from the first. */
function headsOf(
  model: Transformer,
  wanted: readonly EdgeHead[] | undefined,
  name: string,
): readonly EdgeHead[] {
  const { layers, heads } = model.architecture;
  if (wanted === undefined) {
    return Array.from({ length: layers * heads }, (_, i) => [Math.floor(i / heads), i % heads]);
  }
  return wanted.map((place) => {
    const [layer, head] = Array.isArray(place) ? place as EdgeHead : [NaN, NaN];
    const at = layer < 0 ? layers + layer : layer;
    const within = (value: number, size: number) =>
      Number.isInteger(value) && value >= 0 && value < size;
    if (within(at, layers) && within(head, heads)) return [at, head];
    throw new RangeError(
      `Cannot sweep edges between heads as ${name} must be a list of [layer, head], layers from ${-layers} to ${
        layers - 1
      } and heads from 0 to ${heads - 1}: one is ${JSON.stringify(place)}`,
    );
  });
}

function checkInputs(inputs: readonly HeadInput[]): void {
  const fine = Array.isArray(inputs) && inputs.length > 0 &&
    inputs.every((input, i) => ["q", "k", "v"].includes(input) && inputs.indexOf(input) === i);
  if (fine) return;
  throw new RangeError(
    `Cannot sweep edges between heads as inputs must be some of "q", "k", "v": current value is ${
      JSON.stringify(inputs)
    }`,
  );
}
