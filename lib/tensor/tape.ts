/**
 * A record of operations that is kept between slices of work, for gradients of a computation too long for one.
 *
 * tfjs' own `grad` runs a function and its gradient in one go, and hands out gradients of the function's inputs alone.
 * A pass through a model is longer than a slice, and its gradients are asked for in its middle.
 *
 * @module
 */

import * as tf from "./tfjs.ts";

type Node = NonNullable<ReturnType<typeof tf.engine>["state"]["activeTape"]>[number];

/** Where a gradient begins: a result, and the gradient there. */
export interface TapeSeed {
  /** A tensor that was made while the tape recorded. */
  readonly of: tf.Tensor;
  /** The gradient there, of its shape. */
  readonly gradient: tf.Tensor;
}

/**
 * Records operations in as many stretches as wanted, and runs gradients back through all of them.
 *
 * @example Usage
 * ```ts
 * import { Tape, tf } from "@innerworks/innerworks";
 *
 * const tape = new Tape(), x = tf.scalar(3);
 * const y = tape.record(() => x.square());
 * const z = tape.record(() => y.mul(5));
 * const steps = tape.backward([{ of: z, gradient: tf.scalar(1) }], [x, y]);
 * let step = steps.next();
 * while (!step.done) step = steps.next(); // a caller may wait here
 * console.log(step.value.map((gradient) => gradient!.dataSync()[0])); // [30, 5]
 * tape.dispose();
 * ```
 */
export class Tape {
  readonly #nodes: Node[] = [];

  /** How many operations were recorded. */
  get length(): number {
    return this.#nodes.length;
  }

  /**
   * Runs some work and records its operations.
   *
   * @param work The work; synchronous. What it needs later must outlive it: a gradient of a tensor can be asked for after
   * the tensor itself was disposed, as what gradients need is kept aside.
   * @returns What the work returns.
   */
  record<T>(work: () => T): T {
    const { state } = tf.engine();
    const { activeTape, gradientDepth } = state;
    const nodes: Node[] = [];
    state.activeTape = nodes;
    state.gradientDepth = 1;
    try {
      return work();
    } finally {
      this.#nodes.push(...nodes);
      // What an outer tape sees is what it would have recorded itself.
      if (activeTape && gradientDepth > 0) activeTape.push(...nodes);
      state.activeTape = activeTape;
      state.gradientDepth = gradientDepth;
    }
  }

  /**
   * Runs gradients back, one operation a step.
   *
   * @param seeds Where gradients begin.
   * @param wanted The tensors at which gradients are asked for, recorded or not; only paths to them are computed.
   * @returns The gradient at each, of its shape, which is the caller's to free; null where no path leads to it.
   */
  *backward(
    seeds: readonly TapeSeed[],
    wanted: readonly tf.Tensor[],
  ): Generator<void, (tf.Tensor | null)[]> {
    const reached = this.#reachedFrom(wanted), asked = new Set(wanted.map(({ id }) => id));
    const gradients = new Map<number, tf.Tensor>();
    let finished = false;
    try {
      for (const { of, gradient } of seeds) accumulate(gradients, of.id, gradient.clone());
      for (let i = this.#nodes.length - 1; i >= 0; i--) {
        const node = this.#nodes[i]!;
        if (!node.outputs.some(({ id }) => gradients.has(id))) continue;
        passBack(node, gradients, reached, asked);
        yield;
      }
      finished = true;
      return wanted.map(({ id }, i) => {
        const gradient = gradients.get(id) ?? null;
        // Asked for twice, it is two tensors, for each has an owner.
        const again = wanted.findIndex((other) => other.id === id) < i;
        return again ? gradient?.clone() ?? null : gradient;
      });
    } finally {
      for (const [id, gradient] of gradients) if (!finished || !asked.has(id)) gradient.dispose();
    }
  }

  /** Frees what was kept aside for gradients. */
  dispose(): void {
    for (const { saved = [] } of this.#nodes.splice(0)) tf.dispose(saved);
  }

  /** Frees what was kept aside at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The ids of all tensors that some tensors have an influence on. */
  #reachedFrom(tensors: readonly tf.Tensor[]): ReadonlySet<number> {
    const reached = new Set(tensors.map(({ id }) => id));
    for (const { inputs, outputs } of this.#nodes) {
      if (!Object.values(inputs).some(({ id }) => reached.has(id))) continue;
      for (const { id } of outputs) reached.add(id);
    }
    return reached;
  }
}

/** Runs gradients back through one operation, to those of its inputs that count. */
function passBack(
  node: Node,
  gradients: Map<number, tf.Tensor>,
  reached: ReadonlySet<number>,
  asked: ReadonlySet<number>,
): void {
  const inputs = Object.entries(node.inputs).filter(([, { id }]) => reached.has(id));
  const own = node.outputs.map(({ id }) => gradients.get(id) ?? null);
  if (inputs.length > 0) {
    const { gradient } = node;
    if (!gradient) {
      throw new TypeError(
        `Cannot take a gradient through ${node.kernelName} as it must have one: tfjs knows none`,
      );
    }
    const made = onScratch(() =>
      tf.tidy(() => {
        const each = gradient(own as tf.Tensor[]);
        return inputs.map(([name]) => each[name]!());
      })
    );
    inputs.forEach(([, { id }], i) => accumulate(gradients, id, made[i]!));
  }
  for (const [i, { id }] of node.outputs.entries()) {
    if (own[i] === null || asked.has(id)) continue;
    own[i]!.dispose();
    gradients.delete(id);
  }
}

/** Gives gradients that take gradients themselves a tape to write on, where none records; it is thrown away. */
function onScratch<T>(work: () => T): T {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return work();
  const { activeTape } = state, scratch: Node[] = [];
  state.activeTape = scratch;
  try {
    return work();
  } finally {
    for (const { saved = [] } of scratch) tf.dispose(saved);
    state.activeTape = activeTape!;
  }
}

/** Adds to the gradient at a tensor, taking the addend over. */
function accumulate(gradients: Map<number, tf.Tensor>, id: number, addend: tf.Tensor): void {
  const before = gradients.get(id);
  if (!before) {
    gradients.set(id, addend);
    return;
  }
  gradients.set(id, tf.add(before, addend));
  tf.dispose([before, addend]);
}
