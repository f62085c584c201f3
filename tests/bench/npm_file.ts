/**
 * One file of an npm package, for a bench that needs it in a page.
 *
 * @module
 */

/** Files that were fetched. */
const files = new Map<string, Promise<string>>();

/**
 * Fetches a file of a package.
 *
 * @param name The package.
 * @param version Its exact version.
 * @param path The file in it.
 * @returns Its text.
 */
export function npmFile(name: string, version: string, path: string): Promise<string> {
  const key = `${name}/${version}/${path}`;
  if (!files.has(key)) files.set(key, fetched(name, version, path));
  return files.get(key)!;
}

async function fetched(name: string, version: string, path: string): Promise<string> {
  const registry = (Deno.env.get("NPM_CONFIG_REGISTRY") ?? "https://registry.npmjs.org")
    .replace(/\/$/, "");
  const { body } = await fetch(`${registry}/${name}/-/${name}-${version}.tgz`);
  const unpacked = body!.pipeThrough(new DecompressionStream("gzip"));
  const archive = new Uint8Array(await new Response(unpacked).arrayBuffer());
  const text = (from: number, length: number) =>
    new TextDecoder().decode(archive.subarray(from, from + length)).replace(/\0.*$/s, "");
  // A tar file: headers of 512 bytes, each before its file, which is filled up to such a block.
  for (let at = 0; at + 512 <= archive.length;) {
    const size = parseInt(text(at + 124, 12).trim(), 8) || 0;
    if (text(at, 100).endsWith(`/${path}`)) return text(at + 512, size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`Cannot find ${path} in ${name} ${version}`);
}
