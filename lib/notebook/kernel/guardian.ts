/**
 * Sees to it that no kernel outlives the one who started it.
 *
 * @module
 */

import process from "node:process";

/** How often to look for the parent, in milliseconds. */
const LOOK = 1000;

/**
 * Watches the process that started this one.
 *
 * @param environment The environment variables; Jupyter says in `JPY_PARENT_PID` who it is.
 * @param onOrphaned Is told once that it has gone.
 * @returns Stops watching.
 */
export function watchParent(
  environment: Readonly<Record<string, string>>,
  onOrphaned: () => void,
): () => void {
  const parent = Deno.ppid;
  const jupyter = Number(environment.JPY_PARENT_PID);
  // On Windows it is a handle and not a number; and where the kernel runs elsewhere, it is nobody's.
  const named = Deno.build.os !== "windows" && Number.isInteger(jupyter) && jupyter > 1 &&
    isAlive(jupyter);
  const timer = setInterval(() => {
    if (Deno.ppid === parent && !(named && !isAlive(jupyter))) return;
    clearInterval(timer);
    onOrphaned();
  }, LOOK);
  return () => clearInterval(timer);
}

/**
 * Says whether a process is there.
 *
 * @param pid Its number.
 * @returns Whether it is.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

/** Ends a process when this one has ended, whatever ended it. */
export class Guardian {
  readonly #child: Deno.ChildProcess | undefined;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>> | undefined;

  /**
   * Watches over a process, by a shell that waits for a pipe from here to break: nothing has to run in this process for
   * that, nor in the one that computes. There is none on Windows.
   *
   * @param pid The number of the process.
   * @param folder A folder that is removed with it.
   */
  constructor(pid: number, folder: string) {
    if (Deno.build.os === "windows") return;
    this.#child = new Deno.Command("/bin/sh", {
      args: [
        "-c",
        'read -r line || { kill -9 "$1"; rm -rf "$2"; }',
        "guardian",
        String(pid),
        folder,
      ],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      // Out of reach of what is sent to this process's group, which Jupyter ends as a whole.
      detached: true,
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
  }

  /** Lets the process go: it has ended. */
  async dismiss(): Promise<void> {
    await this.#writer?.write(new TextEncoder().encode("done\n")).catch(() => {});
    await this.#writer?.close().catch(() => {});
    await this.#child?.status;
  }
}
