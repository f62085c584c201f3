import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { testOn } from "./on_backends.ts";
import { assertClose, normals, sharper, tensor } from "./plain.ts";

const ints = (values: number[]) => tf.tensor1d(values, "int32");
type Operation = (x: tf.Tensor) => tf.Tensor;

/** Operations on [2, 3, 4] that are linear. */
const linear: Record<string, Operation> = {
  "gather, axis 0": (x) => tf.gather(x, ints([1, 0, 1, 1]), 0),
  "gather, axis 1": (x) => tf.gather(x, ints([2, 0, 2]), 1),
  "gather, axis -1": (x) => tf.gather(x, ints([3, 3]), -1),
  "gather of rank 2": (x) => tf.gather(x, ints([2, 0, 1, 1]).reshape([2, 2]), 1),
  "gather of one": (x) => tf.gather(x, tf.scalar(2, "int32"), 1),
  "gather of none": (x) => tf.gather(x, ints([]), 1),
  "gather by batch": (x) => tf.gather(x, ints([2, 0, 1, 1]).reshape([2, 2]), 1, 1),
  "gather of rows": (x) => tf.gatherND(x, ints([1, 2, 0, 0]).reshape([2, 2])),
  "scatter of rows": (x) => tf.scatterND(ints([3, 3]).reshape([2, 1]), x, [5, 3, 4]),
  "update of rows": (x) => tf.tensorScatterUpdate(x, ints([1]).reshape([1, 1]), x.slice([0], [1])),
  "sums by segment": (x) => tf.unsortedSegmentSum(x, ints([1, -1]), 3),
  "slice": (x) => x.slice([0, 1, 1], [2, 2, 2]),
  "strided slice": (x) => x.stridedSlice([0, 2, 0], [2, -4, 4], [1, -2, 3]),
  "concat": (x) => tf.concat([x, x.mul(2), x], 1),
  "stack": (x) => tf.stack([x, x.mul(3)], -1),
  "unstack": (x) => {
    const [a, , c] = tf.unstack(x, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    return a.add(c.mul(2));
  },
  "split": (x) => tf.split(x, [1, 3], 2)[1]!,
  "tile": (x) => x.tile([2, 1, 3]),
  "broadcastTo": (x) => x.expandDims(0).broadcastTo([2, 2, 3, 4]),
  "pad": (x) => x.pad([[0, 0], [1, 2], [0, 1]]),
  "mirror padding": (x) => tf.mirrorPad(x, [[0, 0], [1, 2], [2, 1]], "reflect"),
  "symmetric padding": (x) => tf.mirrorPad(x, [[1, 1], [0, 2], [2, 1]], "symmetric"),
  "reverse": (x) => x.reverse([0, 2]),
  "transpose": (x) => x.transpose([2, 0, 1]),
  "running sum along the last axis": (x) => x.cumsum(2),
  "running sum along a middle axis": (x) => x.cumsum(1),
  "exclusive running sum from the end": (x) => x.cumsum(0, true, true),
  "sum": (x) => x.sum([0, 2]),
  "mean": (x) => x.mean(1, true),
  "choice": (x) => tf.where(ints([1, 0, 1, 1]).cast("bool"), x, x.mul(2)),
};
/** Operations with f(c x) = c f(x) for positive c, whose slopes depend on comparisons. */
const homogeneous: Record<string, Operation> = {
  "max": (x) => x.max(1),
  "min": (x) => x.min([0, 2], true),
  "top of a row": (x) => tf.topk(x, 2).values,
  "maximum": (x) => x.maximum(x.mul(-0.5)),
  "relu": (x) => x.relu(),
  "leaky relu": (x) => x.leakyRelu(0.3),
  "abs": (x) => x.abs(),
  "clip": (x) => x.clipByValue(-1000, 1000),
  "choice by comparison": (x) => tf.where(x.greater(0), x, x.mul(3)),
  "choice by flags": (x) => tf.where(x.less(1).logicalAnd(x.notEqual(0)), x, x.neg()),
};
const data = normals(1, 2, 3, 4);
const other = normals(2, 2, 3, 4);
const dot = (x: tf.Tensor, y: tf.Tensor) => x.mul(y).sum().dataSync()[0]!;

for (const [name, of] of Object.entries({ ...linear, ...homogeneous })) {
  testOn(`A-27 ${name}: gradient and second derivative`, () => {
    const x = tensor(data);
    const y = of(x);
    const weight = tensor(normals(3, ...y.shape));
    const slope = tf.grad(of)(x, weight);
    assertEquals(slope.shape, x.shape);
    // Of what is linear a gradient is the transposed map, elsewhere only at x itself.
    const at = name in linear ? tensor(other) : x;
    assertClose([dot(slope, at)], [dot(weight, of(at))], sharper(1e-5, 1e-12));
    const energy = tf.grad((x: tf.Tensor) => of(x).square().mul(0.5).sum());
    // Another tensor than x: a gradient is with respect to the very tensor.
    const constant = tensor(data);
    const curved = tf.grad((y: tf.Tensor) => energy(y).mul(constant).sum())(x);
    assertClose(curved.dataSync(), energy(x).dataSync(), sharper(1e-5, 1e-12));
  });
}
