import { KeptWeight } from "../../lib/model/kept_weight.ts";
import type { StoredTensor } from "../../lib/model/mod.ts";
import { startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";

await startBackend();

/** A stored matrix [2, 3] that counts how often it is read. */
function stored(): StoredTensor & { reads: number } {
  return {
    name: "weight",
    dtype: "BF16",
    shape: [2, 3],
    file: "model.safetensors",
    bytes: 12,
    reads: 0,
    read() {
      this.reads++;
      return Float32Array.of(0, 1, 2, 3, 4, 5);
    },
    readDoubles: () => new Float64Array(6),
    readIntegers: () => new Int32Array(6),
  };
}

Deno.test("a kept weight is read once, at its first use, and is the same tensor ever after", () => {
  const source = stored(), before = heldTensors(), weight = new KeptWeight(source);
  assertEquals([source.reads, heldTensors()], [0, before]);
  const tensor = tf.tidy(() => weight.tensor);
  assert(weight.tensor === tensor && !tensor.isDisposed);
  assert(weight.matrix("in out").matrix === tensor);
  assertEquals([source.reads, heldTensors()], [1, before + 1]);
  assertEquals([weight.shape, weight.dtype, weight.bytes], [[2, 3], "BF16", 12]);
  weight.dispose();
  assertEquals(heldTensors(), before);
});

Deno.test("a kept weight gives its matrix in either order, and copies of it as [in, out]", () => {
  const weight = new KeptWeight(stored()), { matrix, transposed } = weight.matrix("out in");
  const turned = [0, 3, 1, 4, 2, 5];
  assertEquals([...matrix.dataSync()], transposed ? [0, 1, 2, 3, 4, 5] : turned);
  // Once before and once after the tensor as it is stored has been made.
  for (const layout of ["out in", "in out", "out in"] as const) {
    const copy = weight.copy(layout);
    assertEquals([...copy.dataSync()], layout === "out in" ? turned : [0, 1, 2, 3, 4, 5]);
    assertEquals(copy.shape, layout === "out in" ? [3, 2] : [2, 3]);
    copy.dispose();
    weight.tensor;
  }
  weight.dispose();
});

Deno.test("a copy of a kept weight is not kept, and writing into it changes nothing", () => {
  const weight = new KeptWeight(stored()), before = heldTensors();
  for (const layout of ["out in", "in out"] as const) {
    const copy = weight.copy(layout);
    copy.dataSync().fill(9);
    copy.dispose();
  }
  assertEquals(heldTensors(), before);
  assertEquals([...weight.tensor.dataSync()], [0, 1, 2, 3, 4, 5]);

  assertEquals([...weight.tensor.dataSync()], [0, 1, 2, 3, 4, 5]);
  weight.dispose();
});

Deno.test("a kept weight takes a computed tensor over, whose rows are inputs", () => {
  const tensor = tf.tensor2d([[1, 2], [3, 4], [5, 6]]), weight = new KeptWeight(tensor);
  assertEquals(weight.matrix("out in"), { matrix: tensor, transposed: false });
  const copy = weight.copy("out in");
  assertEquals([copy.shape, [...copy.dataSync()]], [[3, 2], [1, 2, 3, 4, 5, 6]]);
  assertEquals([weight.dtype, weight.bytes], ["F32", 24]);
  copy.dispose();
  weight.dispose();
  assert(tensor.isDisposed);
});

Deno.test("a kept weight that was disposed says so to those that share it", () => {
  const weight = new KeptWeight(stored());
  weight.dispose();
  weight.dispose();
  for (
    const use of [() => weight.tensor, () => weight.matrix("out in"), () => weight.copy("in out")]
  ) {
    assertEquals(
      assertThrows(use, Error).message,
      "Cannot use weights as the model that they are shared with must not be disposed: it was",
    );
  }
});
