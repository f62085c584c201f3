/**
 * A Python process that does the same work with the tools that we are held against.
 *
 * @module
 */

/** What a peer did: the seconds and what came out, or what went wrong. */
export interface PeerAnswer {
  /** How long it took. */
  readonly seconds: number;
  /** What came out. */
  readonly result: unknown;
}

/** The other side of the table: `peer_side.py`, if there is a Python with what it needs. */
export class Peer {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  /** Starts it; see {@linkcode startPeer}. */
  constructor(python: string, folder: string) {
    this.#process = new Deno.Command(python, {
      args: [new URL("./peer_side.py", import.meta.url).pathname, folder],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      // Nothing is looked up on a network while times are taken.
      env: { HF_HUB_OFFLINE: "1", TRANSFORMERS_OFFLINE: "1" },
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Reads the next line of JSON. */
  async line(): Promise<Record<string, unknown>> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        // Libraries print what they like.
        if (line.startsWith("{")) return JSON.parse(line);
        continue;
      }
      const { value, done } = await this.#lines.read();
      if (done) throw new Error("the peer ended: does its Python have what peer_side.py names?");
      this.#rest += value;
    }
  }

  /** Has some work done; null where it cannot be done. */
  async do(work: string, ...args: unknown[]): Promise<PeerAnswer | null> {
    const call = JSON.stringify({ work, with: args }) + "\n";
    await this.#input.write(new TextEncoder().encode(call));
    const answer = await this.line();
    if (typeof answer.error === "string") {
      console.log(`${work}: ${answer.error}`);
      return null;
    }
    return answer as unknown as PeerAnswer;
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#input.close();
    await this.#process.status;
    await this.#lines.cancel();
  }
}
