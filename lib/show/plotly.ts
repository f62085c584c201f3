/**
 * plotly.js, as text for a page: it is fetched when a view first asks for it, checked, and never run here.
 *
 * @module
 */

import { gzipSync } from "node:zlib";

/** The smallest published build that draws in three dimensions, 1.75 MB. Deno fetches what a program names in full before it starts, so the file is named where it is asked for. */
const bundle = "npm:plotly.js-gl3d-dist-min@4.1.1";
const file = "plotly-gl3d.min.js";
/** SHA-256 of that file: programs outside the clone have no lock of ours. */
const checksum = "aab04dcd9c103a92b18723f8c837712fe820f325d0bcd2421e415e8124a75b9f";

/** The file, read and packed once for a process. */
let packed: Promise<string> | undefined;

/**
 * Packs plotly.js for a page. The first call of a machine fetches 0.6 MB from npm; later ones find them in Deno's cache.
 *
 * @returns The file, packed by gzip, in base64: 0.74 MB.
 * @throws {Error} If it is not in Deno's cache and npm cannot be reached, or if it is not the file that is expected.
 */
export function packedPlotly(): Promise<string> {
  packed ??= read(bundle).then(check).then((text) =>
    gzipSync(new TextEncoder().encode(text), { level: 9 }).toBase64()
  );
  // What failed is tried again when it is next asked for.
  packed.catch(() => packed = undefined);
  return packed;
}

/** Reads the file as text. */
async function read(name: string): Promise<string> {
  try {
    // Deno finds a file of a package as text only once it knows the package, as it does by this: JSON, which runs nothing.
    await import(`${name}/package.json`, { with: { type: "json" } });
    return (await import(`${name}/${file}`, { with: { type: "text" } })).default;
  } catch (cause) {
    throw new Error(
      `Cannot draw by plotly.js as ${
        name.slice(4)
      } must be in Deno's cache or be fetched from npm: current value is ${
        JSON.stringify((cause as Error).message.split("\n")[0])
      }`,
      { cause },
    );
  }
}

/** Refuses any file but the one that was looked at. */
async function check(text: string): Promise<string> {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const found = new Uint8Array(sum).toHex();
  if (found === checksum) return text;
  throw new Error(
    `Cannot draw by plotly.js as the SHA-256 of ${file} must be ${checksum}: current value is ${found}`,
  );
}
