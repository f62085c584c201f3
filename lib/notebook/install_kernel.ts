/**
 * `deno task kernel`: installs the Jupyter kernel "Deno (Innerworks)" and says where.
 *
 * `--sys-prefix` installs it for the Python environment that is active instead of the user, `--name NAME` under another
 * name, `--uninstall` removes it. What stands after `--` are arguments of `deno jupyter` that every start has.
 *
 * @module
 */

import { join } from "node:path";
import { installKernel, type InstallKernelOptions, uninstallKernel } from "./kernelspec.ts";

if (import.meta.main) {
  try {
    await installByArguments(Deno.args);
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(1);
  }
}

/**
 * Installs or removes the kernel, as the arguments say.
 *
 * @param args The arguments of the command.
 * @throws {RangeError} If an argument is not known.
 */
export async function installByArguments(args: readonly string[]): Promise<void> {
  let uninstall = false;
  let options: InstallKernelOptions = {};
  for (let i = 0; i < args.length; i++) {
    const argument = args[i];
    if (argument === "--") {
      options = { ...options, arguments: args.slice(i + 1) };
      break;
    } else if (argument === "--uninstall") uninstall = true;
    else if (argument === "--name" && args[i + 1] !== undefined) {
      options = { ...options, name: args[++i]! };
    } else if (argument === "--sys-prefix") options = { ...options, folder: await prefixFolder() };
    else {
      throw new RangeError(
        `Cannot install the kernel as its arguments must be --name NAME, --sys-prefix, --uninstall or, after --, those of deno jupyter: current value is "${argument}"`,
      );
    }
  }
  if (uninstall) {
    const { arguments: _unused, ...where } = options;
    const found = await uninstallKernel(where);
    console.log(found ? "Removed the kernel" : "There is no kernel to remove");
    return;
  }
  const { path, denoPath, inNpxCache } = await installKernel(options);
  console.log(`Installed the kernel "Deno (Innerworks)": ${path}`);
  console.log(`It starts ${denoPath}`);
  if (inNpxCache) {
    console.log(
      "That Deno lies in the cache of npx, which npm may clear. " +
        "If the kernel stops starting, run this task again, or install Deno and run `deno task kernel`.",
    );
  }
}

/** Finds where the active Python environment keeps its kernels. */
async function prefixFolder(): Promise<string> {
  const active = Deno.env.get("VIRTUAL_ENV") ?? Deno.env.get("CONDA_PREFIX");
  if (active) return join(active, "share", "jupyter");
  const python = new Deno.Command("python3", { args: ["-c", "import sys; print(sys.prefix)"] });
  const { stdout } = await python.output();
  return join(new TextDecoder().decode(stdout).trim(), "share", "jupyter");
}
