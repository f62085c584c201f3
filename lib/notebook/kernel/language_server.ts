/**
 * `deno lsp` as a process: requests in, answers out, over its standard streams.
 *
 * @module
 */

import { pathToFileURL } from "node:url";

/** How to start the language server. */
export interface LanguageServerOptions {
  /** The folder whose configuration holds, import map included. */
  readonly cwd: string;
}

interface Answer {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** What the server may ask us: how it is set. Lint rules mean nothing in cells, and nothing is to be fetched. */
const settings = {
  enable: true,
  lint: false,
  cacheOnSave: false,
  documentPreloadLimit: 0,
  suggest: { autoImports: false, imports: { autoDiscover: false } },
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A running language server. */
export class LanguageServer {
  /** Settles when it has ended, whatever ended it. */
  readonly ended: Promise<void>;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #onUnload = (): void => this.#kill();
  #count = 0;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    globalThis.addEventListener("unload", this.#onUnload);
    this.ended = Promise.all([this.#listen(), child.status]).then(() => {
      globalThis.removeEventListener("unload", this.#onUnload);
      this.#writer.close().catch(() => {});
      for (const { reject } of this.#waiting.values()) {
        reject(new Error("The language server has ended"));
      }
    });
  }

  /**
   * Starts a server and tells it who we are.
   *
   * @param options Where.
   * @returns The server.
   * @throws {Error} If it ends at once.
   */
  static async start(options: LanguageServerOptions): Promise<LanguageServer> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["lsp"],
      cwd: options.cwd,
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const server = new LanguageServer(child);
    await server.ask("initialize", {
      processId: Deno.pid, // it ends when we do
      rootUri: pathToFileURL(options.cwd).href,
      workspaceFolders: [{ uri: pathToFileURL(options.cwd).href, name: "notebook" }],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: {
          completion: { completionItem: { documentationFormat: ["markdown"] } },
          hover: { contentFormat: ["markdown"] },
          diagnostic: {},
        },
      },
      initializationOptions: settings,
    });
    server.tell("initialized", {});
    return server;
  }

  /**
   * Asks the server.
   *
   * @param method What for.
   * @param params About what.
   * @returns Its answer.
   * @throws {Error} If it knows none, or ends first.
   */
  ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#count;
    const waiting = Promise.withResolvers<unknown>();
    waiting.promise.catch(() => {}); // may be given up before it fails
    this.#waiting.set(id, waiting);
    this.#send({ id, method, params });
    return waiting.promise;
  }

  /**
   * Tells the server what it does not answer.
   *
   * @param method What.
   * @param params About what.
   */
  tell(method: string, params: object): void {
    this.#send({ method, params });
  }

  /** Ends the server. */
  async close(): Promise<void> {
    this.#kill();
    await this.ended;
  }

  #kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  #send(message: object): void {
    const body = encoder.encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
    const head = encoder.encode(`Content-Length: ${body.length}\r\n\r\n`);
    const whole = new Uint8Array(head.length + body.length);
    whole.set(head);
    whole.set(body, head.length);
    this.#writer.write(whole).catch(() => {}); // its end is noticed elsewhere
  }

  async #listen(): Promise<void> {
    let bytes = new Uint8Array();
    for await (const chunk of this.#child.stdout) {
      const longer = new Uint8Array(bytes.length + chunk.length);
      longer.set(bytes);
      longer.set(chunk, bytes.length);
      bytes = longer;
      for (let body; (body = firstBody(bytes)) !== undefined;) {
        bytes = bytes.slice(body.end);
        this.#take(JSON.parse(decoder.decode(body.bytes)));
      }
    }
  }

  #take(message: Answer): void {
    if (message.method !== undefined) {
      if (message.id === undefined) return;
      const wants = message.method === "workspace/configuration";
      const result = wants ? message.params?.items?.map(() => settings) ?? [] : null;
      return this.#send({ id: message.id, result });
    }
    const waiting = this.#waiting.get(Number(message.id));
    this.#waiting.delete(Number(message.id));
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Error(message.error.message));
  }
}

/** Finds the first whole message: a head that says its length, an empty line, and so many bytes. */
function firstBody(bytes: Uint8Array): { bytes: Uint8Array; end: number } | undefined {
  const head = decoder.decode(bytes.subarray(0, 256)); // of ASCII letters, so that its bytes are counted right
  const start = head.indexOf("\r\n\r\n") + 4;
  const length = Number(/Content-Length: (\d+)/i.exec(head)?.[1]);
  if (start < 4 || !(bytes.length >= start + length)) return undefined;
  return { bytes: bytes.subarray(start, start + length), end: start + length };
}
