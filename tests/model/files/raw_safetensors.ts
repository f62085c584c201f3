/** Writes safetensors files byte by byte, wrong ones too. */

/** Puts a safetensors file together from a header, as text or as an object, and its data. */
export function rawSafetensors(
  header: string | object,
  data: Uint8Array = new Uint8Array(),
  claimed?: bigint,
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

/** Makes a folder for one test, and removes it afterwards. */
export async function inFolder(use: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Bytes 0, 1, 2, … */
export function counting(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index);
}
