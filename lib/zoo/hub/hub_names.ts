/**
 * The names that a hub's files go by: models, revisions, commits, files and etags. Each becomes a part of a path on this
 * machine, so each is held to what such a name may be before it is used.
 *
 * @module
 */

import { HubError } from "./hub_error.ts";

/** A model of a hub as it is asked for. */
export interface HubName {
  /** The id, such as `EleutherAI/pythia-70m`, or `gpt2`. */
  readonly id: string;
  /** The branch, tag or commit, where the name says one. */
  readonly revision?: string;
  /** Whether the name can mean nothing but a model of a hub. */
  readonly explicit: boolean;
}

/** One part of an id: letters, digits, `_`, and inside it `-` and `.`. */
const part = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/;

/**
 * Reads a name as that of a model of a hub: `organisation/name` or `name`, or `hf://organisation/name@revision`.
 *
 * @returns The parts of the name; null where it is no such name.
 */
export function readHubName(name: string): HubName | null {
  const link = /^hf:\/\/(?:models\/)?([^@]*)(?:@(.*))?$/s.exec(name);
  const id = link ? link[1]! : name;
  if (!isHubId(id)) return null;
  const revision = link?.[2];
  return { id, ...revision === undefined ? {} : { revision }, explicit: link !== null };
}

/** Whether a text could be the id of a model, by the rules of Python's client. */
export function isHubId(text: string): boolean {
  const parts = text.split("/");
  return text.length <= 96 && parts.length <= 2 && parts.every((name) => part.test(name)) &&
    !text.includes("--") && !text.includes("..") && !text.endsWith(".git");
}

/** Whether a text is the full name of a commit. */
export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** A branch or a tag, by the rules of git: none of these can leave the folder of references. */
function isReference(text: string): boolean {
  return text.length > 0 && text.length <= 255 &&
    // deno-lint-ignore no-control-regex -- git forbids them too
    !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\.$/.test(text) &&
    text.split("/").every((name) => name !== "" && !/^[.-]|\.lock$/.test(name));
}

/**
 * Refuses a revision that no branch, tag or commit can be called.
 *
 * @throws {RangeError} If it is none.
 */
export function checkRevision(revision: unknown): string {
  if (typeof revision === "string" && isReference(revision)) return revision;
  throw new RangeError(
    `Cannot load from a hub as revision must be the name of a branch, tag or commit: current value is ${
      brief(revision)
    }`,
  );
}

/**
 * Refuses a commit that is none.
 *
 * @throws {HubError} If it is anything but 40 hexadecimal digits.
 */
export function checkCommit(commit: string | null, id: string, file: string): string {
  if (commit !== null && isCommit(commit)) return commit;
  throw new HubError(
    `Cannot read ${id} from the hub as its answer must name the commit in X-Repo-Commit, as a hub's does: it does not`,
    { id, file },
  );
}

/** What a file is identified by: the hash of its content, or a text that means something to the hub alone. */
export type Etag =
  | { readonly kind: "sha256" | "git"; readonly name: string }
  | { readonly kind: "opaque"; readonly name: string };

/**
 * Reads an etag as Python's client does, without `W/` and quotes.
 *
 * @throws {HubError} If there is none, or it could not stand as the name of a file.
 */
export function readEtag(header: string | null, id: string, file: string): Etag {
  const name = (header ?? "").replace(/^[W/]+/, "").replace(/^"+|"+$/g, "");
  if (/^[0-9a-f]{64}$/.test(name)) return { kind: "sha256", name };
  if (/^[0-9a-f]{40}$/.test(name)) return { kind: "git", name };
  // Nothing that is a path, hidden, or one of the names that downloads and locks have.
  if (
    /^[A-Za-z0-9_][A-Za-z0-9_.=+,@-]{0,127}$/.test(name) && !/\.(incomplete|lock|\.)/.test(name)
  ) {
    return { kind: "opaque", name };
  }
  throw new HubError(
    `Cannot read ${file} of ${id} from the hub as its ETag must be one that a file can be named by: it is not`,
    { id, file },
  );
}

/** A value as an error shows it. */
export function brief(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  const text = typeof value === "string"
    ? JSON.stringify(value)
    : Deno.inspect(value, { depth: 0 });
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
