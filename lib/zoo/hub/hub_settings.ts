/**
 * Where the hub and its cache are, read from the environment variables that Python's client reads.
 *
 * @module
 */

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { HubError } from "./hub_error.ts";

/** Where the hub and its cache are. */
export interface HubSettings {
  /** The address of the hub, without a slash at its end. */
  readonly endpoint: string;
  /** The folder of the cache. */
  readonly cache: string;
  /** The file that holds the token of whoever logged in. */
  readonly tokenFile: string;
  /** Whether the network stays untouched. */
  readonly offline: boolean;
  /** Whether the cache may hold symbolic links where the system can make them. */
  readonly links: boolean;
  /** Whether progress may be shown. */
  readonly progress: boolean;
  /** How long the hub may keep silent, in seconds. */
  readonly patience: number;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from environment variables, which mean what they mean to Python's `huggingface_hub`:
 *
 * | variable | what it says |
 * |---|---|
 * | `HF_ENDPOINT` | the address of the hub; `https://huggingface.co` otherwise |
 * | `HF_HUB_CACHE`, then `HUGGINGFACE_HUB_CACHE` | the folder of the cache; `hub` in `HF_HOME` otherwise |
 * | `HF_HOME` | `huggingface` in `XDG_CACHE_HOME`, or in `~/.cache`, otherwise |
 * | `HF_TOKEN_PATH` | the file of the token; `token` in `HF_HOME` otherwise |
 * | `HF_HUB_OFFLINE`, `TRANSFORMERS_OFFLINE` | `1`, `on`, `yes` or `true`: the network stays untouched |
 * | `HF_HUB_DISABLE_SYMLINKS` | files are copied where links would stand |
 * | `HF_HUB_DISABLE_PROGRESS_BARS` | no progress is shown |
 * | `HF_HUB_DOWNLOAD_TIMEOUT` | how many seconds the hub may keep silent; 10 otherwise |
 *
 * An empty variable counts as unset, also where Python would read it as the working folder.
 *
 * @param environment The variables. @default {those of this process}
 * @throws {HubError} If the address or the number of seconds is none.
 *
 * @example
 * ```ts
 * import { hubSettings } from "@innerworks/innerworks";
 * const { cache } = hubSettings({ HF_HOME: "/models" });
 * if (!cache.endsWith("hub")) throw new Error("another folder");
 * ```
 */
export function hubSettings(environment: Environment = Deno.env.toObject()): HubSettings {
  const given = (...names: string[]) => names.map((name) => environment[name]).find(Boolean);
  const folder = (text: string) => resolve(expand(text, environment));
  const home = folder(
    given("HF_HOME") ?? join(given("XDG_CACHE_HOME") ?? join("~", ".cache"), "huggingface"),
  );
  const patience = given("HF_HUB_DOWNLOAD_TIMEOUT");
  return {
    endpoint: readEndpoint(given("HF_ENDPOINT") ?? "https://huggingface.co"),
    cache: folder(given("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? join(home, "hub")),
    tokenFile: folder(given("HF_TOKEN_PATH") ?? join(home, "token")),
    offline: isTrue(given("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")),
    links: !isTrue(given("HF_HUB_DISABLE_SYMLINKS")),
    progress: !isTrue(given("HF_HUB_DISABLE_PROGRESS_BARS")),
    patience: patience === undefined ? 10 : readSeconds(patience),
  };
}

/**
 * Finds the token to show the hub: the option, else `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, or the file of a login; with
 * `HF_HUB_DISABLE_IMPLICIT_TOKEN` the option alone.
 *
 * @param option The option `token`: a text, or false for none.
 * @throws {HubError} If it holds what no token holds. The error does not show it.
 */
export async function findToken(
  option: string | false | undefined,
  settings: HubSettings,
  environment: Environment = Deno.env.toObject(),
): Promise<string | null> {
  if (option === false) return null;
  if (option !== undefined) return checkToken(option, "the option token");
  if (isTrue(environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"])) return null;
  for (const name of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]) {
    const text = environment[name]?.trim();
    if (text) return checkToken(text, name);
  }
  let text: string;
  try {
    text = await Deno.readTextFile(settings.tokenFile);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
  return text.trim() === "" ? null : checkToken(text, settings.tokenFile);
}

function checkToken(token: unknown, where: string): string {
  const text = typeof token === "string" ? token.trim() : "";
  if (/^[\x21-\x7e]{1,4096}$/.test(text)) return text;
  throw new HubError(
    `Cannot use the token of ${where} as it must be a line of letters, digits and signs: it is not, and is not shown here`,
  );
}

function readEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
    url.password === "" && url.search === "" && url.hash === "";
  if (plain) return text.replace(/\/+$/, "");
  // It may hold a password, so it is not shown.
  throw new HubError(
    "Cannot use HF_ENDPOINT as it must be an http or https address without a name, password or query: it is not",
  );
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= 86400) return seconds;
  throw new HubError(
    `Cannot use HF_HUB_DOWNLOAD_TIMEOUT as it must be a whole number of seconds from 1 to 86400: current value is ${
      JSON.stringify(text)
    }`,
  );
}

function isTrue(text: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(text ?? "");
}

/** Puts the user's folder for a leading `~`, and variables for `$NAME` and `${NAME}`, as Python does. */
function expand(path: string, environment: Environment): string {
  const home = environment["HOME"] || environment["USERPROFILE"] || homedir();
  return path.replace(/^~(?=$|[/\\])/, () => home).replace(
    /\$(?:(\w+)|\{([^}]*)\})/g,
    (whole, bare: string | undefined, braced: string | undefined) =>
      environment[bare ?? braced!] ?? whole,
  );
}
