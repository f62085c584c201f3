/**
 * Installs the kernel "Deno (Innerworks)" for Jupyter.
 *
 * @module
 */

import { homedir } from "node:os";
import { join } from "node:path";

/** How to install the kernel. */
export interface InstallKernelOptions {
  /** Jupyter's data folder; that of the user by default. */
  readonly folder?: string;
  /** The Deno that Jupyter is to start; the one that runs this by default. */
  readonly denoPath?: string;
}

/** A kernel that was installed. */
export interface InstalledKernel {
  /** The name by which Jupyter's commands know it. */
  readonly name: string;
  /** The file that describes it. */
  readonly path: string;
  /** The Deno that it starts. */
  readonly denoPath: string;
  /** Whether that Deno lies in a cache of npx, which npm may clear. */
  readonly inNpxCache: boolean;
}

/** The name by which Jupyter's commands know the kernel. */
export const kernelName: string = "innerworks-deno";

const displayName = "Deno (Innerworks)";

/**
 * Writes a kernelspec beside Deno's own, which stays as it is. It differs from that in two things: the stop button sends
 * a message, where Deno's own is killed by a signal and loses all variables; and outputs bear no terminal colours.
 *
 * @param options Where to write it and which Deno it starts.
 * @returns What was installed.
 * @throws {Error} If another kernel of that name is there.
 */
export async function installKernel(
  options: InstallKernelOptions = {},
): Promise<InstalledKernel> {
  const { denoPath = Deno.execPath() } = options;
  const data = options.folder ?? jupyterDataFolder(Deno.build.os, Deno.env.toObject(), homedir());
  const folder = join(data, "kernels", kernelName);
  const path = join(folder, "kernel.json");
  await refuseStranger(path);
  const spec = {
    argv: [denoPath, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: displayName,
    language: "typescript",
    interrupt_mode: "message",
    env: { NO_COLOR: "1" },
  };
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify(spec, null, 2) + "\n");
  return { name: kernelName, path, denoPath, inNpxCache: /[\\/]_npx[\\/]/.test(denoPath) };
}

/**
 * Finds the folder in which Jupyter looks for a user's kernels.
 *
 * @param system The operating system, as `Deno.build.os` names it.
 * @param environment The environment variables.
 * @param home The home folder of the user.
 * @returns The folder, which may not exist yet.
 */
export function jupyterDataFolder(
  system: string,
  environment: Readonly<Record<string, string>>,
  home: string,
): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = environment;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (system === "darwin") return join(home, "Library", "Jupyter");
  if (system === "windows") return join(APPDATA || join(home, "AppData", "Roaming"), "jupyter");
  return join(XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

async function refuseStranger(path: string): Promise<void> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  let name: unknown;
  try {
    name = JSON.parse(text).display_name;
  } catch {
    name = undefined; // not JSON, so not ours
  }
  if (name !== displayName) {
    throw new Error(
      `Cannot install the kernel as "${path}" must be "${displayName}": current value is ${
        name === undefined ? "not a kernelspec" : JSON.stringify(name)
      }`,
    );
  }
}
