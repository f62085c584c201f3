/**
 * Files in memory without reading them: the pages of a mapped file come when they are touched and can be dropped again.
 *
 * @module
 */

import type { StoredFile } from "./stored_file.ts";

const symbols = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  mmap: { parameters: ["usize", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
  munmap: { parameters: ["pointer", "usize"], result: "i32" },
} as const;

const libraries: Readonly<Record<string, string>> = {
  linux: "libc.so.6",
  darwin: "libSystem.B.dylib",
};

const readAndWrite = 3; // PROT_READ | PROT_WRITE
const copyOnWrite = 2; // MAP_PRIVATE: a write stays in this process and never reaches the file

type Library = Deno.DynamicLibrary<typeof symbols>["symbols"];
let library: Library | null | undefined;

const mapped = new WeakMap<StoredFile, WeakRef<ArrayBuffer>>();
const unmap = new FinalizationRegistry<{ pointer: Deno.PointerObject; size: number }>(
  // The buffer is gone, and with it every array on it, so nothing can touch the pages any more.
  ({ pointer, size }) => void library?.munmap(pointer, BigInt(size)),
);

/**
 * Maps a file into memory. What is written to the buffer stays in this process. The mapping ends when the last array on
 * the buffer is collected. A file that another process cuts short while it is mapped ends this process at the next
 * touch, as with any mapped file; replacing it by renaming is harmless.
 *
 * @returns The whole file, or `null` where files cannot be mapped: on Windows, and where FFI is not allowed.
 * @throws {CheckpointError} If the file has changed since it was first looked at.
 */
export function mapFile(file: StoredFile): ArrayBuffer | null {
  const known = mapped.get(file)?.deref();
  if (known !== undefined) return known;
  const libc = findLibrary();
  if (libc === null || file.size === 0) return null;
  file.check();
  const descriptor = libc.open(new TextEncoder().encode(file.path + "\0"), 0);
  if (descriptor < 0) return null;
  const pointer = libc.mmap(0n, BigInt(file.size), readAndWrite, copyOnWrite, descriptor, 0n);
  libc.close(descriptor);
  // Failure is the address -1.
  if (pointer === null || Deno.UnsafePointer.value(pointer) === 0xFFFFFFFFFFFFFFFFn) return null;
  const buffer = Deno.UnsafePointerView.getArrayBuffer(pointer, file.size);
  unmap.register(buffer, { pointer, size: file.size });
  mapped.set(file, new WeakRef(buffer));
  file.check();
  return buffer;
}

/** Loads the C library, once, if that is allowed without asking. */
function findLibrary(): Library | null {
  if (library !== undefined) return library;
  library = null;
  const name = libraries[Deno.build.os];
  if (name === undefined) return null;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
  try {
    library = Deno.dlopen(name, symbols).symbols;
  } catch {
    // No such library here (another C library than glibc): files are read instead.
  }
  return library;
}
