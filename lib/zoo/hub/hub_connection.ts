/**
 * Requests to a hub: redirects that the token does not follow, patience that ends, and trouble that passes by.
 *
 * @module
 */

import { HubError, type HubErrorOptions } from "./hub_error.ts";
import type { HubSettings } from "./hub_settings.ts";

/** Waits for some milliseconds, or until the signal. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** What to ask a hub. */
export interface HubRequest {
  /** The path below the endpoint, beginning with a slash. */
  readonly path: string;
  /** Whether only the facts are wanted. @default {"GET"} */
  readonly method?: "GET" | "HEAD";
  /** The first byte that is wanted. @default {0} */
  readonly from?: number;
  /** What the request is about, for errors. */
  readonly about: HubErrorOptions;
  /** Stops the request, and the body after it. */
  readonly signal?: AbortSignal | undefined;
}

/** Trouble that may pass: the request can be made again. */
export class PassingTrouble extends Error {
  /** What to throw if it does not pass. */
  readonly error: HubError;
  /** How long the hub asks to wait, in milliseconds; null where it does not say. */
  readonly after: number | null;

  /** Wraps an error. */
  constructor(error: HubError, after: number | null = null) {
    super(error.message);
    this.error = error;
    this.after = after;
  }
}

/** How often a request is made at most. */
export const mostTries = 5;
/** The longest that is waited because a hub asks for it. */
const longestWait = 120_000;
const mostRedirects = 10;
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Talks to one hub, with one token. */
export class HubConnection {
  /** Where the hub is. */
  readonly settings: HubSettings;
  readonly #token: string | null;
  readonly #wait: Wait;

  /** Opens nothing: each request stands alone. */
  constructor(settings: HubSettings, token: string | null, wait: Wait = waited) {
    this.settings = settings;
    this.#token = token;
    this.#wait = wait;
  }

  /** Whether the hub is shown a token. */
  get named(): boolean {
    return this.#token !== null;
  }

  /**
   * Asks once. Redirects are followed, a HEAD request only as long as they stay with the hub, as the facts stand in the
   * answer that leads elsewhere. The token goes to the hub alone.
   *
   * @returns The answer, whatever its status; its body must be read or cancelled.
   * @throws {PassingTrouble} If there was no answer, or one that says to try again.
   * @throws {HubError} If a redirect leads nowhere that can be followed.
   */
  async ask(request: HubRequest): Promise<Response> {
    const { settings } = this;
    const home = new URL(settings.endpoint).origin;
    let url = new URL(settings.endpoint + request.path);
    for (let hops = 0; hops <= mostRedirects; hops++) {
      const response = await this.#send(url, request, url.origin === home);
      const target = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || target === null) {
        return await this.#settled(response, request);
      }
      const next = redirectTarget(url, target);
      if (next === null) {
        await response.body?.cancel();
        throw this.#error(
          "its redirect must lead to an http or https address, and not from https to http: it does not",
          request,
        );
      }
      if (request.method === "HEAD" && next.origin !== home) return response;
      await response.body?.cancel();
      url = next;
    }
    throw this.#error(`it must answer within ${mostRedirects} redirects: it did not`, request);
  }

  /**
   * Does something again as long as its trouble may pass, waiting longer each time, or as long as the hub asks.
   *
   * @throws {HubError} If the trouble lasted, or the hub asks for a wait that is too long.
   */
  async retried<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let tries = 1;; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof PassingTrouble)) throw error;
        await this.pause(error, tries, signal);
      }
    }
  }

  /**
   * Waits before a next try.
   *
   * @param trouble What made it necessary.
   * @param tries How many tries were made.
   * @throws {HubError} If there is to be no next try.
   */
  async pause(trouble: PassingTrouble, tries: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { error, after } = trouble;
    if (tries >= mostTries) throw error;
    if (after !== null && after > longestWait) {
      throw new HubError(
        `${error.message}; the hub asks to come back in ${Math.ceil(after / 1000)} seconds`,
        error,
      );
    }
    await this.#wait(after ?? 500 * 2 ** (tries - 1), signal);
    signal?.throwIfAborted();
  }

  async #send(url: URL, request: HubRequest, atHome: boolean): Promise<Response> {
    const { method = "GET", from = 0, signal } = request;
    signal?.throwIfAborted();
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), this.settings.patience * 1000);
    const headers = new Headers({ "accept-encoding": "identity" });
    if (from > 0) headers.set("range", `bytes=${from}-`);
    if (atHome && this.#token !== null) headers.set("authorization", `Bearer ${this.#token}`);
    try {
      return await fetch(url, {
        method,
        headers,
        redirect: "manual",
        signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
      });
    } catch {
      // The error of a fetch names the address with its query, which may be a key: it is not passed on.
      signal?.throwIfAborted();
      const why = silence.signal.aborted
        ? `it must answer within ${this.settings.patience} seconds: it kept silent`
        : "it must answer: there was no connection, or it broke off";
      throw new PassingTrouble(this.#error(why, request));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Turns a status that asks for another try into trouble that may pass. */
  async #settled(response: Response, request: HubRequest): Promise<Response> {
    const { status, headers } = response;
    if (!passing.has(status)) return response;
    await response.body?.cancel();
    const why = status === 429
      ? "it must not be asked too often: its status is 429"
      : `its status must be 200: current value is ${status}`;
    throw new PassingTrouble(this.#error(why, request, status), retryAfter(headers));
  }

  #error(why: string, { about }: HubRequest, status?: number): HubError {
    return new HubError(`Cannot ask ${this.settings.endpoint} about ${subject(about)} as ${why}`, {
      ...about,
      ...status === undefined ? { absent: true } : { status },
    });
  }
}

/**
 * Where a redirect leads.
 *
 * @param url The address that was asked.
 * @param target What its answer says.
 * @returns The address; null where it is none that is followed: no http or https, back from https to http, or one with a
 * name and a password.
 */
export function redirectTarget(url: URL, target: string): URL | null {
  const next = URL.canParse(target, url.href) ? new URL(target, url) : null;
  if (next === null || next.username !== "" || next.password !== "") return null;
  return next.protocol === "https:" || (next.protocol === "http:" && url.protocol === "http:")
    ? next
    : null;
}

/** What a request is about, in words. */
export function subject({ id, file }: HubErrorOptions): string {
  return file === undefined ? String(id) : `${file} of ${id}`;
}

/** How long a hub asks to wait, in milliseconds: a number of seconds, or a time beside its own. */
function retryAfter(headers: Headers): number | null {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]{2}, .+ GMT$/.test(text)) return null;
  // Beside the hub's own clock, as that of this machine may differ.
  const wait = Date.parse(text) - Date.parse(headers.get("date") ?? "");
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

function waited(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
