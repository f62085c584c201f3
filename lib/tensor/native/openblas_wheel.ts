/**
 * The wheel of PyPI that holds OpenBLAS for a machine, pinned by version and content.
 *
 * @module
 */

import type { Wheel } from "./wheel.ts";

/** The version that is fetched. */
const wheelVersion = "0.3.34.481.3";

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
  return {
    name: "scipy-openblas32",
    version: wheelVersion,
    file: `scipy_openblas32-${wheelVersion}-py3-none-${tag}.whl`,
    sha256,
    libraries: /\.(so|dylib|dll)(\.\d+)*$/,
  };
}
