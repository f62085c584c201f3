/**
 * A second opinion: the forward pass of the three families in double precision and plain loops.
 *
 * It shares nothing with the library but the reading of files, makes every site in the library's axis order, and lets a
 * function change each in place, so that edits can be held against it.
 *
 * @module
 */

import type { PlainCheckpoint } from "./fixture.ts";
import {
  type ReferenceNames,
  referenceNames,
  type ReferenceShape,
  referenceShape,
} from "./reference_config.ts";
import { activate, apply, entry, type LinearMap, sum } from "./reference_math.ts";

/** Changes the numbers of a site in place. */
export type Change = (site: string, values: Float64Array) => void;

/** Runs a checkpoint on prompts of one length and returns the numbers of every site. */
export function referenceForward(
  checkpoint: PlainCheckpoint,
  ids: readonly (readonly number[])[],
  change: Change = () => {},
): Map<string, Float64Array> {
  return new Reference(checkpoint, ids, change).run();
}

/** A head's columns of a map. */
interface Columns {
  readonly map: LinearMap;
  readonly first: number;
}

class Reference {
  readonly #shape: ReferenceShape;
  readonly #names: ReferenceNames;
  readonly #checkpoint: PlainCheckpoint;
  readonly #ids: readonly (readonly number[])[];
  readonly #change: Change;
  readonly #batch: number;
  readonly #length: number;
  readonly #sites = new Map<string, Float64Array>();

  constructor(
    checkpoint: PlainCheckpoint,
    ids: readonly (readonly number[])[],
    change: Change,
  ) {
    this.#checkpoint = checkpoint;
    this.#shape = referenceShape(checkpoint.config);
    this.#names = referenceNames(this.#shape.family);
    this.#ids = ids;
    this.#change = change;
    this.#batch = ids.length;
    this.#length = ids[0]!.length;
  }

  run(): Map<string, Float64Array> {
    const { layers, tied, vocabulary, width } = this.#shape;
    let stream = this.#embed();
    for (let layer = 0; layer < layers; layer++) stream = this.#block(stream, layer);
    const read = this.#norm(stream, this.#names.finalNorm, "ln_final", true);
    const matrix = this.#tensor(`${tied ? this.#names.embed : this.#names.unembed}.weight`);
    const map = { matrix, bias: null, inputs: width, outputs: vocabulary, turned: true };
    this.#visit("logits", apply(map, read));
    return this.#sites;
  }

