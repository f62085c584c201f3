/**
 * Locks between processes, Python's among them: an advisory lock on a file that stays where it is.
 *
 * @module
 */

import { dirname } from "node:path";

/** How often it is looked whether a lock is free, in milliseconds. */
const interval = 50;

/**
 * Does some work while no other process holds the lock. Python's `filelock` takes the same lock on Linux and macOS. Where
 * the file system knows no locks (some network drives), the work is done all the same: files are checked before they are
 * put in their place, so that two processes at once cost bandwidth and nothing else.
 *
 * @param path The file of the lock; it is made if it is not there, and never removed.
 * @param work What to do.
 * @param signal Stops the waiting.
 * @returns What the work returns.
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  await Deno.mkdir(dirname(path), { recursive: true });
  using file = await acquire(path, signal);
  try {
    return await work();
  } finally {
    await file.unlock().catch(() => {}); // closing it frees the lock as well
  }
}

async function acquire(path: string, signal?: AbortSignal): Promise<Deno.FsFile> {
  for (;;) {
    signal?.throwIfAborted();
    const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o664 });
    try {
      if (await locked(file) && await isStill(file, path)) return file;
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

async function locked(file: Deno.FsFile): Promise<boolean> {
  try {
    return await file.tryLock(true);
  } catch (error) {
    if (error instanceof Deno.errors.NotSupported) return true;
    throw error;
  }
}

/** Whether the path still leads to the file: another program may have removed it, and others hold a new one. */
async function isStill(file: Deno.FsFile, path: string): Promise<boolean> {
  try {
    const [ours, theirs] = [await file.stat(), await Deno.stat(path)];
    return ours.ino === theirs.ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
