/**
 * The bytes of a WebAssembly module of functions over vectors of four numbers.
 *
 * Deno compiles loops of JavaScript to one number a step; the same loop over vectors takes a tenth of the time. A module is put
 * together here when it is first used, from functions that are written in TypeScript, so that nothing has to be built or shipped.
 *
 * @module
 */

/** A function of a module, as it is written out. */
export interface WrittenFunction {
  /** What it is called. */
  readonly name: string;
  /** How many integers it takes: counts and addresses. */
  readonly parameters: number;
  /** How many further integers it works with. */
  readonly integers: number;
  /** How many vectors it works with. */
  readonly vectors: number;
  /** Its instructions, the last `end` left out. */
  readonly body: readonly number[];
}

const INTEGER = 0x7f, VECTOR = 0x7b, FUNCTION = 0x60, END = 0x0b;

/** An unsigned integer as WebAssembly writes it: seven bits a byte, the lowest first. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** A signed integer of 32 bits as WebAssembly writes it. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    // The sign is that of the highest bit that is written.
    const done = rest === 0 && (low & 64) === 0 || rest === -1 && (low & 64) !== 0;
    bytes.push(done ? low : low + 128);
    if (done) return bytes;
  }
}

/**
 * Writes a module that works on a memory which it is given as `env.memory`.
 *
 * @param functions Its functions.
 * @returns The bytes of the module, which exports each function by its name.
 */
export function wasmBytes(functions: readonly WrittenFunction[]): Uint8Array<ArrayBuffer> {
  const list = (items: readonly (readonly number[])[]) => [
    ...unsigned(items.length),
    ...items.flat(),
  ];
  const sized = (bytes: readonly number[]) => [...unsigned(bytes.length), ...bytes];
  const text = (name: string) => sized([...new TextEncoder().encode(name)]);
  const section = (id: number, items: readonly (readonly number[])[]) => [
    id,
    ...sized(list(items)),
  ];
  const types = functions.map(({ parameters }) => [
    FUNCTION,
    ...list(Array.from({ length: parameters }, () => [INTEGER])),
    0,
  ]);
  const memory = [...text("env"), ...text("memory"), 2, 0, 1];
  const exported = functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]);
  const code = functions.map(({ integers, vectors, body }) =>
    sized([
      ...list([[...unsigned(integers), INTEGER], [...unsigned(vectors), VECTOR]]),
      ...body,
      END,
    ])
  );
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [memory]),
    ...section(3, functions.map((_, i) => unsigned(i))),
    ...section(7, exported),
    ...section(10, code),
  ]);
}
