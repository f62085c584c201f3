/**
 * Files that are written many times.
 *
 * @module
 */

/**
 * Writes a file in the place of one that is removed first: ext4 writes a file that was emptied to the disk as soon as it is closed,
 * which took most of the time of tests that write thousands of them.
 */
export function writeAnew(path: string, content: Uint8Array | string): void {
  Deno.removeSync(path);
  if (typeof content === "string") Deno.writeTextFileSync(path, content);
  else Deno.writeFileSync(path, content);
}
