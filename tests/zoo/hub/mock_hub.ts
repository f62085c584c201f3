/**
 * A hub on this machine, with a second address for large files as real ones have, that can be told to misbehave.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { HubSettings } from "../../../lib/zoo/mod.ts";
import { fixturePath, withFolder } from "../../model/fixture.ts";

/** What was asked. */
export interface Asked {
  method: string;
  /** The name of the file, or the path of another question. */
  file: string;
  revision: string;
  range: string | null;
  authorization: string | null;
  /** Whether the second address was asked. */
  away: boolean;
}

/** Answers in the hub's place; null leaves it to the hub. */
export type Misbehaviour = (
  asked: Asked,
  nth: number,
) => Response | null | undefined | Promise<Response | null | undefined>;

/** A hub with one model. */
export class MockHub {
  id = "tiny/gpt2";
  commit = "a".repeat(40);
  /** Branches and tags. */
  refs: Record<string, string> = { main: this.commit, "refs/pr/1": this.commit };
  files = new Map<string, Uint8Array<ArrayBuffer>>();
  asked: Asked[] = [];
  misbehave: Misbehaviour = () => null;
  readonly #servers: Deno.HttpServer<Deno.NetAddr>[];

  constructor() {
    const serve = (away: boolean) =>
      Deno.serve(
        {
          hostname: "127.0.0.1",
          port: 0,
          onListen() {},
          onError: () => new Response("", { status: 500 }),
        },
        (request) => this.#answer(request, away),
      );
    this.#servers = [serve(false), serve(true)];
  }

  /** The address of the hub. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#servers[0]!.addr.port}`;
  }

  /** The address of the large files. Another port is another origin. */
  get away(): string {
    return `http://127.0.0.1:${this.#servers[1]!.addr.port}`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.shutdown()));
  }

  /** The requests that fetched a body. */
  get fetched(): string[] {
    return this.asked.filter(({ method, file }) => method === "GET" && this.files.has(file)).map((
      { file },
    ) => file);
  }

  async #answer(request: Request, away: boolean): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, revision, file] = /^\/[^/]+(?:\/[^/]+)?\/resolve\/([^/]+)\/(.+)$/.exec(pathname)
      ?.map(decodeURIComponent) ?? ["", "", away ? pathname.slice(1) : pathname];
    const asked: Asked = {
      method: request.method,
      file: decodeURIComponent(file!),
      revision: revision!,
      range: request.headers.get("range"),
      authorization: request.headers.get("authorization"),
      away,
    };
    this.asked.push(asked);
    const nth = this.asked.filter(({ file, method, away }) =>
      file === asked.file && method === asked.method && away === asked.away
    );
    return await this.misbehave(asked, nth.length) ?? this.behave(asked);
  }

  /** What a hub answers. */
  behave(asked: Asked): Response {
    const { file, revision, away } = asked;
    if (away) return this.bytes(asked);
    if (file.startsWith("/api/models/")) return this.#list(file);
    const commit = this.refs[revision] ?? (revision === this.commit ? this.commit : null);
    const error = (code: string) =>
      new Response(null, {
        status: 404,
        headers: { "x-error-code": code, ...commit && { "x-repo-commit": commit } },
      });
    if (commit === null) return error("RevisionNotFound");
    const bytes = this.files.get(file);
    if (!bytes) return error("EntryNotFound");
    const headers = { "x-repo-commit": commit, etag: `"${etagOf(file, bytes)}"` };
    if (!isLarge(file)) return this.bytes(asked, headers);
    return new Response(null, {
      status: 302,
      headers: {
        "x-repo-commit": commit,
        "x-linked-etag": headers.etag,
        "x-linked-size": String(bytes.length),
        etag: '"of the redirect"',
        location: `${this.away}/${encodeURIComponent(file)}?signature=secret-of-the-address`,
      },
    });
  }

  /** The bytes of a file, or the part that is asked for. */
  bytes({ file, method, range }: Asked, headers: Record<string, string> = {}): Response {
    const bytes = this.files.get(file);
    if (!bytes) return new Response(null, { status: 404 });
    const from = range === null ? 0 : Number(/^bytes=(\d+)-$/.exec(range)![1]);
    if (from > 0 && from >= bytes.length) return new Response(null, { status: 416 });
    const part = bytes.subarray(from);
    return new Response(method === "HEAD" ? null : part, {
      status: range === null ? 200 : 206,
      headers: {
        ...headers,
        "content-length": String(part.length),
        ...range !== null && {
          "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
        },
      },
    });
  }

  /** What Python's client asks before it fetches a snapshot, and we for errors. */
  #list(path: string): Response {
    const tree = path.includes("/tree/");
    const files = [...this.files].map(([name, bytes]) => ({
      type: "file",
      path: name,
      rfilename: name,
      size: bytes.length,
      oid: isLarge(name) ? gitHash(new TextEncoder().encode("a pointer")) : gitHash(bytes),
      ...isLarge(name) && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 } },
    }));
    const siblings = files.map(({ rfilename }) => ({ rfilename }));
    const whole = { id: this.id, sha: this.commit, siblings, private: false, gated: false };
    return Response.json(tree ? files : whole);
  }
}

/** Whether a file is kept at the second address. */
export function isLarge(file: string): boolean {
  return /\.(safetensors|bin|gguf)$/.test(file);
}

/** What a hub names a file by. */
export function etagOf(file: string, bytes: Uint8Array): string {
  return isLarge(file) ? sha256(bytes) : gitHash(bytes);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function gitHash(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

const fixture = fixturePath("families/gpt2");

/** A hub with a tiny GPT-2, a cache, and settings that lead to both. */
export async function withHub<T>(
  body: (
    hub: MockHub,
    settings: HubSettings,
    waits: { wait: (milliseconds: number) => Promise<void>; waited: number[] },
  ) => Promise<T>,
): Promise<T> {
  const hub = new MockHub();
  for (const name of ["config.json", "model.safetensors"]) {
    hub.files.set(name, Deno.readFileSync(join(fixture, name)));
  }
  // What a repository holds beside: nothing of it is to be fetched.
  for (const name of ["README.md", "pytorch_model.bin", "modeling_gpt2.py"]) {
    hub.files.set(name, new TextEncoder().encode("not asked for"));
  }
  try {
    return await withFolder(async (folder) => {
      const settings = settingsOf(hub, folder);
      const waited: number[] = [];
      const wait = (milliseconds: number) => {
        waited.push(milliseconds);
        return Promise.resolve();
      };
      return await body(hub, settings, { wait, waited });
    });
  } finally {
    await hub.stop();
  }
}

/** Settings that lead to a hub of this machine and a cache in a folder. */
export function settingsOf({ endpoint }: { endpoint: string }, folder: string): HubSettings {
  return {
    endpoint,
    cache: join(folder, "hub"),
    tokenFile: join(folder, "token"),
    offline: false,
    links: true,
    progress: false,
    patience: 5,
  };
}

/** All paths below a folder, with what links lead to. */
export function pathsIn(folder: string, under = ""): string[] {
  return [...Deno.readDirSync(join(folder, under))].flatMap(({ name, isDirectory, isSymlink }) => {
    const path = under === "" ? name : `${under}/${name}`;
    if (isDirectory) return pathsIn(folder, path);
    return [isSymlink ? `${path} -> ${Deno.readLinkSync(join(folder, path))}` : path];
  }).sort();
}
