/**
 * Sums of products written with one letter an axis.
 *
 * @module
 */

import * as tf from "./tfjs.ts";
import { matMul } from "./mat_mul.ts";

/** A tensor with a label for each of its axes. */
interface Labelled {
  readonly tensor: tf.Tensor;
  readonly labels: readonly string[];
}

/**
 * Evaluates an equation such as `"bqd,bkd->bqk"`. Letters that the result lacks are summed over, a
 * letter twice in one input reads its diagonal, `...` stands for any axes, broadcast from the right,
 * and without `->` the letters that occur once are kept in alphabetical order.
 *
 * Unlike `tf.einsum` of tfjs 4.22 it takes any number of inputs, has a gradient, and is computed by
 * matrix products.
 *
 * @param equation The labels of each input, separated by commas, then `->` and those of the result.
 * @param tensors The inputs, in the order of the equation.
 * @returns The result, its axes in the order asked for.
 * @throws {SyntaxError} If the equation cannot be read.
 * @throws {TypeError} If a rank does not fit its labels, or one letter stands for two sizes.
 *
 * @example Usage
 * ```ts
 * import { einsum, tf } from "@innerworks/innerworks";
 *
 * const scores = einsum("hqd,hkd->hqk", tf.ones([2, 3, 4]), tf.ones([2, 5, 4]));
 * console.log(scores.shape); // [ 2, 3, 5 ]
 * ```
 */
export function einsum(equation: string, ...tensors: tf.Tensor[]): tf.Tensor {
  const { inputs, output, sizes } = read(equation, tensors);
  return tf.tidy(() => {
    let left = tensors.map((tensor, i) => squeeze(diagonal({ tensor, labels: inputs[i]! }), sizes));
    while (left.length > 1) {
      const [i, j] = cheapest(left, output, sizes);
      const rest = left.filter((_, k) => k !== i && k !== j);
      const needed = new Set([...output, ...rest.flatMap(({ labels }) => labels)]);
      left = [...rest, contract(left[i]!, left[j]!, needed)];
    }
    const { tensor, labels } = sumOut(left[0]!, new Set(output));
    // A letter of the result is missing here only if every input had size 1 there.
    const found = output.filter((label) => labels.includes(label));
    const ordered = reorder({ tensor, labels }, found);
    return ordered.reshape(output.map((label) => sizes.get(label)!));
  });
}

/** Reads an equation against the ranks and sizes of its inputs. */
function read(equation: string, tensors: readonly tf.Tensor[]): {
  inputs: string[][];
  output: string[];
  sizes: Map<string, number>;
} {
  const [sources = "", target, ...more] = equation.replaceAll(" ", "").split("->");
  const terms = sources.split(",");
  const plain = /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/;
  if (more.length || [...terms, target ?? ""].some((term) => !plain.test(term))) {
    throw new SyntaxError(
      `Cannot read an equation as it must be letters, commas and one "->": current value is "${equation}"`,
    );
  }
  if (terms.length !== tensors.length) {
    throw new TypeError(
      `Cannot evaluate "${equation}" as it must have one input for each tensor: ${terms.length} and ${tensors.length}`,
    );
  }
  const inputs = terms.map((term, i) => expand(term, tensors[i]!, equation));
  const sizes = new Map<string, number>();
  inputs.forEach((labels, i) =>
    labels.forEach((label, axis) => bind(sizes, label, tensors[i]!.shape[axis]!, equation))
  );
  const dots = [...sizes.keys()].filter((label) => label.startsWith("."))
    .sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  const output = target === undefined
    ? [...dots, ...once(inputs.flat())]
    : target.split(/(\.\.\.)/).flatMap((part) => part === "..." ? dots : [...part]);
  const unknown = output.find((label) => !sizes.has(label));
  if (unknown !== undefined || new Set(output).size !== output.length) {
    throw new SyntaxError(
      `Cannot evaluate "${equation}" as each letter of its result must be in an input and stand once: current value is "${target}"`,
    );
  }
  return { inputs, output, sizes };
}

/** The labels of one term, the axes of `...` numbered from the right as ".0", ".1" and so on. */
function expand(term: string, tensor: tf.Tensor, equation: string): string[] {
  const letters = term.replace("...", "").length;
  const hidden = tensor.rank - letters;
  if (term.includes("...") ? hidden < 0 : hidden !== 0) {
    throw new TypeError(
      `Cannot evaluate "${equation}" as "${term}" must fit its tensor: the shape is [${
        tensor.shape.join(", ")
      }]`,
    );
  }
  const dots = Array.from({ length: hidden }, (_, i) => `.${hidden - 1 - i}`);
  return term.split(/(\.\.\.)/).flatMap((part) => part === "..." ? dots : [...part]);
}

