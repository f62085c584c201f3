/**
 * Writes functions over vectors of four numbers, an operation at a time.
 *
 * @module
 */

import { signed, unsigned, type WrittenFunction } from "./wasm_bytes.ts";

/** Four numbers that a function works with. */
export interface Vector {
  /** Its place among the vectors of the function. */
  readonly vector: number;
}

/** An integer that a function works with: a count, or an address in bytes. */
export interface Integer {
  /** Its place among the integers of the function, of which parameters are the first. */
  readonly integer: number;
}

/** A byte, or a local whose number is known at the end. */
type Piece = number | Vector | Integer;

const GET = 0x20, SET = 0x21, SIMD = 0xfd, CONSTANT = 0x41, SHUFFLE = 0x0d, VECTOR_CONSTANT = 0x0c;
const LOAD = 0x00, STORE = 0x0b, SELECT = 0x52, SHIFT_UP = 0xab, SPREAD = 0x11, BELOW = 0x48;
const IF = 0x04, LOOP = 0x03, NOTHING = 0x40, AGAIN_IF = 0x0d, END = 0x0b;

/** Operations of two vectors; comparisons give all bits or none, and of NaN and a number `least` and `most` give the first. */
const BINARY = {
  add: 0xe4,
  subtract: 0xe5,
  multiply: 0xe6,
  divide: 0xe7,
  least: 0xea,
  most: 0xeb,
  less: 0x43,
  addIntegers: 0xae,
  lessIntegers: 0x39,
  addDoubles: 0xf0,
  subtractDoubles: 0xf1,
  multiplyDoubles: 0xf2,
} as const;

/** Operations of three vectors, rounded once where the processor can, else twice: a b + c, and c − a b. */
const TERNARY = { multiplyAdd: 0x105, multiplySubtract: 0x106 } as const;

/** Operations of one vector; the first two numbers become doubles, and two doubles the first two numbers. */
const UNARY = {
  abs: 0xe0,
  negate: 0xe1,
  root: 0xe3,
  rootDoubles: 0xef,
  toDoubles: 0x5f,
  toSingles: 0x5e,
} as const;

/** Operations of two integers. */
const INTEGERS = { add: 0x6a, subtract: 0x6b, multiply: 0x6c } as const;

/** Writes one function. Every operation makes a new local: the compiler finds out which can share a register. */
export class Writer {
  readonly #name: string;
  readonly #parameters: number;
  readonly #body: Piece[] = [];
  /** Constants stand before all loops: the engine would make each anew in every round, which takes it several steps. */
  readonly #preface: Piece[] = [];
  readonly #constants = new Map<string, Vector>();
  #integers: number;
  #vectors = 0;

  /**
   * Begins a function.
   *
   * @param name What it is called.
   * @param parameters How many integers it takes.
   */
  constructor(name: string, parameters: number) {
    this.#name = name;
    this.#parameters = this.#integers = parameters;
  }

  /** A parameter by its place. */
  parameter(place: number): Integer {
    return { integer: place };
  }

  /** Computes with two vectors. */
  do(operation: keyof typeof BINARY, a: Vector, b: Vector): Vector {
    return this.#made(GET, a, GET, b, SIMD, ...unsigned(BINARY[operation]));
  }

  /** Computes with three vectors. */
  fused(operation: keyof typeof TERNARY, a: Vector, b: Vector, c: Vector): Vector {
    return this.#made(GET, a, GET, b, GET, c, SIMD, ...unsigned(TERNARY[operation]));
  }

  /** Computes with one vector. */
  of(operation: keyof typeof UNARY, a: Vector): Vector {
    return this.#made(GET, a, SIMD, ...unsigned(UNARY[operation]));
  }

  /** A number, four times. */
  constant(value: number): Vector {
    return this.#constant(new Float32Array(4).fill(value));
  }

  /** An integer, four times. */
  integerConstant(value: number): Vector {
    return this.#constant(new Int32Array(4).fill(value));
  }

  /** Four integers. */
  integers(...values: readonly [number, number, number, number]): Vector {
    return this.#constant(Int32Array.from(values));
  }

  /** An integer of the function, four times. */
  spread(value: Integer): Vector {
    return this.#made(GET, value, SIMD, SPREAD);
  }

