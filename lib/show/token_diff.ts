/**
 * Two texts as tokens, what they share and where they part.
 *
 * @module
 */

import { drawnWithin, saidFirst } from "./show_within.ts";
import { entry, palette } from "./colour.ts";
import type { DrawnDocument, ShownToken } from "./display.ts";
import { documentOf, quiet } from "./document.ts";
import { escapeHtml } from "./escape.ts";
import { formatPercent } from "./format_number.ts";
import { refuseUnlessTokens } from "./given_value.ts";
import { refuseMissingOptions, refuseUnknownOptions } from "./known_options.ts";
import { legendHtml } from "./legend.ts";
import { tableHtml } from "./table.ts";
import { textTable } from "./text_table.ts";
import { tokenHtml } from "./token_html.ts";
import { tokenText } from "./token_text.ts";
import { toIndices, valueScale } from "./value_scale.ts";

/** One of the two texts. */
export interface TokenDiffSide {
  /** What the text is called. */
  readonly label: string;
  /** Its tokens. */
  readonly tokens: readonly ShownToken[];
  /** The probability of each token where the text was written, from 0 to 1; it tints the token. */
  readonly own?: readonly number[];
  /** The probability of each token where the other text was written. */
  readonly other?: readonly number[];
}

/** What {@linkcode tokenDiff} draws. */
export interface TokenDiffOptions {
  /** The text to compare with. */
  readonly before: TokenDiffSide;
  /** The text that is compared. */
  readonly after: TokenDiffSide;
  /** The tokens that both texts follow. @default {none} */
  readonly context?: readonly ShownToken[];
  /** The heading. */
  readonly title: string;
  /** Where the texts come from, in one line. */
  readonly caption?: string;
}

/** A step from one text to the other: a token of both, of the first alone or of the second alone. */
export interface DiffStep {
  /** The place in the first text; null where the token is only in the second. */
  readonly before: number | null;
  /** The place in the second text; null where the token is only in the first. */
  readonly after: number | null;
}

/**
 * Finds a longest common subsequence and says how one list becomes the other.
 *
 * @param before The first list.
 * @param after The second list.
 * @returns The steps in order; what is only in the first list stands before what is only in the second.
 *
 * @example
 * ```ts
 * import { diffSteps } from "@innerworks/innerworks";
 * const kept = diffSteps([1, 2, 3], [1, 3, 4]).filter(({ before, after }) => before !== null && after !== null);
 * if (kept.length !== 2) throw new Error("1 and 3 are in both");
 * ```
 */
export function diffSteps(
  before: readonly (string | number)[],
  after: readonly (string | number)[],
): DiffStep[] {
  const width = after.length + 1;
  // The length of the longest common subsequence of what is left of each list from a place on.
  const left = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      left[i * width + j] = before[i] === after[j]
        ? left[(i + 1) * width + j + 1]! + 1
        : Math.max(left[(i + 1) * width + j]!, left[i * width + j + 1]!);
    }
  }
  const steps: DiffStep[] = [];
  let i = 0, j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      steps.push({ before: i++, after: j++ });
    } else if (
      j === after.length ||
      i < before.length && left[(i + 1) * width + j]! >= left[i * width + j + 1]!
    ) {
      steps.push({ before: i++, after: null });
    } else steps.push({ before: null, after: j++ });
  }
  return steps;
}

/** The same for every diff, so that two pictures can be compared. */
const scale = valueScale([], { domain: [0, 1] });
const ink = "color:rgb(26,28,31);background-color:rgb(255,255,255)";

/**
 * Draws two texts one below the other: a token that only one of them has is underlined, dashes below those that went and a
 * line below those that came; a table lists both side by side.
 *
 * @param options The texts, what both follow, and the title.
 * @returns A document; its text has one line a token, with `-` and `+` before those of one text alone.
 * @throws {RangeError} If there are probabilities but not one for every token.
 * @throws {TypeError} If an option is not known or a token has no text.
 *
 * @example
 * ```ts
 * import { tokenDiff } from "@innerworks/innerworks";
 * const diff = tokenDiff({
 *   title: "Two texts",
 *   before: { label: "plain", tokens: [{ text: " Mary" }, { text: "." }] },
 *   after: { label: "edited", tokens: [{ text: " John" }, { text: "." }] },
 * });
 * if (!diff["text/plain"].includes("+  ·John")) throw new Error("the new token is missing");
 * ```
 */
export function tokenDiff(options: TokenDiffOptions): DrawnDocument {
  refuseUnknownOptions("draw a diff", options, ["before", "after", "context", "title", "caption"]);
  refuseMissingOptions("draw a diff", options, ["before", "after", "title"]);
  const { before, after, context = [] } = options;
  refuseUnlessTokens("draw a diff", context);
  for (const side of [before, after]) checkSide(side);
  const steps = diffSteps(before.tokens.map(keyOf), after.tokens.map(keyOf));
  return drawnWithin({
    count: steps.length,
    draw: (shown) => drawDiff(options, steps, shown),
  });
}

