/**
 * The arithmetic of the reference forward in double precision.
 *
 * @module
 */

/** A matrix with its bias. */
export interface LinearMap {
  readonly matrix: Float32Array;
  readonly bias: Float32Array | null;
  readonly inputs: number;
  readonly outputs: number;
  /** Whether a row of the matrix is an output. */
  readonly turned: boolean;
}

/** One number of a map by its input and its output. */
export function entry(
  { matrix, inputs, outputs, turned }: LinearMap,
  input: number,
  output: number,
): number {
  return turned ? matrix[output * inputs + input]! : matrix[input * outputs + output]!;
}

/** Maps every row of x to some outputs of a map. */
export function apply(
  map: LinearMap,
  x: Float64Array,
  first = 0,
  count = map.outputs,
): Float64Array {
  const { matrix, bias, inputs, outputs, turned } = map, rows = x.length / inputs;
  const [across, down] = turned ? [1, inputs] : [outputs, 1];
  const y = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let out = 0; out < count; out++) {
      let total = bias === null ? 0 : bias[first + out]!, place = (first + out) * down;
      for (let i = row * inputs; i < (row + 1) * inputs; i++, place += across) {
        total += x[i]! * matrix[place]!;
      }
      y[row * count + out] = total;
    }
  }
  return y;
}

/** Adds two lists of numbers. */
export function sum(a: Float64Array, b: Float64Array): Float64Array {
  const added = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) added[i] = a[i]! + b[i]!;
  return added;
}

/** The non-linearities by the names of configurations. */
export function activate(name: string, x: number): number {
  const sigmoid = (y: number) => 1 / (1 + Math.exp(-y));
  switch (name) {
    case "gelu":
    case "gelu_python":
      return x * (1 + erf(x / Math.SQRT2)) / 2;
    case "gelu_new":
    case "gelu_fast":
    case "gelu_pytorch_tanh":
    case "gelu_python_tanh":
      return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    case "quick_gelu":
      return x * sigmoid(1.702 * x);
    case "relu":
      return Math.max(x, 0);
    case "sigmoid":
      return sigmoid(x);
    case "silu":
    case "swish":
      return x * sigmoid(x);
    case "tanh":
      return Math.tanh(x);
  }
  throw new Error(`the reference knows no activation ${name}`);
}

/** The error function by its series, which is good to 1e-9 up to 4; beyond, it is 1 to 2e-8. */
export function erf(x: number): number {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x, total = x;
  // What is left of the terms, which fall from here on, changes no digit any more.
  for (let n = 1; n < 120 && (n < x * x || Math.abs(term) > 1e-18); n++) {
    term *= -x * x / n;
    total += term / (2 * n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * total;
}