/** Notes the size of a label; only the axes of `...` may also be 1. */
function bind(sizes: Map<string, number>, label: string, size: number, equation: string): void {
  const known = sizes.get(label);
  const spreads = label.startsWith(".") && (known === 1 || size === 1);
  if (known !== undefined && known !== size && !spreads) {
    throw new TypeError(
      `Cannot evaluate "${equation}" as "${label}" must have one size: it has ${known} and ${size}`,
    );
  }
  if (known === undefined || known === 1) sizes.set(label, size);
}

/** The labels that occur once, in alphabetical order. */
function once(labels: readonly string[]): string[] {
  return labels.filter((label) =>
    !label.startsWith(".") && labels.indexOf(label) === labels.lastIndexOf(label)
  ).sort();
}

/** Replaces axes that share a label by their diagonal. */
function diagonal({ tensor, labels }: Labelled): Labelled {
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice === undefined) return { tensor, labels };
  const i = labels.indexOf(twice);
  const j = labels.indexOf(twice, i + 1);
  const rest = labels.map((_, axis) => axis).filter((axis) => axis !== i && axis !== j);
  const outer = rest.map((axis) => tensor.shape[axis]!);
  const n = tensor.shape[i]!;
  const none = rest.map(() => 0);
  // In rows of n + 1 the diagonal of an n by n square is the first column.
  const column = tensor.transpose([...rest, i, j]).reshape([...outer, n * n])
    .pad([...none.map((): [number, number] => [0, 0]), [0, n]])
    .reshape([...outer, n, n + 1])
    .slice([...none, 0, 0], [...outer, n, 1])
    .reshape([...outer, n]);
  return diagonal({ tensor: column, labels: [...rest.map((axis) => labels[axis]!), twice] });
}

/** Drops axes of size 1 whose label is larger elsewhere, so that they broadcast. */
function squeeze({ tensor, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled {
  const kept = labels.map((_, axis) => axis)
    .filter((axis) => tensor.shape[axis] === sizes.get(labels[axis]!));
  if (kept.length === labels.length) return { tensor, labels };
  return {
    tensor: tensor.reshape(kept.map((axis) => tensor.shape[axis]!)),
    labels: kept.map((axis) => labels[axis]!),
  };
}

/** The pair of inputs whose product is smallest. */
function cheapest(
  inputs: readonly Labelled[],
  output: readonly string[],
  sizes: ReadonlyMap<string, number>,
): [number, number] {
  let best: [number, number] = [0, 1];
  let least = Infinity;
  for (let i = 0; i < inputs.length; i++) {
    for (let j = i + 1; j < inputs.length; j++) {
      const others = inputs.filter((_, k) => k !== i && k !== j).flatMap(({ labels }) => labels);
      const needed = new Set([...output, ...others]);
      const made = new Set([...inputs[i]!.labels, ...inputs[j]!.labels]);
      const size = [...made].filter((label) => needed.has(label))
        .reduce((product, label) => product * sizes.get(label)!, 1);
      if (size < least) [best, least] = [[i, j], size];
    }
  }
  return best;
}

/** Multiplies two inputs and sums over the labels that nothing else needs. */
function contract(a: Labelled, b: Labelled, needed: ReadonlySet<string>): Labelled {
  const x = sumOut(a, new Set([...needed, ...b.labels]));
  const y = sumOut(b, new Set([...needed, ...a.labels]));
  const shared = x.labels.filter((label) => y.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const rows = x.labels.filter((label) => !shared.includes(label));
  const columns = y.labels.filter((label) => !shared.includes(label));
  const shape = (input: Labelled, labels: readonly string[]) =>
    labels.map((label) => input.tensor.shape[input.labels.indexOf(label)]!);
  const volume = (sizes: readonly number[]) => sizes.reduce((product, size) => product * size, 1);
  const groups = shape(x, batch);
  const sum = volume(shape(x, inner));
  const product = matMul(
    reorder(x, [...batch, ...rows, ...inner])
      .reshape([volume(groups), volume(shape(x, rows)), sum]),
    reorder(y, [...batch, ...inner, ...columns])
      .reshape([volume(groups), sum, volume(shape(y, columns))]),
  );
  return {
    tensor: product.reshape([...groups, ...shape(x, rows), ...shape(y, columns)]),
    labels: [...batch, ...rows, ...columns],
  };
}

/** Sums over the axes whose label nothing needs. */
function sumOut({ tensor, labels }: Labelled, needed: ReadonlySet<string>): Labelled {
  const gone = labels.map((_, axis) => axis).filter((axis) => !needed.has(labels[axis]!));
  if (gone.length === 0) return { tensor, labels };
  return { tensor: tensor.sum(gone), labels: labels.filter((label) => needed.has(label)) };
}

/** Puts the axes in the order of the labels. */
function reorder({ tensor, labels }: Labelled, order: readonly string[]): tf.Tensor {
  const axes = order.map((label) => labels.indexOf(label));
  return axes.every((axis, i) => axis === i) ? tensor : tensor.transpose(axes);
}
