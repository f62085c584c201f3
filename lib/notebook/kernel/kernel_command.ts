/**
 * How the kernel's process is started.
 *
 * @module
 */

/**
 * Names the arguments of Deno that start the kernel, without those that say where it listens.
 *
 * The configuration of the notebook's folder is for its cells: it is Deno's kernel behind this one that reads it.
 *
 * @param script What is run; by default the kernel itself.
 * @returns The arguments.
 */
export function kernelCommand(script: string = import.meta.resolve("./main.ts")): string[] {
  return ["run", "--allow-all", "--quiet", "--no-config", "--no-lock", script];
}
