import { EditReader } from "../../lib/run/edit_reader.ts";
import { type Cache, Means } from "../../lib/run/mod.ts";
import { startBackend, type tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

await startBackend();

const EMPTY = { format: "innerworks edits 1", tensors: null, edits: [], caches: [], means: [] };
const STORED = new Map([
  ["aa", { shape: [2], values: Float32Array.of(1, 2) }],
  ["bb", { shape: [1, 2, 1], values: Float32Array.of(3, 4) }],
]);

const read = (content: unknown) =>
  new EditReader("a.json", typeof content === "string" ? content : JSON.stringify(content))
    .edits(STORED);

Deno.test("EditReader reads tensors, caches and means where edits name them", () => {
  const facts = {
    model: "m",
    examples: 3,
    tokens: 9,
    byPosition: false,
    beginning: true,
    positions: null,
    complete: true,
  };
  const edits = read({
    ...EMPTY,
    tensors: "a.safetensors",
    caches: [{
      window: { rows: [{ start: 0, length: 2 }], from: 0, to: 2 },
      generates: false,
      sites: { embed: { axes: ["batch", "position", "width"], tensor: "bb" } },
    }],
    means: [{
      facts,
      sites: { embed: { axes: ["width"], count: 9, mean: "aa", variance: "aa" } },
    }],
    edits: [
      { kind: "add", at: "embed", value: { tensor: "aa" }, scale: 1 },
      { kind: "resample", at: "embed", source: { cache: 0 } },
      { kind: "replace", at: "embed", value: { from: "cache", cache: 0, positions: -1 } },
      { kind: "mean", at: "embed", source: { means: 0 } },
    ],
  }) as unknown as [
    { value: tf.Tensor },
    { source: Cache },
    { value: { cache: Cache; positions: number } },
    { source: Means },
  ];
  assertEquals(edits[0].value.arraySync(), [1, 2]);
  assertEquals(edits[1].source.get("embed").arraySync(), [[[3], [4]]]);
  assert(edits[2].value.cache === edits[1].source && edits[2].value.positions === -1);
  assert(edits[3].source instanceof Means);
  assertEquals(edits[3].source.get("embed").arraySync(), [1, 2]);
});

Deno.test("EditReader names the field that is wrong", () => {
  const edit = (fields: object) => ({
    ...EMPTY,
    edits: [{ kind: "zero", at: "embed", ...fields }],
  });
  const cache = (fields: object) => ({
    ...EMPTY,
    tensors: "a.safetensors",
    caches: [{
      window: { rows: [{ start: 0, length: 2 }], from: 0, to: 2 },
      generates: false,
      sites: {},
      ...fields,
    }],
  });
  const cases: [content: unknown, message: string][] = [
    [
      { ...EMPTY, format: "edits" },
      'its format must be "innerworks edits 1": current value is "edits"',
    ],
    [
      { ...EMPTY, extra: 1 },
      'it must say format, tensors, edits, caches, means alone: current value is "extra"',
    ],
    [
      { ...EMPTY, tensors: "../a.safetensors" },
      'tensors must name a file beside it, or be null: current value is "../a.safetensors"',
    ],
    [{ ...EMPTY, edits: {} }, "edits must be a list: current value is {}"],
    [{ ...EMPTY, edits: [3] }, "edit 0 must be an object: current value is 3"],
    [
      edit({ kind: "splice" }),
      'the kind of edit 0 must be one of data alone: current value is "splice"',
    ],
    [
      edit({ value: { tensor: "cc" } }),
      'value of edit 0 must be the hash of a tensor in null: current value is "cc"',
    ],
    [
      edit({ source: { cache: 0 } }),
      "source of edit 0 must be one of the caches: current value is 0",
    ],
    [
      edit({ source: { means: 0 } }),
      "source of edit 0 must be one of the means: current value is 0",
    ],
    [cache({ generates: 1 }), "generates of caches 0 must be true or false: current value is 1"],
    [cache({ window: { rows: 1 } }), "rows of caches 0 must be a list: current value is 1"],
    [
      cache({ window: { rows: [{ start: 0, length: 2 }], from: 0, to: 2, spans: { a: [1] } } }),
      'span "a" of caches 0 must be lists of positions: current value is [1]',
    ],
    [
      cache({ window: { rows: [], from: 0, to: 2, spans: 3 } }),
      "spans of caches 0 must be an object: current value is 3",
    ],
    [
      { ...EMPTY, means: [{ facts: { byPosition: 1 }, sites: {} }] },
      "byPosition of means 0 must be true or false: current value is 1",
    ],
    [
      cache({ sites: { embed: { axes: ["width"], tensor: "bb" } } }),
      'axes of embed of caches 0 must be 3 names: current value is ["width"]',
    ],
  ];
  for (const [content, message] of cases) {
    assertEquals(
      assertThrows(() => read(content), SyntaxError).message,
      `Cannot read edits of a.json as ${message}`,
    );
  }
  assert(assertThrows(() => read("{"), SyntaxError).message.includes("it must be JSON"));
  assertEquals(
    assertThrows(() => read(edit({ head: 1 })), TypeError).message,
    "Cannot zero embed as an edit says where by heads, neurons, positions, keys, examples, steps alone: it has head",
  );
});
