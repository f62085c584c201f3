/**
 * Whether a folder holds a model that this library reads aright: it loads, its laws hold, it generates.
 *
 *     deno run -A lib/zoo/check_folder.ts path/to/folder
 *
 * @module
 */

import { CheckpointError, keysStay, loadFolder, type Transformer } from "../model/mod.ts";
import { checkLaws, generate, type LawReport } from "../run/mod.ts";
import { display, type Document, refuseUnknownOptions, table } from "../show/mod.ts";
import { RandomStream } from "../stats/mod.ts";

/** Options for {@linkcode checkFolder}. */
export interface CheckFolderOptions {
  /** How many tokens the prompt has that is checked. @default {16} */
  readonly tokens?: number;
  /** The seed of the prompt, which is random token ids. @default {0} */
  readonly seed?: number;
  /** Fields of `config.json` to pass over, as `load` takes them. */
  readonly ignore?: readonly string[];
  /** Stops the check. */
  readonly signal?: AbortSignal;
}

/** One thing that was checked. */
export interface CheckedStep {
  /** What was checked. */
  readonly name: string;
  /** Whether it is as it must be. */
  readonly holds: boolean;
  /** The figures, or what was wrong. */
  readonly note: string;
}

/** What became of a check. */
export class FolderCheck {
  /** The folder, as it was given. */
  readonly folder: string;
  /** What was checked, in order; where the model does not load, that alone. */
  readonly steps: readonly CheckedStep[];
  /** The laws with their residuals; null where the model does not load. */
  readonly laws: LawReport | null;

  /** Takes over what was checked; `checkFolder` makes it. */
  constructor(folder: string, steps: readonly CheckedStep[], laws: LawReport | null) {
    this.folder = folder;
    this.steps = steps;
    this.laws = laws;
  }

  /** Whether all is as it must be. */
  get holds(): boolean {
    return this.steps.every(({ holds }) => holds);
  }

  /** Draws the steps as a table. */
  [display](): Document {
    return table({
      title: `${this.folder} ${this.holds ? "is read aright" : "is not read aright"}`,
      columns: ["check", "holds", "figures"].map((name) => ({ name })),
      rows: this.steps.map(({ name, holds, note }) => [name, holds ? "yes" : "NO", note]),
    });
  }

  /** Shows the table in a terminal. */
  [Symbol.for("Deno.customInspect")](): string {
    return this[display]()["text/plain"];
  }

  /** Describes what was checked. */
  toJSON(): { folder: string; holds: boolean; steps: readonly CheckedStep[] } {
    return { folder: this.folder, holds: this.holds, steps: this.steps };
  }
}

/**
 * Checks a folder in the format of Hugging Face: whether it loads, whether every law of its mechanisms holds on a prompt of
 * random tokens, and whether it generates the same from kept keys and values as anew.
 *
 * It does not know what the model should say: that only another implementation does.
 *
 * @param folder The folder, as a path or a `file:` address.
 * @param options The prompt, fields to pass over, and a signal.
 * @returns What was checked, which draws itself; a folder that does not load is a result, not an error.
 *
 * @example
 * ```ts
 * import { checkFolder } from "@innerworks/innerworks";
 *
 * const check = await checkFolder("no/such/folder");
 * if (check.holds) throw new Error("nothing is there");
 * ```
 */
export async function checkFolder(
  folder: string | URL,
  options: CheckFolderOptions = {},
): Promise<FolderCheck> {
  refuseUnknownOptions("check a folder", options, ["tokens", "seed", "ignore", "signal"]);
  const { tokens = 16, seed = 0, ignore, signal } = options;
  let model: Transformer;
  try {
    model = await loadFolder(folder, {
      ...ignore ? { ignore } : {},
      ...signal ? { signal } : {},
    });
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const loads = { name: "it loads", holds: false, note: error.message };
    return new FolderCheck(String(folder), [loads], null);
  }
  try {
    const { vocabulary, positions, family } = model.architecture;
    const random = new RandomStream(seed, "checked prompt");
    const prompt = Array.from(
      { length: Math.max(1, Math.min(tokens, positions - 8)) },
      () => Math.floor(random.uniform() * vocabulary),
    );
    const report = await checkLaws(model, prompt, signal ? { signal } : {});
    const broken = report.laws.filter(({ holds }) => !holds);
    return new FolderCheck(String(folder), [
      {
        name: "it loads",
        holds: true,
        note: `${family}, ${model.weights.count.toLocaleString("en-US")} weights`,
      },
      {
        name: "its laws hold",
        holds: report.holds,
        note: broken.length === 0
          ? `${report.laws.length}, within ${report.residual.toPrecision(2)}`
          : broken.map(({ name, residual }) => `${name}: ${residual.toPrecision(2)}`).join("; "),
      },
      await generates(model, prompt, signal),
    ], report);
  } finally {
    model.dispose();
  }
}

/** Generates from kept keys and values, and anew. */
async function generates(
  model: Transformer,
  prompt: readonly number[],
  signal: AbortSignal | undefined,
): Promise<CheckedStep> {
  const name = "it generates the same from kept keys and values as anew";
  const count = Math.min(8, model.architecture.positions - prompt.length);
  if (count < 1) return { name, holds: true, note: "the model has room for one token alone" };
  const write = async (useCache: boolean) => {
    using written = await generate(model, prompt, {
      tokens: count,
      stopTokens: [],
      useCache,
      ...signal ? { signal } : {},
    });
    return written.texts[0]!.tokens.map(({ id, logProbability }) => ({ id, logProbability }));
  };
  const kept = await write(true), anew = await write(false);
  const gap = Math.max(
    ...kept.map(({ logProbability }, i) => Math.abs(logProbability - anew[i]!.logProbability)),
  );
  const same = kept.every(({ id }, i) => id === anew[i]!.id);
  const turned = keysStay(model.architecture, 1, prompt.length + count)
    ? ""
    : ", computed anew where the length turns all tokens by other angles";
  return {
    name,
    holds: same && gap <= 1e-4,
    note: `${count} tokens, log-probabilities within ${gap.toPrecision(2)}${turned}`,
  };
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) {
    console.error("Which folder? deno run -A lib/zoo/check_folder.ts path/to/folder");
    Deno.exit(2);
  }
  const check = await checkFolder(folder);
  console.log(check);
  if (!check.holds) {
    if (check.laws) console.log(check.laws);
    Deno.exit(1);
  }
}
