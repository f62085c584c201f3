/**
 * Gradients of operations that pick numbers by their place, where tfjs 4.22 has them wrong or lacks
 * them.
 *
 * @module
 */

import * as tf from "./tfjs.ts";

/** Registers the gradients of this file, for all backends. */
export function mendIndexing(): void {
  mendCumsum();
  mendMirrorPad();
  mendNd();
  mendStridedSlice();
  mendTopK();
}

/** That of tfjs turns the axes the wrong way round, unless it is along the last. */
function mendCumsum(): void {
  tf.registerGradient({
    kernelName: "Cumsum",
    gradFunc: (dy, _, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as {
        axis: number;
        exclusive: boolean;
        reverse: boolean;
      };
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  });
}

/** That of tfjs leaves out what the mirror images add. */
function mendMirrorPad(): void {
  tf.registerGradient({
    kernelName: "MirrorPad",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      const { shape } = saved[0]!;
      const paddings = attrs["paddings"] as unknown as [number, number][];
      const again = attrs["mode"] as unknown as string === "reflect" ? 0 : 1;
      const places = shape.map((size, axis) => {
        const [before, after] = paddings[axis]!;
        return Array.from({ length: before + size + after }, (_, i) => {
          const at = i - before;
          return at < 0 ? -at - again : at >= size ? 2 * (size - 1) - at + again : at;
        });
      });
      return { x: () => putBack(dy as tf.Tensor, places, shape) };
    },
  });
}

/** That of tfjs is missing. */
function mendStridedSlice(): void {
  tf.registerGradient({
    kernelName: "StridedSlice",
    inputsToSave: ["x"],
    gradFunc: (dy, saved, attrs) => {
      const { shape } = saved[0]!;
      const at = attrs as unknown as Record<"begin" | "end" | "strides", number[]>;
      const masks = attrs as unknown as Record<string, number>;
      const { begin, end, strides } = tf.slice_util.sliceInfo(
        shape,
        at.begin,
        at.end,
        at.strides,
        masks["beginMask"]!,
        masks["endMask"]!,
        masks["ellipsisMask"]!,
        masks["newAxisMask"]!,
        masks["shrinkAxisMask"]!,
      );
      const places = shape.map((_, axis) => {
        const [first, last, step] = [begin[axis]!, end[axis]!, strides[axis]!];
        const length = Math.max(0, Math.ceil((last - first) / step));
        return Array.from({ length }, (_, i) => first + i * step);
      });
      const sizes = places.map(({ length }) => length);
      return { x: () => putBack((dy as tf.Tensor).reshape(sizes), places, shape) };
    },
  });
}

/** Those of tfjs are missing: reading at places and adding at places are each the other's. */
function mendNd(): void {
  tf.registerGradient({
    kernelName: "GatherNd",
    inputsToSave: ["params", "indices"],
    gradFunc: (dy, saved) => {
      const [params, indices] = saved as [tf.Tensor, tf.Tensor];
      return { params: () => tf.scatterND(indices, dy as tf.Tensor, params.shape as never) };
    },
  });
  tf.registerGradient({
    kernelName: "ScatterNd",
    inputsToSave: ["indices"],
    gradFunc: (dy, saved) => ({ updates: () => tf.gatherND(dy as tf.Tensor, saved[0]!) }),
  });
  tf.registerGradient({
    kernelName: "TensorScatterUpdate",
    inputsToSave: ["indices", "updates"],
    gradFunc: (gradient, saved) => {
      const [indices, updates] = saved as [tf.Tensor, tf.Tensor];
      const dy = gradient as tf.Tensor;
      return {
        tensor: () => tf.tensorScatterUpdate(dy, indices, tf.zerosLike(updates)),
        updates: () => tf.gatherND(dy, indices),
      };
    },
  });
}

/** That of tfjs is missing. */
function mendTopK(): void {
  tf.registerGradient({
    kernelName: "TopK",
    inputsToSave: ["x"],
    outputsToSave: [false, true],
    gradFunc: (dy, saved) => {
      const [x, indices] = saved as [tf.Tensor, tf.Tensor];
      const [values] = dy as tf.Tensor[];
      return {
        x: () => {
          const width = x.shape.at(-1)!;
          const places = indices.expandDims(-1).equal(tf.range(0, width, 1, "int32"))
            .cast("float32"); // [..., k, width]
          return places.mul(values!.expandDims(-1)).sum(-2);
        },
      };
    },
  });
}

/** Adds each number of a gradient up at the place, along every axis, that it was read from. */
function putBack(
  gradient: tf.Tensor,
  places: readonly (readonly number[])[],
  shape: readonly number[],
): tf.Tensor {
  return shape.reduce((sum: tf.Tensor, size, axis) => {
    const same = places[axis]!.length === size && places[axis]!.every((place, i) => place === i);
    if (same) return sum;
    const front = [axis, ...shape.keys().filter((other) => other !== axis)];
    const back = shape.map((_, i) => front.indexOf(i));
    const ids = tf.tensor1d([...places[axis]!], "int32");
    return tf.unsortedSegmentSum(sum.transpose(front), ids, size).transpose(back);
  }, gradient);
}
