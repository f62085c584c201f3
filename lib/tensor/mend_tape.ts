/**
 * The order of the tape of tfjs 4.22. A kernel that saves its result for its gradient has the copy of
 * the result on the tape before itself, so that second derivatives miss what runs through the copy.
 *
 * @module
 */

import * as tf from "./tfjs.ts";

type AddNode = (...node: readonly unknown[]) => void;

let mended = false;

/** Puts every operation on the tape before those that read its results, for all backends. */
export function mendTape(): void {
  if (mended) return;
  mended = true;
  const engine = tf.engine() as unknown as { addTapeNode: AddNode };
  const add = engine.addTapeNode;
  engine.addTapeNode = (...node) => {
    add.apply(engine, node as unknown[]);
    const { activeTape } = tf.engine().state;
    if (activeTape) advanceLast(activeTape);
  };
}

type Tape = NonNullable<ReturnType<typeof tf.engine>["state"]["activeTape"]>;

/** Moves the last node of a tape in front of its readers, which stand right before it. */
function advanceLast(tape: Tape): void {
  const last = tape.length - 1;
  const { outputs } = tape[last]!;
  let place = last;
  while (place > 0 && reads(tape[place - 1]!, outputs)) place--;
  if (place < last) tape.splice(place, 0, tape.pop()!);
}

/** Whether a node has one of these among its inputs; optional ones may be missing. */
function reads({ inputs }: Tape[number], tensors: readonly tf.Tensor[]): boolean {
  for (const name in inputs) {
    for (const { id } of tensors) if (inputs[name]?.id === id) return true;
  }
  return false;
}
