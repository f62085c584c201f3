/**
 * The side of a kernel that faces the front end: five listening sockets, requests in, replies and outputs out.
 *
 * @module
 */

import type { Frames, ZmtpSocket } from "../zmtp.ts";
import type { ConnectionFile } from "./connection_file.ts";
import { type Envelope, EnvelopeCodec, type Header, type Letter } from "./envelope.ts";
import { ReplayGuard } from "./replay_guard.ts";
import { ZmtpServer } from "./zmtp_server.ts";

/** A request, and who is to have the answer. */
export interface Asked {
  /** Where it came in. */
  readonly channel: "shell" | "control" | "stdin";
  /** Who sent it. */
  readonly peer: ZmtpSocket;
  /** What it says. */
  readonly request: Envelope;
}

/** Who takes what comes from the front end. */
export interface FrontEndOptions {
  /** Takes a request; every one is trusted and new. */
  readonly onRequest: (asked: Asked) => void;
  /** Is told that someone who might have answered a question has gone. */
  readonly onGone?: (peer: ZmtpSocket) => void;
  /** Is told why messages are dropped, once of each kind of fault. */
  readonly onDropped?: (why: string) => void;
}

const encoder = new TextEncoder();

/** The sockets that face the front end. */
export class FrontEnd {
  /** Seals and opens the messages. */
  readonly codec: EnvelopeCodec;
  readonly #options: FrontEndOptions;
  readonly #replays = new ReplayGuard();
  readonly #faults = new Set<string>();
  readonly #shell: ZmtpServer;
  readonly #control: ZmtpServer;
  readonly #stdin: ZmtpServer;
  readonly #iopub: ZmtpServer;
  readonly #heartbeat: ZmtpServer;

  /**
   * Begins to listen.
   *
   * @param connection Where, and with which key.
   * @param options Who takes what comes.
   */
  constructor(connection: ConnectionFile, options: FrontEndOptions) {
    this.#options = options;
    this.codec = new EnvelopeCodec(connection.key);
    const hostname = connection.ip;
    const router = (channel: Asked["channel"]) => {
      const server: ZmtpServer = new ZmtpServer({
        hostname,
        port: connection[`${channel}_port`],
        type: "ROUTER",
        onMessage: (peer, frames) => this.#take(server, channel, peer, frames),
        ...(options.onGone === undefined ? {} : { onGone: options.onGone }),
      });
      return server;
    };
    this.#shell = router("shell");
    this.#control = router("control");
    this.#stdin = router("stdin");
    this.#iopub = new ZmtpServer({ hostname, port: connection.iopub_port, type: "PUB" });
    this.#heartbeat = new ZmtpServer({ hostname, port: connection.hb_port, type: "REP" });
  }

  /**
   * Answers a request.
   *
   * @param asked The request.
   * @param content The content of the answer.
   */
  reply(asked: Asked, content: object): void {
    const type = asked.request.type.replace(/_request$/, "_reply");
    this.pass(asked, this.codec.seal({ type, content, parent: asked.request.header }));
  }

  /**
   * Passes an answer on that is already sealed.
   *
   * @param asked The request.
   * @param answer The answer.
   */
  pass(asked: Asked, answer: Envelope): void {
    asked.peer.send(answer.frames).catch(() => asked.peer.close());
  }

  /**
   * Tells everyone who listens.
   *
   * @param envelope What.
   */
  publish(envelope: Envelope): void {
    this.#iopub.publish([encoder.encode(`kernel.${envelope.type}`), ...envelope.frames]);
  }

  /**
   * Seals a message and tells everyone who listens.
   *
   * @param letter What.
   */
  say(letter: Letter): void {
    this.publish(this.codec.seal(letter));
  }

  /**
   * Says whether the kernel works on a request.
   *
   * @param state Whether it does.
   * @param parent The header of the request.
   */
  status(state: "busy" | "idle" | "starting", parent: Header | object): void {
    this.say({ type: "status", content: { execution_state: state }, parent });
  }

  /**
   * Passes a question of the kernel on to the page whose cell asks it, or to all where that has no socket for answers.
   *
   * @param asked The cell that asks, if one does.
   * @param question The question.
   * @returns Who was asked.
   */
  question(asked: Asked | undefined, question: Envelope): readonly ZmtpSocket[] {
    const all = this.#stdin.peers;
    // Jupyter's clients name all their sockets alike, and that is how a question finds its page.
    const own = all.filter((peer) => peer.identity === asked?.peer.identity);
    const peers = own.length > 0 ? own : all;
    for (const peer of peers) peer.send(question.frames).catch(() => peer.close());
    return peers;
  }

  /** Waits until little waits to be sent, so that outputs do not pile up here. */
  async room(): Promise<void> {
    await this.#iopub.room();
  }

  /**
   * Waits until everything is sent, but not for longer than so many milliseconds.
   *
   * @param patience How many.
   */
  async drained(patience: number): Promise<void> {
    const servers = [this.#shell, this.#control, this.#iopub];
    await Promise.all(servers.map((server) => server.drained(patience)));
  }

  /** Closes every socket. */
  async close(): Promise<void> {
    const servers = [this.#shell, this.#control, this.#stdin, this.#iopub, this.#heartbeat];
    await Promise.all(servers.map((server) => server.close()));
  }

  #take(server: ZmtpServer, channel: Asked["channel"], peer: ZmtpSocket, frames: Frames): void {
    let request: Envelope;
    try {
      request = this.codec.open(frames);
      server.trust(peer);
      if (!this.#replays.isNew(request)) throw new TypeError("Cannot take a message twice");
      request.assertWhole();
    } catch (error) {
      return this.#drop((error as Error).message);
    }
    this.#options.onRequest({ channel, peer, request });
  }

  /** Says once of each kind of fault that messages are dropped for it: a flood of them must not become one of notes. */
  #drop(why: string): void {
    const kind = why.replace(/\d+/g, "#");
    if (this.#faults.has(kind)) return;
    this.#faults.add(kind);
    this.#options.onDropped?.(why);
  }
}
