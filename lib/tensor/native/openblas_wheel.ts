/**
 * The wheel of PyPI that holds OpenBLAS for a machine, pinned by version and content.
 *
 * @module
 */

import { unzip } from "./unzip.ts";

/** The version that is fetched. */
export const wheelVersion = "0.3.34.481.3";

/** A wheel for one kind of machine. */
export interface Wheel {
  /** The name of the file. */
  readonly file: string;
  /** The SHA-256 of its content. */
  readonly sha256: string;
}

/** Operating system and processor, and what follows the version in the name of the wheel. */
const wheels: Readonly<Record<string, readonly [tag: string, sha256: string]>> = {
  "linux x86_64": [
    "manylinux_2_27_x86_64.manylinux_2_28_x86_64",
    "0595f94cd58c1f8a0d90c975621f4587337a003916b1979e834ebdf2cb5d9504",
  ],
  "linux aarch64": [
    "manylinux_2_27_aarch64.manylinux_2_28_aarch64",
    "e085dddbc5b9aa130f83def515d31c440e69f387a90c7e63b154a5575b4466bc",
  ],
  "darwin x86_64": [
    "macosx_10_13_x86_64",
    "85d42ee10fd207ed6014273dcb9236ab1a65d21357f278b3aa0a78e8189665a8",
  ],
  "darwin aarch64": [
    "macosx_11_0_arm64",
    "813bb8101da2f64555c4a5e71c3714539d92b0b4f1841ec12b80d50e56cde46c",
  ],
  "windows x86_64": [
    "win_amd64",
    "963e311354df08856c22aad17d77209448d2d8fc3bc4b3b1d87912828797cf13",
  ],
  "windows aarch64": [
    "win_arm64",
    "64b1637b1c0495552351743e6f5d8bb50828aaea5821bb8d998927837256bda9",
  ],
};

/**
 * Chooses the wheel for a machine.
 *
 * @param os The operating system.
 * @param processor The processor.
 * @returns The wheel.
 * @throws {RangeError} If there is none.
 */
export function wheelFor(os: string, processor: string): Wheel {
  const found = wheels[`${os} ${processor}`];
  if (!found) {
    throw new RangeError(
      `Cannot fetch a BLAS as there must be a wheel for the machine: it is ${os} on ${processor}, and there are wheels for ${
        Object.keys(wheels).join(", ")
      }`,
    );
  }
  const [tag, sha256] = found;
  return { file: `scipy_openblas32-${wheelVersion}-py3-none-${tag}.whl`, sha256 };
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
 * Unpacks the libraries of a wheel into a folder.
 *
 * @param content The wheel.
 * @param folder Where the libraries go; it is made if it is not there.
 * @returns The paths of the libraries, OpenBLAS first.
 * @throws {SyntaxError} If the wheel holds no OpenBLAS.
 */
export async function unpackLibraries(
  content: Uint8Array<ArrayBuffer>,
  folder: URL,
): Promise<URL[]> {
  const libraries = unzip(content).filter(({ path }) => /\.(so|dylib|dll)(\.\d+)*$/.test(path));
  const isBlas = (path: string) => /\/lib\w*openblas[^/]*$/.test(path);
  if (!libraries.some(({ path }) => isBlas(path))) {
    throw new SyntaxError(
      `Cannot unpack a BLAS as the wheel must hold one: its libraries are [${
        libraries.map(({ path }) => path).join(", ")
      }]`,
    );
  }
  await Deno.mkdir(folder, { recursive: true });
  const written = await Promise.all(libraries.map(async ({ path, bytes }) => {
    // Only the last part of a path, so that no archive writes elsewhere.
    const target = new URL(encodeURIComponent(path.replace(/^.*\//, "")), folder);
    // Moved into place whole: a process may have the old one mapped.
    const fresh = new URL(`${target.href}.${crypto.randomUUID()}`);
    await Deno.writeFile(fresh, await bytes(), { mode: 0o755 });
    await Deno.rename(fresh, target);
    return { target, first: isBlas(path) ? 0 : 1 };
  }));
  return written.sort((a, b) => a.first - b.first).map(({ target }) => target);
}
