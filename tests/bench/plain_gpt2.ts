/**
 * A yardstick, not a design: the forward pass of GPT-2 small written straight onto Float32Arrays and cblas_sgemm, with
 * random weights, as fast as an afternoon's TypeScript gets it.
 *
 * @module
 */

type Vector = Float32Array<ArrayBuffer>;

/** The sizes of GPT-2 small. */
export const sizes = {
  layers: 12,
  width: 768,
  heads: 12,
  headWidth: 64,
  neurons: 3072,
  vocabulary: 50257,
  positions: 1024,
};

/** Where a matrix begins, and how long its rows are. */
interface Product {
  transposeB?: boolean;
  alpha?: number;
  beta?: number;
  a0?: number;
  b0?: number;
  c0?: number;
  lda?: number;
  ldb?: number;
  ldc?: number;
}

/** Opens a BLAS and makes a forward pass of it: token ids in, logits of all positions out. */
export function plainForward(blas: string, prefix = ""): (ids: readonly number[]) => Float32Array {
  const { layers, width: D, heads: H, headWidth: DH, neurons: M, vocabulary: V, positions } = sizes;
  const name = `${prefix}cblas_sgemm`;
  const library = Deno.dlopen(blas, {
    [name]: {
      // deno-fmt-ignore
      parameters: ["i32", "i32", "i32", "i32", "i32", "i32", "f32", "pointer", "i32", "pointer", "i32", "f32", "pointer", "i32"],
      result: "void",
    },
  });
  const sgemm = library.symbols[name] as (...values: unknown[]) => void;
  const at = (a: Vector, offset = 0) => Deno.UnsafePointer.of(a.subarray(offset));
  /** c[m,n] = alpha · a[m,k] · b[k,n] + beta · c */
  function product(
    a: Vector,
    b: Vector,
    c: Vector,
    m: number,
    k: number,
    n: number,
    o: Product = {},
  ) {
    const { transposeB = false, alpha = 1, beta = 0, lda = k, ldb = transposeB ? k : n, ldc = n } =
      o;
    // deno-fmt-ignore
    sgemm(101, 111, transposeB ? 112 : 111, m, n, k, alpha, at(a, o.a0), lda, at(b, o.b0), ldb, beta, at(c, o.c0), ldc);
  }

  let state = 1;
  const random = (n: number): Vector => {
    const a = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      state = (state * 1664525 + 1013904223) >>> 0;
      a[i] = (state / 4294967296 - 0.5) * 0.04;
    }
    return a;
  };
  const tokens = random(V * D), places = random(positions * D);
  const ones = () => new Float32Array(D).fill(1);
  const blocks = Array.from({ length: layers }, () => ({
    g1: ones(),
    b1: random(D),
    wqkv: random(D * 3 * D),
    bqkv: random(3 * D),
    wo: random(D * D),
    bo: random(D),
    g2: ones(),
    b2: random(D),
    wi: random(D * M),
    bi: random(M),
    wout: random(M * D),
    bout: random(D),
  }));
  const gf = ones(), bf = random(D);
  const h = new Float32Array(positions * D), z = new Float32Array(positions * D);
  const qkv = new Float32Array(positions * 3 * D), pre = new Float32Array(positions * M);
  const s = new Float32Array(128 * 128), logits = new Float32Array(128 * V);

  function norm(x: Vector, y: Vector, rows: number, g: Vector, b: Vector) {
    for (let t = 0; t < rows; t++) {
      const o = t * D;
      let mean = 0, square = 0;
      for (let i = 0; i < D; i++) mean += x[o + i]!;
      mean /= D;
      for (let i = 0; i < D; i++) square += (x[o + i]! - mean) ** 2;
      const r = 1 / Math.sqrt(square / D + 1e-5);
      for (let i = 0; i < D; i++) y[o + i] = (x[o + i]! - mean) * r * g[i]! + b[i]!;
    }
  }
  const addBias = (x: Vector, rows: number, n: number, b: Vector) => {
    for (let t = 0, o = 0; t < rows; t++, o += n) for (let i = 0; i < n; i++) x[o + i]! += b[i]!;
  };
  const C0 = Math.sqrt(2 / Math.PI), C1 = 0.044715;
  function gelu(x: Vector, n: number) {
    for (let i = 0; i < n; i++) {
      const v = x[i]!;
      x[i] = v - v / (Math.exp(2 * C0 * (v + C1 * v * v * v)) + 1);
    }
  }
  function softmaxRow(row: number, end: number, all: number) {
    let top = -Infinity, sum = 0;
    for (let j = 0; j <= end; j++) if (s[row + j]! > top) top = s[row + j]!;
    for (let j = 0; j <= end; j++) sum += s[row + j] = Math.exp(s[row + j]! - top);
    for (let j = 0; j <= end; j++) s[row + j]! /= sum;
    for (let j = end + 1; j < all; j++) s[row + j] = 0;
  }
  return (ids) => {
    const n = ids.length, x = new Float32Array(n * D);
    ids.forEach((id, t) => {
      for (let i = 0; i < D; i++) x[t * D + i] = tokens[id * D + i]! + places[t * D + i]!;
    });
    for (const w of blocks) {
      norm(x, h, n, w.g1, w.b1);
      product(h, w.wqkv, qkv, n, D, 3 * D);
      addBias(qkv, n, 3 * D, w.bqkv);
      for (let head = 0; head < H; head++) {
        const o = head * DH, wide = 3 * D;
        product(qkv, qkv, s, n, DH, n, {
          transposeB: true,
          alpha: 1 / 8,
          a0: o,
          b0: o + D,
          lda: wide,
          ldb: wide,
        });
        for (let i = 0; i < n; i++) softmaxRow(i * n, i, n);
        product(s, qkv, z, n, n, DH, { b0: o + 2 * D, c0: o, ldb: wide, ldc: D });
      }
      product(z, w.wo, x, n, D, D, { beta: 1 });
      addBias(x, n, D, w.bo);
      norm(x, h, n, w.g2, w.b2);
      product(h, w.wi, pre, n, D, M);
      addBias(pre, n, M, w.bi);
      gelu(pre, n * M);
      product(pre, w.wout, x, n, M, D, { beta: 1 });
      addBias(x, n, D, w.bout);
    }
    norm(x, h, n, gf, bf);
    product(h, tokens, logits, n, D, V, { transposeB: true });
    return logits;
  };
}
