/**
 * LAPACK, called through Deno's foreign function interface in the library that BLAS was opened from.
 *
 * @module
 */

/** What a routine reads and writes: a letter, an integer, or numbers by reference, as Fortran has it. */
export type Argument = string | number | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** What a call costs and where it reports. */
export interface Call {
  /** What is passed, the report among it. */
  readonly arguments: readonly Argument[];
  /** About how many operations it takes; a long call runs beside the thread. */
  readonly operations: number;
}

/** An opened LAPACK. */
export interface Lapack {
  /** The path or name that it was opened by. */
  readonly path: string;
  /** Calls a routine; a short one has returned by the time that this has. */
  readonly call: (routine: Routine, call: Call) => Promise<void> | void;
}

/** How many references each routine takes, and behind them how many hidden lengths of letters. */
const routines = {
  dgesdd: [14, 1],
  dgeev: [14, 2],
  dsyevd: [11, 2],
  dgeqrf: [8, 0],
  dorgqr: [9, 0],
  dormqr: [13, 2],
  dpotrf: [5, 1],
  dgemm: [13, 2],
} as const;

/** The routines that are called. */
export type Routine = keyof typeof routines;

/** So many operations take longer than a call beside the thread costs, and less than 50 ms. */
const long = 2e7;

/**
 * Opens the LAPACK of a library.
 *
 * @param path What the BLAS was opened by.
 * @returns LAPACK, or null if the library lacks a routine, prefixed `scipy_` or not.
 * @throws {Error} If the library cannot be opened.
 */
export function openLapack(path: string): Lapack | null {
  for (const prefix of ["", "scipy_"]) {
    const { symbols, close } = open(path, prefix);
    if (Object.values(symbols).some((symbol) => symbol === null)) {
      close();
      continue;
    }
    const alone = onOneThread(path, prefix);
    return {
      path,
      call(routine, { arguments: passed, operations }) {
        const references = passed.map(reference);
        const lengths = Array.from({ length: routines[routine][1] }, () => 1n);
        if (operations < long) {
          alone(() => symbols[routine]!(...references, ...lengths));
          return;
        }
        const beside = symbols[`${routine} beside`] as unknown as Beside;
        // The references are held until then: the collector does not see what only the library reads.
        return beside(...references, ...lengths).then(() => void references.length);
      },
    };
  }
  return null;
}

type Reference = Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
type Symbol = ((...passed: (Reference | bigint)[]) => void) | null;
type Beside = (...passed: (Reference | bigint)[]) => Promise<void>;

/** Opens every routine twice: to be waited for, and to run beside the thread. */
function open(path: string, prefix: string): {
  symbols: Record<string, Symbol>;
  close: () => void;
} {
  const wanted: Record<string, Deno.ForeignFunction & { name: string; optional: true }> = {};
  for (const [routine, [references, lengths]] of Object.entries(routines)) {
    const described = {
      name: `${prefix}${routine}_`,
      parameters: [
        ...Array.from({ length: references }, () => "buffer" as const),
        ...Array.from({ length: lengths }, () => "usize" as const),
      ],
      result: "void",
      optional: true,
    } as const;
    wanted[routine] = described;
    wanted[`${routine} beside`] = { ...described, nonblocking: true };
  }
  const library = Deno.dlopen(path, wanted);
  return {
    symbols: library.symbols as unknown as Record<string, Symbol>,
    close: () => library.close(),
  };
}

/**
 * Lets OpenBLAS work on one thread for a while: threads of short work wait for each other longer than they help, above all
 * where other programs are busy. Other libraries choose for themselves.
 */
function onOneThread(path: string, prefix: string): (work: () => void) => void {
  const { symbols: { get, set } } = Deno.dlopen(path, {
    get: {
      name: `${prefix}openblas_get_num_threads`,
      parameters: [],
      result: "i32",
      optional: true,
    },
    set: {
      name: `${prefix}openblas_set_num_threads`,
      parameters: ["i32"],
      result: "void",
      optional: true,
    },
  });
  if (get === null || set === null) return (work) => work();
  return (work) => {
    const threads = get();
    set(1);
    try {
      work();
    } finally {
      set(threads);
    }
  };
}

/** An argument by reference. */
function reference(argument: Argument): Reference {
  if (typeof argument === "number") return Int32Array.of(argument);
  return typeof argument === "string" ? new TextEncoder().encode(argument) : argument;
}
