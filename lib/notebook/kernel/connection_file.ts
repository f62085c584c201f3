/**
 * Reads the file by which Jupyter tells a kernel where to listen.
 *
 * @module
 */

import type { KernelPorts } from "../kernel_process.ts";

/** Where a kernel listens, and with which key. */
export interface ConnectionFile extends KernelPorts {
  /** The address, which is one of this machine alone. */
  readonly ip: string;
  /** The secret that messages are signed with. */
  readonly key: string;
}

const ports = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;

/**
 * Reads a connection file.
 *
 * @param text What stands in it.
 * @returns Where to listen.
 * @throws {SyntaxError} If it is not JSON.
 * @throws {RangeError} If whoever can reach the ports could run code: without a key, or on an address of a network.
 */
export function readConnectionFile(text: string): ConnectionFile {
  const file = JSON.parse(text) as Record<string, unknown>;
  const refuse = (what: string, value: unknown): never => {
    throw new RangeError(
      `Cannot start the kernel as ${what}: current value is ${JSON.stringify(value)}`,
    );
  };
  if ((file.transport ?? "tcp") !== "tcp") refuse("its transport must be tcp", file.transport);
  const ip = file.ip === "localhost" ? "127.0.0.1" : file.ip;
  if (typeof ip !== "string" || !/^(?:127(?:\.\d{1,3}){3}|::1)$/.test(ip)) {
    refuse("it listens on an address of this machine alone", file.ip);
  }
  if (typeof file.key !== "string" || file.key === "") {
    refuse("messages must be signed with a key", file.key);
  }
  if ((file.signature_scheme ?? "hmac-sha256") !== "hmac-sha256") {
    refuse("messages must be signed by hmac-sha256", file.signature_scheme);
  }
  for (const port of ports) {
    if (!Number.isInteger(file[port])) refuse(`${port} must be a port`, file[port]);
  }
  return { ...file, ip } as unknown as ConnectionFile;
}
