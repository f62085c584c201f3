/**
 * The process that Jupyter starts: `deno run -A lib/notebook/kernel/main.ts --conn FILE`.
 *
 * @module
 */

import { readConnectionFile } from "./connection_file.ts";
import { watchParent } from "./guardian.ts";
import "./inside.ts"; // fetched with the rest, where the library comes from a registry
import { KernelProxy } from "./kernel_proxy.ts";

if (import.meta.main) Deno.exit(await runKernel(Deno.args));

/**
 * Runs the kernel until it ends.
 *
 * @param args The arguments of the process: `--conn` with the connection file, `--headless` where no user looks
 * on; the others go to `deno jupyter`.
 * @returns The exit code.
 */
export async function runKernel(args: readonly string[]): Promise<number> {
  const at = args.indexOf("--conn");
  const path = args[at + 1];
  if (at < 0 || path === undefined) {
    console.error("Cannot start the kernel as --conn must name a connection file");
    return 2;
  }
  const folder = await Deno.makeTempDir({ prefix: "innerworks-" });
  try {
    const proxy = new KernelProxy({
      connection: readConnectionFile(await Deno.readTextFile(path)),
      cwd: Deno.cwd(),
      folder,
      arguments: args.filter((each, i) => i !== at && i !== at + 1 && each !== "--headless"),
      diagnostics: Deno.env.get("INNERWORKS_DIAGNOSTICS") !== "off",
      headless: args.includes("--headless"),
      onNote: (note) => console.error(note),
      onPrint: (bytes) => void Deno.stderr.writeSync(bytes),
    });
    Deno.addSignalListener("SIGINT", () => proxy.interrupt());
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => proxy.shutdown());
    watchParent(Deno.env.toObject(), () => proxy.shutdown());
    return await proxy.ended;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
