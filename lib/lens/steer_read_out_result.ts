/**
 * What a step along a read-out's direction was to do, and what it did.
 *
 * @module
 */

import type { PromptTokens, Site } from "../model/mod.ts";
import { type AddEdit, sourceOf } from "../run/mod.ts";
import { display, type Document, inspect, table } from "../show/mod.ts";
import type { LensTarget } from "./read_out.ts";

/** What was steered. */
export interface SteeringFacts {
  /** The model, by name. */
  readonly model: string;
  /** The prompt. */
  readonly prompt: PromptTokens;
  /** The position, counted from 0. */
  readonly position: number;
  /** The stream that was moved. */
  readonly site: Site;
  /** How far it was moved. */
  readonly coefficient: number;
  /** The token whose logit was raised. */
  readonly raise: LensTarget;
  /** The token that was to fall beside it; null for none. */
  readonly lower: LensTarget | null;
}

/** Changes of the logit, or of the difference of two. */
export interface SteeringChange {
  /** The logit, or the difference, before. */
  readonly before: number;
  /** What the step does to first order if it reaches the last norm as it is. */
  readonly direct: number;
  /** What it does to first order through all layers after it. */
  readonly throughout: number;
  /** What it did. */
  readonly measured: number;
}

/** An edit that steers a read-out, with what it was to do and what it did. */
export class ReadOutSteering {
  /** What was steered. */
  readonly facts: SteeringFacts;
  /** The edit, for any run. */
  readonly edit: AddEdit;
  /** The logit, or the difference of logits, before. */
  readonly before: number;
  /** The change that is predicted if the step reaches the last norm as it is, to first order. */
  readonly direct: number;
  /** The change that is predicted through all layers after the step, to first order. */
  readonly throughout: number;
  /** The change that was measured. */
  readonly measured: number;

  /** Holds the edit and the changes. */
  constructor(facts: SteeringFacts, edit: AddEdit, change: SteeringChange) {
    this.facts = facts;
    this.edit = edit;
    this.before = change.before;
    this.direct = change.direct;
    this.throughout = change.throughout;
    this.measured = change.measured;
  }

  /** Draws the changes below each other. */
  [display](): Document {
    const { raise, lower, site, coefficient, position, model } = this.facts;
    const name = [raise, ...lower ? [lower] : []].map(({ token }) => token.text.trim()).join(" − ");
    return table({
      title: `Logit ${name}, steered at ${site}`,
      columns: [{ name: "change" }, { name, unit: "logit" }],
      rows: [
        ["measured", this.measured],
        ["predicted through all later layers", this.throughout],
        ["predicted for the last norm alone", this.direct],
        ["before, for comparison", this.before],
      ],
      caption: `${sourceOf(this, model)} · position ${position} · moved by ${coefficient}`,
    });
  }

  /** Shows the table in a terminal. */
  [inspect](): string {
    return this[display]()["text/plain"];
  }

  /** The numbers as plain data. */
  toJSON(): Omit<SteeringFacts, "prompt"> & SteeringChange & { prompt: string } {
    const { facts, before, direct, throughout, measured } = this;
    return { ...facts, prompt: facts.prompt.text, before, direct, throughout, measured };
  }
}
