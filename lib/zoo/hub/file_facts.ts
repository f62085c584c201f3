/**
 * What a hub says about a file before it is fetched: its commit, its hash and its size.
 *
 * @module
 */

import { type HubConnection, subject } from "./hub_connection.ts";
import { HubError } from "./hub_error.ts";
import { checkCommit, type Etag, isCommit, readEtag } from "./hub_names.ts";

/** What a hub says about a file. */
export interface FileFacts {
  /** The name of the file. */
  readonly file: string;
  /** The commit that the revision stands for. */
  readonly commit: string;
  /** What identifies the content; null where there is no such file. */
  readonly etag: Etag | null;
  /** The size in bytes; null where the hub does not say, or there is no such file. */
  readonly size: number | null;
}

/** A model of a hub at a revision. */
export interface AtRevision {
  /** The id of the model. */
  readonly id: string;
  /** A branch, tag or commit. */
  readonly revision: string;
}

/** A file of a model of a hub. */
export interface HubFile extends AtRevision {
  /** The name of the file. */
  readonly file: string;
}

/** How a hub calls what went wrong. */
const codes = new Set(["EntryNotFound", "GatedRepo", "RepoNotFound", "RevisionNotFound"]);

/**
 * Asks about a file.
 *
 * @returns What the hub says. Where the model has no such file, the etag is null.
 * @throws {PassingTrouble} If there was no answer, or one that says to try again.
 * @throws {HubError} If the model may not be read or is not there, or the answer is not that of a hub.
 */
export async function fileFacts(
  connection: HubConnection,
  { id, revision, file }: HubFile,
  signal?: AbortSignal,
): Promise<FileFacts> {
  const response = await connection.ask({
    path: filePath({ id, revision, file }),
    method: "HEAD",
    about: { id, file },
    signal,
  });
  await response.body?.cancel();
  const { headers, status } = response;
  // A mirror may answer without codes; where the commit is known to be there, a file is all that can be missing.
  const absent = ["EntryNotFound", ...isCommit(revision) ? [null] : []]
    .includes(headers.get("x-error-code"));
  const commit = headers.get("x-repo-commit") ?? (isCommit(revision) ? revision : null);
  if (status === 404 && absent && commit !== null) {
    return { file, commit: checkCommit(commit, id, file), etag: null, size: null };
  }
  if (status >= 400) throw statusError(response, connection, { id, revision, file });
  const linked = headers.get("x-linked-etag");
  const elsewhere = status >= 300;
  return {
    file,
    commit: checkCommit(commit, id, file),
    etag: readEtag(linked ?? headers.get("etag"), id, file),
    size: readSize(
      headers.get("x-linked-size") ?? (elsewhere ? null : headers.get("content-length")),
      id,
      file,
    ),
  };
}

/** The path of a file on a hub. */
export function filePath({ id, revision, file }: HubFile): string {
  return `/${id}/resolve/${encodeURIComponent(revision)}/${encodeURIComponent(file)}`;
}

/** The address of a model at a commit, for people. */
export function pageOf(endpoint: string, id: string, commit?: string): string {
  return `${endpoint}/${id}${commit === undefined ? "" : `/tree/${commit}`}`;
}

/**
 * The error of an answer, with what to do about it.
 *
 * @param response The answer; of its texts only codes that are known are used.
 * @param connection Who asked.
 * @param about What was asked about.
 */
export function statusError(
  response: Response,
  connection: HubConnection,
  { id, revision, file }: HubFile,
): HubError {
  const { status, headers } = response;
  const said = headers.get("x-error-code") ?? "";
  const code = codes.has(said) ? said : "";
  const page = pageOf(connection.settings.endpoint, id);
  const error = (why: string, more: { absent?: boolean } = {}) =>
    new HubError(`Cannot load ${id} from the hub as ${why}`, { id, file, status, ...more });
  const token = connection.named
    ? "with an account that may, and set HF_TOKEN (or the option token) to a token of it: the token in use has no access"
    : "and set HF_TOKEN (or the option token) to a token of your account, from the settings of the hub";
  if (code === "GatedRepo" || (status === 403 && code === "")) {
    return error(
      `it is gated: accept its licence at ${page}, ${token}: status is ${status}`,
    );
  }
  if (code === "RevisionNotFound") {
    return error(
      `its revision must be a branch, tag or commit that it has: current value is ${
        JSON.stringify(revision)
      }`,
    );
  }
  if (status === 401 || code === "RepoNotFound") {
    return error(
      `there must be such a model that you may read: check the name at ${page}; if it is private, log in there ${token}: status is ${status}`,
      { absent: true },
    );
  }
  if (status === 404 || code === "EntryNotFound") {
    return error(
      `it must have ${file} at the revision ${JSON.stringify(revision)}: status is ${status}`,
    );
  }
  return new HubError(
    `Cannot ask ${connection.settings.endpoint} about ${
      subject({ id, file })
    } as its status must be 200: current value is ${status}`,
    { id, file, status },
  );
}

function readSize(text: string | null, id: string, file: string): number | null {
  if (text === null) return null;
  const size = Number(text);
  if (/^\d{1,15}$/.test(text)) return size;
  throw new HubError(
    `Cannot read ${file} of ${id} from the hub as its size must be a whole number of bytes: it is not`,
    { id, file },
  );
}
