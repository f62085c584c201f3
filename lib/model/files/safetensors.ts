/**
 * Safetensors files: a length, a JSON header that says which bytes are which tensor, and the bytes.
 *
 * The format is that of https://huggingface.co/docs/safetensors. A header is believed only where it agrees with the
 * length of the file, so no claim in it can make the reader allocate more than the file holds.
 *
 * @module
 */

import { CheckpointError } from "./checkpoint_error.ts";
import { pathOf } from "./config_file.ts";
import { packedType } from "./packed.ts";
import { FileTensor, type StoredTensor } from "./stored_tensor.ts";
import { StoredFile } from "./stored_file.ts";
import { isStoredType, type StoredType, typeBytes } from "./stored_types.ts";
import { isObject, parseObject } from "./strict_json.ts";

/** The longest header that is read: some forty thousand tensors in one file, at 64 MB of memory. */
const longestHeader = 4 * 2 ** 20;
/** More axes than any checkpoint has. */
const mostAxes = 16;

/** Options for {@linkcode openSafetensors}. */
export interface SafetensorsOptions {
  /**
   * Whether float32 tensors may be views of the mapped file where the system and the permissions allow it; they are
   * read otherwise.
   *
   * @default {true}
   */
  readonly map?: boolean;
}

/**
 * Opens a safetensors file. No tensor is read and the file is closed again.
 *
 * @param path The file.
 * @param options How tensors will be read.
 * @returns The tensors by name, in the order of the header.
 * @throws {CheckpointError} If the file is cut short, or its header contradicts itself or the length of the file.
 */
export function openSafetensors(
  path: string | URL,
  options: SafetensorsOptions = {},
): ReadonlyMap<string, StoredTensor> {
  const { map = true } = options;
  const file = new StoredFile(pathOf(path));
  const { header, dataStart } = readHeader(file);
  const dataLength = file.size - dataStart;
  const entries: Entry[] = [];
  for (const name in header) {
    if (name === "__metadata__") continue;
    entries.push(readEntry(file.path, name, header[name], dataLength));
  }
  checkMetadata(file.path, header);
  checkCover(file.path, entries, dataLength);
  return new Map(entries.map(({ name, dtype, shape, start, end }) => [
    name,
    new FileTensor(file, name, dtype, shape, dataStart + start, end - start, map),
  ]));
}

/** What a header says about a tensor. */
interface Entry {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Reads and parses the header. */
function readHeader(
  file: StoredFile,
): { header: Readonly<Record<string, unknown>>; dataStart: number } {
  if (file.size < 8) {
    throw new CheckpointError(file.path, "it must begin with the 8 bytes of a header's length", {
      current: `${file.size} bytes`,
    });
  }
  const lengthBytes = new Uint8Array(8);
  file.readInto(0, lengthBytes);
  const length = new DataView(lengthBytes.buffer).getBigUint64(0, true);
  if (length > BigInt(file.size - 8)) {
    throw new CheckpointError(
      file.path,
      `its header must end in the file, which has ${file.size - 8} bytes after the header's length`,
      { current: length },
    );
  }
  if (length > BigInt(longestHeader)) {
    throw new CheckpointError(file.path, `its header must have at most ${longestHeader} bytes`, {
      current: length,
    });
  }
  const bytes = new Uint8Array(Number(length));
  file.readInto(8, bytes);
  return {
    header: parseObject(bytes, file.path, "its header"),
    dataStart: 8 + bytes.length,
  };
}

/** Reads what the header says about one tensor and holds it against the length of the data. */
function readEntry(file: string, name: string, value: unknown, dataLength: number): Entry {
  const refuse = (expected: string, current?: unknown): never => {
    throw new CheckpointError(file, expected, { tensor: name, current });
  };
  if (!isObject(value)) return refuse("its entry in the header must be an object", value);
  for (const key in value) {
    if (key !== "dtype" && key !== "shape" && key !== "data_offsets") {
      refuse("its entry in the header must have dtype, shape and data_offsets and no more", key);
    }
  }
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isStoredType(dtype)) {
    const instead = packedType(dtype);
    if (instead !== null) {
      return refuse(`its numbers must be plain, and are packed as fp8 or less: ${instead}`, dtype);
    }
    return refuse(`its dtype must be one of ${Object.keys(typeBytes).join(", ")}`, dtype);
  }
  if (!isSizes(shape) || shape.length > mostAxes) {
    return refuse(`its shape must be a list of at most ${mostAxes} sizes from 0 on`, shape);
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    return refuse("its data_offsets must be two places from 0 on", offsets);
  }
  const [start, end] = offsets as [number, number];
  if (start > end || end > dataLength) {
    return refuse(
      `its data_offsets must be in order and inside the ${dataLength} bytes of data`,
      offsets,
    );
  }
  // Past 2^53 a product is rounded, but then it is larger than any file.
  const bytes = shape.reduce((product, size) => product * size, typeBytes[dtype]);
  if (bytes !== end - start) {
    return refuse(
      `its data_offsets must span the ${bytes} bytes of ${dtype} [${shape.join(", ")}]`,
      offsets,
    );
  }
  return { name, dtype, shape, start, end };
}

/** Whether a value is a list of integers from 0 on. */
function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Checks that the free texts of the header are texts. */
function checkMetadata(file: string, header: Readonly<Record<string, unknown>>): void {
  if (!Object.hasOwn(header, "__metadata__")) return;
  const metadata = header.__metadata__;
  if (!isObject(metadata) || !Object.values(metadata).every((text) => typeof text === "string")) {
    throw new CheckpointError(file, "its __metadata__ must be an object of strings", {
      current: metadata,
    });
  }
}

/** Checks that the tensors lie side by side and fill the data: no byte is shared, and none is nobody's. */
function checkCover(file: string, entries: readonly Entry[], dataLength: number): void {
  const sorted = entries.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  for (const { name, start, end } of sorted) {
    if (start !== at) {
      throw new CheckpointError(
        file,
        `its data_offsets must begin where the tensor before it ends, at ${at}`,
        { tensor: name, current: [start, end] },
      );
    }
    at = end;
  }
  if (at !== dataLength) {
    throw new CheckpointError(file, `its tensors must fill the ${dataLength} bytes of data`, {
      current: at,
    });
  }
}
