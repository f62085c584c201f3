/**
 * The wheels of PyPI that hold Intel's MKL, pinned by version and content.
 *
 * On Intel's processors MKL multiplies few rows by large matrices, which most of a forward pass is, half as fast again as OpenBLAS.
 * It is free of charge and not free software, and takes 340 MB: it is fetched when it is asked for, never by itself.
 *
 * @module
 */

import type { Wheel } from "./wheel.ts";

/**
 * Lists the wheels for a machine: MKL's own libraries, and the threads that it works with.
 *
 * @param os The operating system.
 * @param processor The processor.
 * @returns The wheels.
 * @throws {RangeError} If there are none.
 */
export function mklWheels(os: string, processor: string): readonly Wheel[] {
  if (os !== "linux" || processor !== "x86_64") {
    throw new RangeError(
      `Cannot fetch MKL as the machine must be linux on x86_64: it is ${os} on ${processor}; deno task blas fetches OpenBLAS`,
    );
  }
  return [
    {
      name: "intel-openmp",
      version: "2026.2.0",
      file: "intel_openmp-2026.2.0-py2.py3-none-manylinux_2_28_x86_64.whl",
      sha256: "2308a1a3e74718a9cd8cccf218c34d8cd80b43d3b89dfbb01b38dee205c50980",
      libraries: /\/libiomp5\.so$/,
    },
    {
      name: "mkl",
      version: "2026.2.0",
      file: "mkl-2026.2.0-py2.py3-none-manylinux_2_28_x86_64.whl",
      sha256: "eaab1875ce9f47ab3c66d5632cef06baf768c05781f2f28847bdbc4343500ed7",
      libraries: /\/libmkl_(rt|core|intel_lp64|intel_thread|def|avx2|avx512)\.so\.\d+$/,
    },
  ];
}
