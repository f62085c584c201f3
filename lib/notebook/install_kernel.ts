/**
 * `deno task kernel`: installs the Jupyter kernel "Deno (Innerworks)" and says where.
 *
 * @module
 */

import { installKernel } from "./kernelspec.ts";

if (import.meta.main) {
  const { path, denoPath, inNpxCache } = await installKernel();
  console.log(`Installed the kernel "Deno (Innerworks)": ${path}`);
  console.log(`It starts ${denoPath}`);
  if (inNpxCache) {
    console.log(
      "That Deno lies in the cache of npx, which npm may clear. " +
        "If the kernel stops starting, run this task again, or install Deno and run `deno task kernel`.",
    );
  }
}
