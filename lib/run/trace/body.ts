/**
 * One body of a trace: a generator that waits for a site, and what it made.
 *
 * @module
 */

import type { Site, Transformer } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";
import { type At, awaited, Requests, type TraceRequest } from "./request.ts";

/** Work on the values of a run while it goes on: yields requests, gets values of sites, returns what it likes. */
export type TraceBody<R> = (at: At) => Generator<TraceRequest, R, tf.Tensor>;

/** A body that runs. */
export class RunningBody<R> {
  /** The example that it sees alone; null if it sees the whole batch. */
  readonly example: number | null;
  /** What it waits for; null when it is done. */
  request: TraceRequest | null = null;
  /** What it returned. */
  returned: R | undefined;
  readonly #model: Transformer;
  readonly #generator: Generator<TraceRequest, R, tf.Tensor>;
  readonly #owned = new Set<tf.Tensor>();
  readonly #requests = new Requests();
  #last = "";
  #place = "";

  /** Starts a body, up to its first request. */
  constructor(model: Transformer, body: TraceBody<R>, example: number | null) {
    this.#model = model;
    this.example = example;
    this.#generator = body(this.#requests.at);
    if (typeof this.#generator?.next !== "function") {
      throw new TypeError(
        "Cannot trace a run as its body must be a generator, function* (at) { ... }: it returned " +
          (this.#generator as unknown instanceof Promise ? "a promise" : typeof this.#generator),
      );
    }
  }

  /** The site that it waits for. */
  get site(): Site | null {
    const name = this.request && awaited(this.request);
    if (name?.includes("*")) {
      throw this.located(
        new RangeError(
          `Cannot trace ${name} as a body must name one site at a time: yield one for each site that it stands for`,
        ),
      );
    }
    return name === null ? null : this.#model.site(name, "trace");
  }

  /** The last site that it was served at, for errors. */
  get last(): string {
    return this.#last;
  }

  /** Hands the body what it asked for and lets it run to its next request. */
  advance(value?: tf.Tensor): void {
    this.#last = this.site ?? this.#last;
    if (value) this.#own(value);
    this.#step(() => this.#generator.next(value as tf.Tensor));
  }

  /** Raises an error where the body waits, with its line in the stack. */
  refuse(error: Error): void {
    this.#step(() => this.#generator.throw(this.located(error)));
  }

  /** An error whose stack is the line of the body that asked. */
  located<T extends Error>(error: T): T {
    if (this.#place) error.stack = `${error.name}: ${error.message}\n${this.#place}`;
    return error;
  }

  /** Frees what the body was given and what it made, but for what it returned. */
  free(): void {
    this.#generator.return(undefined as R);
    const kept = new Set(tensorsIn(this.returned));
    for (const tensor of this.#owned) if (!kept.has(tensor)) tensor.dispose();
    this.#owned.clear();
  }

  /** Runs the body's own code; what it makes lives as long as the trace, not as long as a step of the pass. */
  #step(work: () => IteratorResult<TraceRequest, R>): void {
    const engine = tf.engine();
    engine.startScope("trace");
    try {
      const step = work();
      this.request = step.done ? null : checked(step.value as TraceRequest);
      if (step.done) {
        this.returned = step.value;
        this.#requests.refuseIdle();
      } else this.#place = this.#requests.take(this.request!);
    } finally {
      for (const tensor of engine.state.activeScope.track) this.#own(tensor);
      engine.endScope();
    }
  }

  #own(tensor: tf.Tensor): void {
    this.#owned.add(tf.keep(tensor));
  }
}

/** The tensors in what a body returned: itself, or within lists, maps and plain objects. */
export function tensorsIn(returned: unknown, seen: Set<unknown> = new Set()): tf.Tensor[] {
  if (returned instanceof tf.Tensor) return [returned];
  if (typeof returned !== "object" || returned === null || seen.has(returned)) return [];
  seen.add(returned);
  const inner = returned instanceof Map ? returned.values() : Object.values(returned);
  return [...inner].flatMap((value) => tensorsIn(value, seen));
}

function checked(request: TraceRequest): TraceRequest {
  if (["read", "edit", "stop"].includes(request?.kind)) return request;
  throw new TypeError(
    `Cannot trace a run as its body must yield at(site), at.set(site, value), at.edit(edit) or at.stop(): it yielded ${typeof request}`,
  );
}
