/**
 * Outputs that show a widget, as each kind of client is to have them.
 *
 * @module
 */

import type { Envelope, EnvelopeCodec } from "./envelope.ts";

/** The type of an output that shows a widget by its model. */
export const widgetView: string = "application/vnd.jupyter.widget-view+json";
/** A longer output is not searched for a widget. */
const LONGEST = 2 ** 22;

/**
 * Gives the output of a widget the name of its model, by which its last state can be put into the notebook; results
 * become displays for that, as only those can be changed. A client with no user, such as nbconvert, gets what stands
 * beside the widget alone: it would save the name of a model that ends with the kernel.
 *
 * @param output An output.
 * @param codec Seals what is changed.
 * @param headless Whether the client has no user.
 * @returns What is to be sent; undefined if nothing is.
 */
export function widgetOutput(
  output: Envelope,
  codec: EnvelopeCodec,
  headless: boolean,
): Envelope | undefined {
  if (output.type === "comm_open") {
    return headless && output.content.target_name === "jupyter.widget" ? undefined : output;
  }
  if (output.type !== "display_data" && output.type !== "execute_result") return output;
  if (output.size > LONGEST) return output;
  const { data, metadata, transient, execution_count } = output.content as {
    data?: Record<string, unknown>;
    metadata?: object;
    transient?: { display_id?: string };
    execution_count?: number;
  };
  const view = data?.[widgetView] as { model_id?: unknown } | undefined;
  if (view === undefined) return output;
  if (headless) {
    const { [widgetView]: _view, ...rest } = data!;
    return codec.changed(output, { content: { ...output.content, data: rest } });
  }
  if (transient?.display_id !== undefined) return output;
  const content = { data, metadata, transient: { ...transient, display_id: view.model_id } };
  if (execution_count === undefined) return codec.changed(output, { content });
  return codec.seal({ type: "display_data", content, parent: output.parent });
}
