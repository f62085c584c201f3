/**
 * A listening socket of ZMTP: a router, a publisher or a replier, with all that have connected to it.
 *
 * @module
 */

import { type Frames, ZmtpSocket } from "../zmtp.ts";

/** How to listen. */
export interface ZmtpServerOptions {
  /** The address, which must be one of this machine alone. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
  /** What this end is: a router answers dealers, a publisher speaks to subscribers, a replier repeats. */
  readonly type: "ROUTER" | "PUB" | "REP";
  /** Takes a message of a router. What it throws closes the connection. */
  readonly onMessage?: (peer: ZmtpSocket, frames: Frames) => void;
  /** Is told that a peer has gone. */
  readonly onGone?: (peer: ZmtpSocket) => void;
}

/** Who connects must shake hands within this time, in milliseconds. */
const HANDSHAKE_PATIENCE = 10_000;
const MOST_PEERS = 256;
/** What a peer may send before it has shown that it knows the key, and all such peers together, in bytes. */
const UNTRUSTED_LIMIT = 2 ** 25, UNTRUSTED_TOGETHER = 2 ** 26;
/** What a peer may send that has. */
const TRUSTED_LIMIT = 2 ** 29;
/** Subscriptions and heartbeats are short. */
const SHORT_LIMIT = 2 ** 12;
const MOST_TOPICS = 64;
/** So much may wait for a subscriber before it is waited for, in bytes, and so long, in milliseconds. */
const HIGH_WATER = 2 ** 26, SLOW_PATIENCE = 30_000, LOOK_AGAIN = 5;

const decoder = new TextDecoder();

/** A listening socket. */
export class ZmtpServer {
  readonly #options: ZmtpServerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #peers = new Map<ZmtpSocket, Set<string>>();
  readonly #trusted = new WeakSet<ZmtpSocket>();
  readonly #closing = new AbortController();
  readonly #served: Promise<void>;
  #connections = 0;

  /**
   * Begins to listen.
   *
   * @param options Where, as what, and who takes the messages.
   */
  constructor(options: ZmtpServerOptions) {
    this.#options = options;
    this.#listener = Deno.listen({ hostname: options.hostname, port: options.port });
    this.#served = this.#accept();
  }

  /** The port. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Who is connected now. */
  get peers(): ZmtpSocket[] {
    return [...this.#peers.keys()];
  }

  /**
   * Lets a peer send long messages, for it has shown that it knows the key.
   *
   * @param peer The peer.
   */
  trust(peer: ZmtpSocket): void {
    peer.limit = TRUSTED_LIMIT;
    this.#trusted.add(peer);
  }

  /**
   * Sends a message to all who have subscribed to its topic.
   *
   * @param frames The message; its first frame is the topic.
   */
  publish(frames: Frames): void {
    const topic = decoder.decode(frames[0]);
    for (const [peer, topics] of this.#peers) {
      if (topics.values().some((start) => topic.startsWith(start))) {
        peer.send(frames).catch(() => peer.close());
      }
    }
  }

  /** Waits until little waits to be sent to any subscriber. One that reads nothing for half a minute is cut off. */
  async room(): Promise<void> {
    for (const peer of this.peers) {
      let [left, since] = [peer.queued, performance.now()];
      while (!peer.closed && peer.queued > HIGH_WATER) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
        const now = performance.now();
        if (peer.queued < left) [left, since] = [peer.queued, now];
        else if (now - since > SLOW_PATIENCE) peer.close();
      }
    }
  }

  /** Waits until all that was sent is written, but not for longer than so many milliseconds. */
  async drained(patience: number): Promise<void> {
    const end = performance.now() + patience;
    while (this.peers.some((peer) => peer.queued > 0 && !peer.closed) && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#listener.close();
    for (const peer of this.peers) peer.close();
    await this.#served;
  }

  async #accept(): Promise<void> {
    const serving = new Set<Promise<void>>();
    while (!this.#closing.signal.aborted) {
      let connection: Deno.TcpConn;
      try {
        connection = await this.#listener.accept();
      } catch {
        // Closed; or a connection that was gone before it was taken, or no file descriptor is left for it.
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
        continue;
      }
      const served = this.#serve(connection).finally(() => serving.delete(served));
      serving.add(served);
    }
    await Promise.all(serving);
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    if (this.#connections >= MOST_PEERS) return connection.close();
    this.#connections++;
    let peer: ZmtpSocket | undefined;
    try {
      peer = await this.#welcome(connection);
      this.#peers.set(peer, new Set());
      for await (const frames of peer.messages()) this.#take(peer, frames);
    } catch {
      // Whoever breaks the protocol is cut off; there is nobody to tell.
    } finally {
      this.#connections--;
      if (peer !== undefined) {
        this.#peers.delete(peer);
        peer.close();
        this.#options.onGone?.(peer);
      }
    }
  }

  async #welcome(connection: Deno.TcpConn): Promise<ZmtpSocket> {
    const late = new AbortController();
    const stop = () => late.abort();
    const timer = setTimeout(stop, HANDSHAKE_PATIENCE);
    this.#closing.signal.addEventListener("abort", stop);
    try {
      connection.setNoDelay(true);
      return await ZmtpSocket.accept(connection, {
        type: this.#options.type,
        signal: late.signal,
        limit: this.#options.type === "ROUTER" ? UNTRUSTED_LIMIT : SHORT_LIMIT,
        onHold: (peer) => this.#refuseHoard(peer),
      });
    } finally {
      clearTimeout(timer);
      this.#closing.signal.removeEventListener("abort", stop);
    }
  }

  #refuseHoard(peer: ZmtpSocket): void {
    if (this.#trusted.has(peer)) return;
    const strangers = this.peers.filter((each) => !this.#trusted.has(each));
    if (strangers.reduce((sum, each) => sum + each.held, 0) > UNTRUSTED_TOGETHER) {
      throw new TypeError("Cannot read more of a message as its sender must first be trusted");
    }
  }

  #take(peer: ZmtpSocket, frames: Frames): void {
    if (this.#options.type === "ROUTER") return this.#options.onMessage?.(peer, frames);
    if (this.#options.type === "REP") return void peer.send(frames).catch(() => peer.close());
    const topics = this.#peers.get(peer)!;
    const topic = decoder.decode(frames[0]!.subarray(1));
    if (frames[0]![0] === 1) topics.add(topic);
    else topics.delete(topic);
    if (topics.size > MOST_TOPICS) throw new TypeError("Cannot subscribe to so many topics");
  }
}
