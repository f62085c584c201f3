/** Safetensors files that must be refused, each with a part of what the refusal must say. */

import { counting, rawSafetensors } from "./raw_safetensors.ts";

/** A bad file: why it is bad, its bytes, and what the error must say. */
export type BadFile = readonly [why: string, bytes: Uint8Array<ArrayBuffer>, says: string];

const f32 = (offsets: unknown, shape: unknown = [2]): object => ({
  dtype: "F32",
  shape,
  data_offsets: offsets,
});
const deep = (open: string, close: string): string =>
  `{"a":${open.repeat(200_000)}1${close.repeat(200_000)}}`;

/** Every kind of bad safetensors file. */
export const badFiles: readonly BadFile[] = [
  ["empty", new Uint8Array(), "begin with the 8 bytes of a header's length"],
  ["cut inside the length", new Uint8Array(5), "begin with the 8 bytes"],
  ["no header", rawSafetensors(""), "its header must be JSON"],
  ["header cut short", rawSafetensors('{"a":{"dtype":"F32","sha'), "its header must be JSON"],
  ["header longer than the file", rawSafetensors("{}", counting(4), 100n), "must end in the file"],
  [
    "10 GB of header claimed",
    rawSafetensors("{}", counting(4), 10_000_000_000n),
    "end in the file",
  ],
  ["2^64 - 1 bytes claimed", rawSafetensors("{}", counting(4), 2n ** 64n - 1n), "end in the file"],
  ["header not UTF-8", withByte(rawSafetensors('{"a":1}'), 10, 0xFF), "its header must be UTF-8"],
  ["header a list", rawSafetensors("[]"), "its header must be a JSON object"],
  ["header null", rawSafetensors("null"), "its header must be a JSON object"],
  ["header followed by rubbish", rawSafetensors("{}x"), "its header must be JSON"],
  ["lists 200,000 deep", rawSafetensors(deep("[", "]")), "nested deeper than 64"],
  ["objects 200,000 deep", rawSafetensors(deep('{"a":', "}")), "nested deeper than 64"],
  [
    "a name twice",
    rawSafetensors(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
        '"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      counting(8),
    ),
    'each key once: current value is "a"',
  ],
  [
    "a name twice, once in escapes",
    rawSafetensors(
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
        '"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      counting(8),
    ),
    'each key once: current value is "a"',
  ],
  [
    "a field twice",
    rawSafetensors('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}'),
    'each key once: current value is "dtype"',
  ],
  ["an entry that is a number", rawSafetensors({ a: 1 }), 'tensor "a" of'],
  [
    "a field too many",
    rawSafetensors({ a: { ...f32([0, 8]), strides: [1] } }, counting(8)),
    'and no more: current value is "strides"',
  ],
  [
    "a dtype that nobody has",
    rawSafetensors({ a: { dtype: "F33", shape: [2], data_offsets: [0, 8] } }, counting(8)),
    'current value is "F33"',
  ],
  [
    "a dtype that is a name of every object",
    rawSafetensors({ a: { dtype: "toString", shape: [2], data_offsets: [0, 8] } }, counting(8)),
    'current value is "toString"',
  ],
  [
    "another dtype than the bytes are",
    rawSafetensors({ a: { dtype: "F16", shape: [2], data_offsets: [0, 8] } }, counting(8)),
    "span the 4 bytes of F16 [2]: current value is [0, 8]",
  ],
  ["no shape", rawSafetensors({ a: { dtype: "F32", data_offsets: [0, 8] } }), "its shape must be"],
  ["a negative size", rawSafetensors({ a: f32([0, 8], [-2]) }, counting(8)), "its shape must be"],
  ["half a size", rawSafetensors({ a: f32([0, 8], [2.5]) }, counting(8)), "its shape must be"],
  ["a size in a string", rawSafetensors({ a: f32([0, 8], ["2"]) }, counting(8)), "its shape must"],
  ["a huge size", rawSafetensors({ a: f32([0, 8], [2 ** 60]) }, counting(8)), "its shape must be"],
  [
    "sizes whose product runs over",
    rawSafetensors({ a: f32([0, 8], [2 ** 32, 2 ** 32]) }, counting(8)),
    "must span the 73786976294838210000 bytes",
  ],
  [
    "10 GB of data claimed",
    rawSafetensors({ a: f32([0, 10_000_000_000], [2_500_000_000]) }, counting(8)),
    "inside the 8 bytes of data",
  ],
  ["too many axes", rawSafetensors({ a: f32([0, 4], Array(17).fill(1)) }, counting(4)), "16 sizes"],
  ["a shape that is smaller", rawSafetensors({ a: f32([0, 8], [1]) }, counting(8)), "span the 4"],
  ["no offsets", rawSafetensors({ a: { dtype: "F32", shape: [2] } }), "data_offsets must be two"],
  ["one offset", rawSafetensors({ a: f32([0]) }, counting(8)), "data_offsets must be two"],
  ["offsets the wrong way", rawSafetensors({ a: f32([8, 0]) }, counting(8)), "must be in order"],
  ["a negative offset", rawSafetensors({ a: f32([-8, 0]) }, counting(8)), "must be two places"],
  ["offsets past the end", rawSafetensors({ a: f32([4, 12]) }, counting(8)), "inside the 8 bytes"],
  ["data cut short", rawSafetensors({ a: f32([0, 8]) }, counting(7)), "inside the 7 bytes"],
  [
    "tensors that overlap",
    rawSafetensors({ a: f32([0, 8]), b: f32([4, 12]) }, counting(12)),
    'tensor "b" of',
  ],
  [
    "two tensors in one place",
    rawSafetensors({ a: f32([0, 8]), b: f32([0, 8]) }, counting(8)),
    "begin where the tensor before it ends, at 8",
  ],
  [
    "bytes between tensors that are nobody's",
    rawSafetensors({ a: f32([0, 8]), b: f32([12, 20]) }, counting(20)),
    "ends, at 8: current value is [12, 20]",
  ],
  [
    "bytes at the end that are nobody's",
    rawSafetensors({ a: f32([0, 8]) }, counting(9)),
    "fill the 9 bytes of data: current value is 8",
  ],
  [
    "metadata that is no text",
    rawSafetensors({ __metadata__: { format: 1 } }),
    "__metadata__ must be an object of strings",
  ],
  [
    "a header of 5 MB",
    rawSafetensors(`{"a":"${"x".repeat(5 * 2 ** 20)}"}`),
    "must have at most 4194304 bytes",
  ],
  [
    "a header of 4 MB, wrong at its end",
    rawSafetensors(
      `{${
        Array.from({ length: 40_000 }, (_, i) =>
          `"layers.${i}.weight":{"dtype":"F32","shape":[1],"data_offsets":[${4 * i},${4 * i + 4}]}`)
      },"z":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`,
      new Uint8Array(4 * 40_000),
    ),
    "must begin where the tensor before it ends",
  ],
];

function withByte(
  file: Uint8Array<ArrayBuffer>,
  at: number,
  byte: number,
): Uint8Array<ArrayBuffer> {
  file[at] = byte;
  return file;
}
