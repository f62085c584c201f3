/**
 * The observer of a traced run: serves the bodies at the sites they wait for.
 *
 * @module
 */

import type { Observer, Site, Transformer } from "../../model/mod.ts";
import { tf } from "../../tensor/mod.ts";
import { type Edit, editText, type Where } from "../edit.ts";
import { apply } from "../edits/mod.ts";
import type { TracedEdit } from "../example_edits.ts";
import { Instrument } from "../instrument.ts";
import { withoutPadding } from "../layout.ts";
import type { Window } from "../window.ts";
import type { RunningBody } from "./body.ts";

/** Ends a pass early. */
export class Stopped extends Error {}

/** Serves bodies, and passes everything on to the observer that edits and captures. */
export class TraceObserver implements Observer {
  readonly #model: Transformer;
  readonly #inner: Observer;
  readonly #window: Window;
  readonly #bodies: readonly RunningBody<unknown>[];
  readonly #order: ReadonlyMap<Site, number>;
  /** The edits that bodies made, for sites that a pass comes to once for each head. */
  readonly #made = new Map<Site, Edit[]>();
  #place = -1;

  /** Makes an observer of bodies that have been started. */
  constructor(
    model: Transformer,
    inner: Observer,
    window: Window,
    bodies: readonly RunningBody<unknown>[],
  ) {
    this.#model = model;
    this.#inner = inner;
    this.#window = window;
    this.#bodies = bodies;
    this.#order = new Map(model.match("*").map((site, place) => [site, place]));
    for (const body of bodies) this.#check(body);
  }

  /** What bodies changed, in a line each, and in which examples; without the values, which would be held as long. */
  get made(): readonly TracedEdit[] {
    return [...this.#made.values()].flat().map((edit) => ({
      text: editText(edit),
      ...edit.examples !== undefined && { examples: edit.examples },
    }));
  }

  /** Whether a body waits for the site, or the other observer watches it. */
  watches(site: Site): boolean {
    return this.#made.has(site) || this.#bodies.some((body) => body.site === site) ||
      this.#inner.watches(site);
  }

  /** Whether the site is watched, or a body waits for one before it, after which it may ask for this one. */
  mayWatch(site: Site): boolean {
    const place = this.#order.get(site)!;
    return this.watches(site) ||
      this.#bodies.some((body) => body.site !== null && this.#order.get(body.site)! < place);
  }

  /** Makes the other's edits, then serves each body until it waits for another site. */
  change(site: Site, value: tf.Tensor): tf.Tensor {
    const edited = this.#inner.watches(site) ? this.#inner.change(site, value) : value;
    const place = this.#order.get(site)!;
    if (place <= this.#place) {
      const again = this.#made.get(site) ?? [];
      return again.reduce((current, edit) => this.#apply(edit, site, current), edited);
    }
    this.#place = place;
    return this.#bodies.reduce((current, body) => this.#serve(body, site, current), edited);
  }

  /** Lets the other capture. */
  keep(site: Site, value: tf.Tensor): void {
    if (this.#inner.watches(site)) this.#inner.keep(site, value);
  }

  #serve(body: RunningBody<unknown>, site: Site, value: tf.Tensor): tf.Tensor {
    let current = value;
    while (body.request && body.site === site) {
      const { request } = body;
      if (request.kind === "read") {
        body.advance(this.#read(request.where, site, current, body.example));
      } else if (request.kind === "edit") {
        const edit = within(request.edit, body.example);
        current = this.#apply(edit, site, current);
        this.#made.set(site, [...this.#made.get(site) ?? [], edit]);
        body.advance();
      }
      this.#check(body);
    }
    return current;
  }

  /** Refuses a request for a site that the pass has left behind, and stops where a body says so. */
  #check(body: RunningBody<unknown>): void {
    while (body.request) {
      if (body.request.kind === "stop") this.#stop(body);
      const site = body.site!;
      if (this.#order.get(site)! >= this.#place) return;
      // A body may catch the error and ask for something else.
      body.refuse(
        new RangeError(
          `Cannot trace ${site} as the pass must not have left it behind: ${body.last} comes after it`,
        ),
      );
    }
  }

  /** Ends the pass, after the body has had its chance to return something. */
  #stop(body: RunningBody<unknown>): never {
    body.advance();
    if (!body.request) throw new Stopped();
    throw new RangeError(
      "Cannot trace further as at.stop() ends the pass: after it a body may only return",
    );
  }

  #apply(edit: Edit, site: Site, value: tf.Tensor): tf.Tensor {
    this.#refuseEarlier(edit, site);
    if (edit.kind === "freeze" && edit.source === undefined) {
      throw new RangeError(
        `Cannot trace ${
          editText(edit)
        } as a body must give the run that it freezes at, as { source: cache }: none is given`,
      );
    }
    const instrument = new Instrument(this.#model, new Set(), [edit], this.#window);
    try {
      return instrument.change(site, value);
    } finally {
      instrument.dispose();
    }
  }

  /** Refuses an edit that takes its value of another site: a body has read it itself, or has let it go. */
  #refuseEarlier(edit: Edit, site: Site): void {
    for (const value of Object.values<unknown>({ ...edit })) {
      const { from, at } = (value ?? {}) as { from?: unknown; at?: string };
      if (from !== "run" || at === undefined || this.#model.site(at) === site) continue;
      throw new RangeError(
        `Cannot trace ${
          editText(edit)
        } as a body must read the value of ${at} itself, by yield at(${
          JSON.stringify(at)
        }), and set what it has read: it asked the run for it`,
      );
    }
  }

  /** A part of a value, by the rules of an edit that changes nothing. */
  #read(where: Where, site: Site, value: tf.Tensor, example: number | null): tf.Tensor {
    const wanted = within(where, example);
    const axes = this.#model.axesOf(site);
    if (Object.keys(wanted).length === 0) return withoutPadding(value, axes, this.#window);
    const parts: tf.Tensor[] = [];
    const look = (own: Where) =>
      this.#apply(
        apply(site, (part) => {
          parts.push(part.clone());
          return part;
        }, own),
        site,
        value,
      );
    const lengths = new Set(this.#window.rows.map(({ length }) => length));
    const rows = wanted.examples === undefined
      ? this.#window.rows.map((_, row) => row)
      : [wanted.examples].flat();
    // Prompts of different lengths are read one by one: a position is another column in each, and an edit would take
    // together what is the same column.
    if (lengths.size === 1 || rows.length < 2) look(wanted);
    else for (const row of rows) look({ ...wanted, examples: row });
    return joined(parts, axes.indexOf("batch"), site);
  }
}

/** What a body that sees one example alone means by where. */
function within<T extends Where>(where: T, example: number | null): T {
  if (example === null) return where;
  if (where.examples === undefined) return { ...where, examples: example };
  throw new RangeError(
    `Cannot trace example ${example} as a body of its own must say no examples: current value is ${
      JSON.stringify(where.examples)
    }`,
  );
}

function joined(parts: readonly tf.Tensor[], batch: number, site: Site): tf.Tensor {
  if (parts.length === 1) return parts[0]!;
  const shapes = parts.map(({ shape }) => shape.filter((_, axis) => axis !== batch).join(" × "));
  if (new Set(shapes).size === 1) return tf.concat([...parts], batch);
  throw new RangeError(
    `Cannot read ${site} of several examples as what is read must be of one shape: they are ${
      shapes.join(" and ")
    }; read them one by one, by examples`,
  );
}
