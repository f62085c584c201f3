/**
 * Installs the kernel "Deno (Innerworks)" for Jupyter.
 *
 * @module
 */

import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { refuseUnknownOptions } from "../show/mod.ts";
import { kernelCommand } from "./kernel/kernel_command.ts";

/** How to install the kernel. */
export interface InstallKernelOptions {
  /** Jupyter's data folder; that of the user by default. */
  readonly folder?: string;
  /** The Deno that Jupyter is to start; the one that runs this by default. */
  readonly denoPath?: string;
  /** The name by which Jupyter's commands know the kernel; `"innerworks-deno"` by default. */
  readonly name?: string;
  /** Arguments of `deno jupyter` that every start of this kernel has; none by default. */
  readonly arguments?: readonly string[];
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
 * Writes a kernelspec beside Deno's own, which stays as it is. What it starts is the kernel of this library, which has
 * Deno's kernel run the cells: no output is lost, the stop button keeps variables, and the page is heard.
 *
 * @param options Where to write it, under which name, and which Deno it starts.
 * @returns What was installed.
 * @throws {Error} If another kernel of that name is there.
 * @throws {RangeError} If the name has other characters than Jupyter allows.
 */
export async function installKernel(
  options: InstallKernelOptions = {},
): Promise<InstalledKernel> {
  const { denoPath = Deno.execPath(), arguments: further = [] } = options;
  const { name, folder, path } = place(options);
  await refuseStranger(path);
  const launcher = join(folder, "launch.js");
  const spec = {
    argv: [denoPath, ...kernelCommand(launcher), ...further, "--conn", "{connection_file}"],
    display_name: name === kernelName ? displayName : `${displayName}: ${name}`,
    language: "typescript",
    interrupt_mode: "message",
    env: { NO_COLOR: "1" },
    metadata: { innerworks: true, debugger: false },
  };
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(launcher, launcherCode(import.meta.resolve("./kernel/main.ts")));
  await Deno.writeTextFile(path, JSON.stringify(spec, null, 2) + "\n");
  return { name, path, denoPath, inNpxCache: /[\\/]_npx[\\/]/.test(denoPath) };
}

/**
 * Removes a kernelspec that {@linkcode installKernel} wrote.
 *
 * @param options Where it is, and under which name.
 * @returns Whether there was one.
 * @throws {Error} If a kernel of that name is not ours.
 */
export async function uninstallKernel(
  options: Pick<InstallKernelOptions, "folder" | "name"> = {},
): Promise<boolean> {
  const { folder, path } = place(options);
  await refuseStranger(path);
  try {
    await Deno.remove(folder, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
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

function place(options: InstallKernelOptions): { name: string; folder: string; path: string } {
  refuseUnknownOptions("install the kernel", options, ["folder", "denoPath", "name", "arguments"]);
  const { name = kernelName } = options;
  if (!/^[a-z0-9._-]+$/i.test(name) || /^\.+$/.test(name)) {
    throw new RangeError(
      `Cannot install the kernel as its name must be of letters, digits, ".", "_" and "-": current value is "${name}"`,
    );
  }
  const data = options.folder ?? jupyterDataFolder(Deno.build.os, Deno.env.toObject(), homedir());
  const folder = join(data, "kernels", name);
  return { name, folder, path: join(folder, "kernel.json") };
}

/**
 * Writes what Jupyter starts: it stands beside the kernelspec, so that it is there to say what to do where the library is
 * not any more.
 */
function launcherCode(module: string): string {
  const where = module.startsWith("file:") ? fileURLToPath(module) : module;
  const advice = `Cannot start the kernel "${displayName}" as its library must be at ${where}. ` +
    "If it was moved, run `deno task kernel` in the folder where it is now.";
  return `// Written by \`deno task kernel\`.
const module = ${JSON.stringify(module)};
let kernel;
try {
  kernel = await import(module);
} catch (error) {
  console.error(${JSON.stringify(advice)} + "\\n" + error.message);
  Deno.exit(1);
}
Deno.exit(await kernel.runKernel(Deno.args));
`;
}

async function refuseStranger(path: string): Promise<void> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  let spec: { display_name?: unknown; metadata?: { innerworks?: unknown } } | undefined;
  try {
    spec = JSON.parse(text);
  } catch {
    spec = undefined; // not JSON, so not ours
  }
  if (spec?.display_name === displayName || spec?.metadata?.innerworks === true) return;
  throw new Error(
    `Cannot install the kernel as "${path}" must be "${displayName}": current value is ${
      spec?.display_name === undefined ? "not a kernelspec" : JSON.stringify(spec.display_name)
    }`,
  );
}
