/**
 * A wheel of PyPI that holds libraries for a machine, pinned by version and content.
 *
 * @module
 */

import { unzip } from "./unzip.ts";

/** A wheel for one kind of machine. */
export interface Wheel {
  /** The name of the package. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** The name of the file. */
  readonly file: string;
  /** The SHA-256 of its content. */
  readonly sha256: string;
  /** The paths of the libraries in it that are wanted. */
  readonly libraries: RegExp;
}

/**
 * Asserts that a downloaded wheel is the pinned one.
 *
 * @param wheel Which wheel it should be.
 * @param content What was downloaded.
 * @throws {Error} If its SHA-256 is another.
 */
export async function checkWheel(wheel: Wheel, content: Uint8Array<ArrayBuffer>): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (sha256 !== wheel.sha256) {
    throw new Error(
      `Cannot trust "${wheel.file}" as its SHA-256 must be ${wheel.sha256}: current value is ${sha256}`,
    );
  }
}

/**
 * Unpacks libraries of a wheel into a folder.
 *
 * @param wheel Which of its libraries are wanted.
 * @param content The wheel.
 * @param folder Where the libraries go; it is made if it is not there.
 * @returns Their paths, in the order of the wheel.
 * @throws {SyntaxError} If the wheel holds none of them.
 */
export async function unpackLibraries(
  wheel: Pick<Wheel, "file" | "libraries">,
  content: Uint8Array<ArrayBuffer>,
  folder: URL,
): Promise<URL[]> {
  const files = unzip(content), libraries = files.filter(({ path }) => wheel.libraries.test(path));
  if (libraries.length === 0) {
    throw new SyntaxError(
      `Cannot unpack "${wheel.file}" as it must hold a library such as ${wheel.libraries.source}: its files are [${
        files.map(({ path }) => path).join(", ")
      }]`,
    );
  }
  await Deno.mkdir(folder, { recursive: true });
  return await Promise.all(libraries.map(async ({ path, bytes }) => {
    // Only the last part of a path, so that no archive writes elsewhere.
    const target = new URL(encodeURIComponent(path.replace(/^.*\//, "")), folder);
    // Moved into place whole: a process may have the old one mapped.
    const fresh = new URL(`${target.href}.${crypto.randomUUID()}`);
    await Deno.writeFile(fresh, await bytes(), { mode: 0o755 });
    await Deno.rename(fresh, target);
    return target;
  }));
}