  #embed(): Float64Array {
    const { width } = this.#shape;
    const table = this.#tensor(`${this.#names.embed}.weight`);
    const tokens = new Float64Array(this.#batch * this.#length * width);
    this.#ids.flat().forEach((id, row) => {
      for (let i = 0; i < width; i++) tokens[row * width + i] = table[id * width + i]!;
    });
    this.#visit("embed", tokens);
    if (this.#shape.family !== "gpt2") return tokens;
    const rows = this.#tensor("transformer.wpe.weight");
    const positions = tokens.map((_, i) => rows[i % (this.#length * width)]!);
    this.#visit("pos_embed", positions);
    return sum(tokens, positions);
  }

  #block(entering: Float64Array, layer: number): Float64Array {
    const at = `blocks.${layer}`;
    const stream = this.#visit(`${at}.resid_pre`, entering.slice());
    const attended = this.#visit(`${at}.attn_out`, this.#attention(stream, layer));
    if (this.#shape.parallel) {
      const written = this.#visit(`${at}.mlp_out`, this.#feedForward(stream, layer));
      return this.#visit(`${at}.resid_post`, sum(sum(stream, attended), written));
    }
    const middle = this.#visit(`${at}.resid_mid`, sum(stream, attended));
    const written = this.#visit(`${at}.mlp_out`, this.#feedForward(middle, layer));
    return this.#visit(`${at}.resid_post`, sum(middle, written));
  }

  #attention(stream: Float64Array, layer: number): Float64Array {
    const { heads, groups, headWidth, width, speeds } = this.#shape;
    const at = `blocks.${layer}.attn`, rows = this.#batch * this.#length;
    const ln1 = this.#names.ln1.replace("#", String(layer));
    this.#norm(stream, ln1, `blocks.${layer}.ln1`, true);
    const part = (letter: "q" | "k" | "v", count: number) => {
      const inputs = new Float64Array(count * stream.length);
      for (let head = 0; head < count; head++) inputs.set(stream, head * stream.length);
      this.#visit(`${at}.${letter}_input`, inputs);
      const outputs = new Float64Array(count * rows * headWidth);
      for (let head = 0; head < count; head++) {
        const own = inputs.slice(head * stream.length, (head + 1) * stream.length);
        const read = this.#norm(own, ln1, `blocks.${layer}.ln1`, false);
        const { map, first } = this.#headColumns(layer, letter, head);
        outputs.set(apply(map, read, first, headWidth), head * rows * headWidth);
      }
      return this.#visit(`${at}.${letter}`, outputs);
    };
    let query = part("q", heads), key = part("k", groups);
    const value = part("v", groups);
    if (speeds.length > 0) {
      query = this.#visit(`${at}.rot_q`, this.#turn(query));
      key = this.#visit(`${at}.rot_k`, this.#turn(key));
    }
    const pattern = this.#pattern(query, key, layer);
    const z = this.#visit(`${at}.z`, this.#mix(pattern, value));
    const output = this.#map(this.#names.output, layer, heads * headWidth, width);
    const results = new Float64Array(heads * rows * width);
    for (let head = 0; head < heads; head++) {
      for (let row = 0; row < rows; row++) {
        for (let out = 0; out < width; out++) {
          let total = 0;
          for (let e = 0; e < headWidth; e++) {
            total += z[(head * rows + row) * headWidth + e]! *
              entry(output, head * headWidth + e, out);
          }
          results[(head * rows + row) * width + out] = total;
        }
      }
    }
    this.#visit(`${at}.result`, results);
    return new Float64Array(rows * width).map((_, i) => {
      let total = output.bias?.[i % width] ?? 0;
      for (let head = 0; head < heads; head++) total += results[head * rows * width + i]!;
      return total;
    });
  }

  /** The attention weights: scores, mask, softmax; a changed score stays masked. */
  #pattern(query: Float64Array, key: Float64Array, layer: number): Float64Array {
    const { heads, groups, headWidth, scale } = this.#shape, length = this.#length;
    const scores = new Float64Array(heads * this.#batch * length * length);
    const each = (
      use: (cell: number, queryRow: number, keyRow: number, later: boolean) => void,
    ) => {
      for (let head = 0; head < heads; head++) {
        const group = Math.floor(head * groups / heads);
        for (let example = 0; example < this.#batch; example++) {
          for (let i = 0; i < length; i++) {
            for (let j = 0; j < length; j++) {
              const queryRow = (head * this.#batch + example) * length + i;
              use(
                queryRow * length + j,
                queryRow,
                (group * this.#batch + example) * length + j,
                j > i,
              );
            }
          }
        }
      }
    };
    each((cell, queryRow, keyRow) => {
      let product = 0;
      for (let e = 0; e < headWidth; e++) {
        product += query[queryRow * headWidth + e]! * key[keyRow * headWidth + e]!;
      }
      scores[cell] = product * scale(layer);
    });
    const mask = () => each((cell, _q, _k, later) => later && (scores[cell] = -Infinity));
    mask();
    this.#change(`blocks.${layer}.attn.scores`, scores);
    mask();
    this.#sites.set(`blocks.${layer}.attn.scores`, scores);
    const pattern = scores.slice();
    for (let start = 0; start < pattern.length; start += length) {
      const row = pattern.subarray(start, start + length), greatest = Math.max(...row);
      row.forEach((score, j) => row[j] = Math.exp(score - greatest));
      const total = row.reduce((a, b) => a + b, 0);
      row.forEach((weight, j) => row[j] = weight / total);
    }
    return this.#visit(`blocks.${layer}.attn.pattern`, pattern);
  }

  #mix(pattern: Float64Array, value: Float64Array): Float64Array {
    const { heads, groups, headWidth } = this.#shape, length = this.#length, batch = this.#batch;
    const z = new Float64Array(heads * batch * length * headWidth);
    for (let row = 0; row < heads * batch * length; row++) {
      const head = Math.floor(row / (batch * length)), example = Math.floor(row / length) % batch;
      const first = (Math.floor(head * groups / heads) * batch + example) * length;
      for (let e = 0; e < headWidth; e++) {
        let total = 0;
        for (let j = 0; j < length; j++) {
          total += pattern[row * length + j]! * value[(first + j) * headWidth + e]!;
        }
        z[row * headWidth + e] = total;
      }
    }
    return z;
  }

  /** Turns columns k and k + half of every head by an angle that grows with the position. */
  #turn(heads: Float64Array): Float64Array {
    const { headWidth, speeds } = this.#shape, half = speeds.length, turned = heads.slice();
    for (let row = 0; row < heads.length / headWidth; row++) {
      const position = row % this.#length;
      speeds.forEach((speed, pair) => {
        const a = heads[row * headWidth + pair]!, b = heads[row * headWidth + half + pair]!;
        const cosine = Math.cos(position * speed), sine = Math.sin(position * speed);
        turned[row * headWidth + pair] = a * cosine - b * sine;
        turned[row * headWidth + half + pair] = b * cosine + a * sine;
      });
    }
    return turned;
  }

  #feedForward(stream: Float64Array, layer: number): Float64Array {
    const { activation, width, neurons } = this.#shape, at = `blocks.${layer}`;
    this.#visit(`${at}.mlp_in`, stream = stream.slice());
    const read = this.#norm(stream, this.#names.ln2.replace("#", String(layer)), `${at}.ln2`, true);
    const { neuronsIn, neuronsOut, neuronsGate } = this.#names;
    const into = this.#map(neuronsIn, layer, width, neurons);
    const out = this.#map(neuronsOut, layer, neurons, width);
    if (neuronsGate === undefined) {
      const pre = this.#visit(`${at}.mlp.pre`, apply(into, read));
      const post = pre.map((x) => activate(activation, x));
      return apply(out, this.#visit(`${at}.mlp.post`, post));
    }
    const gateMap = this.#map(neuronsGate, layer, width, neurons);
    const pre = this.#visit(`${at}.mlp.pre`, apply(gateMap, read));
    const gate = this.#visit(`${at}.mlp.gate`, pre.map((x) => activate(activation, x)));
    const linear = this.#visit(`${at}.mlp.pre_linear`, apply(into, read));
    return apply(out, this.#visit(`${at}.mlp.post`, gate.map((x, i) => x * linear[i]!)));
  }

  /** LayerNorm or RMSNorm; a norm of a head's own copy is changed like the shared one, but not kept. */
  #norm(x: Float64Array, name: string, site: string, keep: boolean): Float64Array {
    const { width, epsilon, family } = this.#shape, centred = family !== "llama";
    const gain = this.#tensor(`${name}.weight`), bias = this.#find(`${name}.bias`);
    const rows = x.length / width, means = new Float64Array(rows), scale = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const from = row * width, to = from + width;
      let total = 0, square = 0;
      for (let i = from; i < to && centred; i++) total += x[i]!;
      const mean = means[row] = total / width;
      for (let i = from; i < to; i++) square += (x[i]! - mean) ** 2;
      scale[row] = Math.sqrt(square / width + epsilon);
    }
    this.#visit(`${site}.scale`, scale, keep);
    const normalized = new Float64Array(x.length), read = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      const row = Math.floor(i / width);
      normalized[i] = (x[i]! - means[row]!) / scale[row]!;
    }
    this.#visit(`${site}.normalized`, normalized, keep);
    for (let i = 0; i < x.length; i++) {
      read[i] = normalized[i]! * gain[i % width]! + (bias === null ? 0 : bias[i % width]!);
    }
    return read;
  }

  #headColumns(layer: number, letter: "q" | "k" | "v", head: number): Columns {
    const { family, width, heads, groups, headWidth } = this.#shape;
    const place = ["q", "k", "v"].indexOf(letter), { attention } = this.#names;
    if (family === "llama") {
      const outputs = (letter === "q" ? heads : groups) * headWidth;
      const map = this.#map(attention.replace("?", letter), layer, width, outputs);
      return { map, first: head * headWidth };
    }
    const row = family === "gpt2" ? place * heads + head : 3 * head + place;
    return { map: this.#map(attention, layer, width, 3 * width), first: row * headWidth };
  }

  #map(name: string, layer: number, inputs: number, outputs: number): LinearMap {
    const full = name.replace("#", String(layer));
    const matrix = this.#tensor(`${full}.weight`), bias = this.#find(`${full}.bias`);
    return { matrix, bias, inputs, outputs, turned: this.#shape.family !== "gpt2" };
  }

  #find(name: string): Float32Array | null {
    return this.#checkpoint.tensors.get(name)?.values ?? null;
  }

  #tensor(name: string): Float32Array {
    const values = this.#find(name);
    if (!values) throw new Error(`the reference finds no ${name}`);
    return values;
  }

  #visit(site: string, values: Float64Array, keep = true): Float64Array {
    this.#change(site, values);
    if (keep) this.#sites.set(site, values);
    return values;
  }
}
