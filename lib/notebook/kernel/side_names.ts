/**
 * The environment variables by which the module inside the kernel finds the proxy.
 *
 * @module
 */

/** Where the proxy listens: the path of a socket, or a port of this machine. */
export const sideAddress: string = "INNERWORKS_KERNEL_SOCKET";
/** What the proxy knows the module by. */
export const sideSecret: string = "INNERWORKS_KERNEL_SECRET";