/** Draws the first steps, and of both texts what they lead to. */
function drawDiff(
  { before, after, context = [], title, caption }: TokenDiffOptions,
  all: readonly DiffStep[],
  count: number,
): DrawnDocument {
  const steps = all.slice(0, count);
  const shared = all.filter((step) => step.before !== null && step.after !== null).length;
  const names = ["", "token", `in ${before.label}`, `in ${after.label}`];
  const rows = steps.map((step) => rowOf(step, before, after));
  const sides = ["left", "left", "right", "right"] as const;
  const tinted = [before, after].flatMap(({ own }) => own ?? []);
  const summary = `tokens in both: ${shared}; only in ${before.label}: ${
    before.tokens.length - shared
  }; only in ${after.label}: ${after.tokens.length - shared}`;
  const rated = tinted.length > 0 &&
    `In a row with − both columns are after the ${before.label} text, in one with + after the ${after.label} text, else each after its own.`;
  return documentOf({
    title,
    caption,
    less: saidFirst(count, all.length, "tokens of both texts"),
    rows: {
      columns: ["text", "place", "token", "probability", "probability_in_other"],
      fields: () =>
        [before, after].flatMap(({ label, tokens, own, other }) =>
          tokens.map(({ text }, i) => [label, i, text, own?.[i] ?? null, other?.[i] ?? null])
        ),
    },
    payload: { kind: "table" },
    body: contextHtml(context) +
      sideHtml(
        through(steps, before, "before"),
        "del",
        steps.flatMap((step) => step.after === null ? step.before! : []),
      ) +
      sideHtml(
        through(steps, after, "after"),
        "ins",
        steps.flatMap((step) => step.before === null ? step.after! : []),
      ) +
      `<p class="note" style="${quiet};margin:4px 0">${escapeHtml(summary)}</p>` +
      (tinted.length > 0
        ? legendHtml(
          scale,
          "probability where the text was written",
          undefined,
          toIndices(tinted, scale),
        )
        : "") +
      `<details open style="${ink}"><summary style="${quiet};line-height:24px">Probability of each token</summary>${
        tableHtml(
          names.map((name, i) => ({ heading: escapeHtml(name), align: sides[i]! })),
          rows.map(({ mark, token, cells }) => [
            mark === " " ? "" : `<b>${mark === "-" ? "−" : "+"}</b>`,
            tokenHtml(token),
            ...cells,
          ]),
        )
      }${
        rated ? `<p class="note" style="${quiet};margin:4px 0">${escapeHtml(rated)}</p>` : ""
      }</details>`,
    text: [
      ...context.length > 0 ? [`after ${context.map(tokenText).join("")}`] : [],
      summary,
      textTable(
        [names, ...rows.map(({ mark, token, cells }) => [mark, tokenText(token), ...cells])],
        sides,
      ),
      ...rated ? [rated] : [],
    ].join("\n"),
  });
}

/** The tokens of a text that some steps go through. */
const through = (
  steps: readonly DiffStep[],
  side: TokenDiffSide,
  name: "before" | "after",
): TokenDiffSide => ({
  ...side,
  tokens: side.tokens.slice(0, steps.filter((step) => step[name] !== null).length),
});

/** What makes two tokens the same: their ids, or their texts where they have none. */
const keyOf = ({ id, text }: ShownToken): string | number => id ?? text;

function checkSide({ label, tokens, own, other }: TokenDiffSide): void {
  refuseUnlessTokens("draw a diff", tokens);
  for (const list of [own, other]) {
    if (list === undefined || list.length === tokens.length) continue;
    throw new RangeError(
      `Cannot draw a diff as each token must have one probability: current value is ${list.length} for ${tokens.length} tokens of ${label}`,
    );
  }
}

/** A row of the table: its probabilities where the first text was written, and where the second was. */
function rowOf(
  step: DiffStep,
  before: TokenDiffSide,
  after: TokenDiffSide,
): { mark: string; token: ShownToken; cells: string[] } {
  const both = step.before !== null && step.after !== null;
  const first = step.before === null ? after.other?.[step.after!] : before.own?.[step.before];
  const second = step.after === null ? before.other?.[step.before!] : after.own?.[step.after];
  return {
    mark: both ? " " : step.after === null ? "-" : "+",
    token: step.before === null ? after.tokens[step.after!]! : before.tokens[step.before]!,
    cells: [first, second].map((value) => value === undefined ? "" : formatPercent(value)),
  };
}

function contextHtml(context: readonly ShownToken[]): string {
  if (context.length === 0) return "";
  return `<p style="${ink};line-height:1.9;margin:0 0 4px 0"><span style="${quiet}">after </span>${
    context.map((token, position) => tokenHtml(token, { position })).join("")
  }</p>`;
}

/** A text, with a line below the tokens that it has alone: the word for a screen reader, the line for the eye. */
function sideHtml(side: TokenDiffSide, tag: "del" | "ins", alone: readonly number[]): string {
  const colours = palette(scale.scale), indices = toIndices(side.own ?? [], scale);
  const line = tag === "del" ? "2px dashed" : "3px solid";
  const chips = side.tokens.map((token, i) => {
    const notes = [side.own?.[i], side.other?.[i]].flatMap((value, place) =>
      value === undefined
        ? []
        : `${place === 0 ? "here" : "in the other run"} ${formatPercent(value)}`
    );
    const index = indices[i];
    const chip = tokenHtml(token, {
      note: notes.join(", "),
      ...index === undefined ? {} : { background: entry(colours, index), index },
    });
    const shown = alone.includes(i)
      ? `<${tag} class="mark" style="text-decoration:none;${ink};border-bottom:${line} rgb(26,28,31);display:inline-block">${chip}</${tag}>`
      : chip;
    return shown + (token.text.includes("\n") ? "<br>" : "");
  });
  return `<p style="${ink};line-height:2;margin:0"><b>${escapeHtml(side.label)}</b> ${
    chips.join("") || "No tokens"
  }</p>`;
}
