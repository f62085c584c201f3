/**
 * For whom a notebook is drawn.
 *
 * @module
 */

import { drawable, type Drawing, passThrough } from "./display.ts";
import { refuseUnknownWord } from "./known_options.ts";
import { withoutPlotly } from "./plotly_carrier.ts";

/** For whom drawings are made. */
export type Profile = "everybody" | "github" | "offline" | "screen reader";

const profiles: readonly Profile[] = ["everybody", "github", "offline", "screen reader"];

type Part = Drawing | { readonly "text/plain": string };

/** What a list was put together from. */
export const partsOf: WeakMap<object, readonly Part[]> = new WeakMap();

/** The whole drawing behind what a profile left of it. */
const wholes = new WeakMap<object, Drawing>();

/** The whole drawing behind what is shown. */
export function wholeOf(shown: Drawing): Drawing {
  return wholes.get(shown) ?? shown;
}

/**
 * Says for whom the cells that follow are drawn.
 *
 * `"everybody"`, which holds until something else is said, gives every host what it shows best. `"github"` gives each drawing as
 * a picture and text, which is what sites show that strip scripts and styles. `"offline"` gives charts as pages too, for hosts
 * whose own Vega-Lite is fetched from a network, and carries no plotly.js. `"screen reader"` gives Markdown and text: tables that can be walked through,
 * and pictures by what they show. What is saved by `save` is always whole.
 *
 * @param profile For whom.
 * @throws {TypeError} If there is no such profile.
 *
 * @example
 * ```ts
 * import { showFor } from "@innerworks/innerworks";
 * showFor("screen reader");
 * showFor("everybody");
 * ```
 */
export function showFor(profile: Profile): void {
  refuseUnknownWord("draw for a profile", "it", profile, profiles);
  if (profile === "everybody") return passThrough(undefined);
  passThrough((bundle) => {
    const shown = drawnFor(profile, bundle).then((drawing) => {
      if (drawing !== bundle) wholes.set(drawing, bundle);
      return drawing;
    });
    // What prints a value reads the text of its drawing at once, and does not wait.
    return Object.assign(shown, { "text/plain": bundle["text/plain"] });
  });
}

/** What a profile leaves of a drawing. */
async function drawnFor(profile: Profile, bundle: Drawing): Promise<Drawing> {
  const text = bundle["text/plain"];
  if (profile === "screen reader") {
    const { markdown } = await import("./markdown.ts");
    const parts = partsOf.get(bundle) ?? [bundle];
    const made = parts.map((part) =>
      markdown(
        "text/html" in part || "image/png" in part ? part : {
          "text/html": "",
          "text/plain": part["text/plain"],
        },
      )
    );
    return { "text/markdown": made.join("\n\n"), "text/plain": text } as unknown as Drawing;
  }
  if ("image/png" in bundle) {
    if (profile === "github") {
      return { "image/png": bundle["image/png"], "text/plain": text } as unknown as Drawing;
    }
    const { partHtml } = await import("./all.ts");
    return drawable({ "text/html": partHtml(bundle), "text/plain": text });
  }
  // Hosts of this profile are lean: what needs a library of its own is drawn without it.
  if (profile === "offline") return withoutPlotly(bundle);
  const { documentSvg } = await import("./document_svg.ts");
  const { pngOf } = await import("./chart.ts");
  const picture = await pngOf(documentSvg(partsOf.get(bundle) ?? [bundle]));
  return { "image/png": picture.toBase64(), "text/plain": text } as unknown as Drawing;
}