  /** Moves the bits of four integers up. */
  shiftUp(a: Vector, bits: number): Vector {
    return this.#made(GET, a, CONSTANT, ...signed(bits), SIMD, ...unsigned(SHIFT_UP));
  }

  /** Takes `a` where a comparison holds, else `b`. */
  select(condition: Vector, a: Vector, b: Vector): Vector {
    return this.#made(GET, a, GET, b, GET, condition, SIMD, SELECT);
  }

  /** Reads four numbers. */
  load(address: Integer, offset = 0): Vector {
    return this.#made(GET, address, SIMD, LOAD, 2, ...unsigned(offset));
  }

  /** Writes four numbers. */
  store(address: Integer, value: Vector, offset = 0): void {
    this.#body.push(GET, address, GET, value, SIMD, STORE, 2, ...unsigned(offset));
  }

  /** Puts the four numbers of a vector together; each number of the result is that of all. */
  across(operation: "add" | "most" | "addDoubles", a: Vector): Vector {
    const half = this.do(operation, a, this.turned(a));
    return operation === "addDoubles" ? half : this.do(operation, half, this.#turned(half, 1));
  }

  /** Changes the places of the first two numbers and the last two. */
  turned(a: Vector): Vector {
    return this.#turned(a, 2);
  }

  /** The first two numbers, twice. */
  firstTwice(a: Vector): Vector {
    const bytes = Array.from({ length: 16 }, (_, i) => i % 8);
    return this.#made(GET, a, GET, a, SIMD, SHUFFLE, ...bytes);
  }

  /** Makes an integer that can change. */
  integer(value: number): Integer {
    const integer = { integer: this.#integers++ };
    this.#body.push(CONSTANT, ...signed(value), SET, integer);
    return integer;
  }

  /** Sets an integer to what comes of two others. */
  set(target: Integer, operation: keyof typeof INTEGERS, a: Integer, b: Integer | number): void {
    this.#body.push(GET, a, ...this.#integer(b), INTEGERS[operation], SET, target);
  }

  /** Makes a vector that can change. */
  variable(value: Vector): Vector {
    return this.#made(GET, value);
  }

  /** Gives a vector that can change another value. */
  assign(target: Vector, value: Vector): void {
    this.#body.push(GET, value, SET, target);
  }

  /** Repeats work as long as an integer is below a bound, counting up after each time. */
  loop(counter: Integer, bound: Integer | number, step: number, work: () => void): void {
    const below = [GET, counter, ...this.#integer(bound), BELOW];
    this.#body.push(...below, IF, NOTHING, LOOP, NOTHING);
    work();
    this.set(counter, "add", counter, step);
    this.#body.push(...below, AGAIN_IF, 0, END, END);
  }

  /** Ends the function. */
  written(): WrittenFunction {
    const number = (piece: Piece) =>
      typeof piece === "number"
        ? [piece]
        : unsigned("integer" in piece ? piece.integer : this.#integers + piece.vector);
    return {
      name: this.#name,
      parameters: this.#parameters,
      integers: this.#integers - this.#parameters,
      vectors: this.#vectors,
      body: [...this.#preface, ...this.#body].flatMap(number),
    };
  }

  #constant({ buffer }: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): Vector {
    const bytes = new Uint8Array(buffer), key = bytes.join();
    const known = this.#constants.get(key);
    if (known) return known;
    const vector = { vector: this.#vectors++ };
    this.#preface.push(SIMD, VECTOR_CONSTANT, ...bytes, SET, vector);
    this.#constants.set(key, vector);
    return vector;
  }

  #made(...instructions: readonly Piece[]): Vector {
    const vector = { vector: this.#vectors++ };
    this.#body.push(...instructions, SET, vector);
    return vector;
  }

  #turned(a: Vector, places: number): Vector {
    const bytes = Array.from({ length: 16 }, (_, i) => (i + 4 * places) % 16);
    return this.#made(GET, a, GET, a, SIMD, SHUFFLE, ...bytes);
  }

  #integer(value: Integer | number): Piece[] {
    return typeof value === "number" ? [CONSTANT, ...signed(value)] : [GET, value];
  }
}
