/**
 * A file that is read again and again while nothing holds it open, and that must stay what it was.
 *
 * @module
 */

import { CheckpointError } from "./checkpoint_error.ts";

/**
 * Where pieces of files stand while they are taken. There is one for all, as nothing else runs meanwhile, and one for
 * each tensor would wait for the collector by the hundred.
 */
const buffer = new Uint8Array(2 ** 20);

/** A file as it was when it was first looked at. */
export class StoredFile {
  /** The path, for messages and for opening. */
  readonly path: string;
  /** The length in bytes. */
  readonly size: number;
  readonly #changed: number | null;

  /**
   * Looks at a file.
   *
   * @throws {CheckpointError} If it does not exist, is no regular file or cannot be read.
   */
  constructor(path: string) {
    this.path = path;
    const info = this.#look();
    this.size = info.size;
    this.#changed = info.mtime?.getTime() ?? null;
  }

  /**
   * Checks that the file is the one that was first looked at.
   *
   * @throws {CheckpointError} If its length or its time of change differs, or it is gone.
   */
  check(): void {
    const info = this.#look();
    if (info.size !== this.size || (info.mtime?.getTime() ?? null) !== this.#changed) {
      throw new CheckpointError(this.path, "it must not change while it is in use");
    }
  }

  /**
   * Reads bytes of the file, in pieces of at most 1 MiB.
   *
   * @param start Where the bytes begin in the file.
   * @param length How many there are; they must lie in the file.
   * @param take Takes each piece; the bytes are overwritten afterwards.
   */
  read(start: number, length: number, take: (bytes: Uint8Array, at: number) => void): void {
    if (length === 0) return;
    this.check();
    this.#open((file) => {
      file.seekSync(start, Deno.SeekMode.Start);
      for (let at = 0; at < length;) {
        const wanted = Math.min(buffer.length, length - at);
        this.#fill(file, buffer.subarray(0, wanted));
        take(buffer.subarray(0, wanted), at);
        at += wanted;
      }
    });
  }

  /** Reads bytes of the file straight to where they are wanted. */
  readInto(start: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.check();
    this.#open((file) => {
      file.seekSync(start, Deno.SeekMode.Start);
      this.#fill(file, bytes);
    });
  }

  /** Reads until the bytes are full. */
  #fill(file: Deno.FsFile, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const got = file.readSync(bytes.subarray(at));
      if (got === null || got === 0) {
        throw new CheckpointError(this.path, "it must not change while it is in use");
      }
      at += got;
    }
  }

  #open(use: (file: Deno.FsFile) => void): void {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(this.path);
    } catch (cause) {
      throw new CheckpointError(this.path, "it must be readable", { current: cause, cause });
    }
    try {
      use(file);
    } catch (cause) {
      if (cause instanceof CheckpointError) throw cause;
      throw new CheckpointError(this.path, "it must be readable", { current: cause, cause });
    } finally {
      file.close();
    }
  }

  #look(): Deno.FileInfo {
    let info: Deno.FileInfo;
    try {
      info = Deno.statSync(this.path);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) {
        throw new CheckpointError(this.path, "it must exist", { cause });
      }
      throw new CheckpointError(this.path, "it must be readable", { current: cause, cause });
    }
    // A pipe or a device has no length to hold claims against.
    if (!info.isFile) throw new CheckpointError(this.path, "it must be a regular file");
    return info;
  }
}
