/**
 * `jsr:@std/assert` where JSR can be reached, else the small part of it in this folder.
 *
 * The specifier below is literal, so that Deno resolves it through the import map and the lock, and dynamic, so that a
 * machine without JSR goes on. Tests import from here only.
 *
 * @module
 */

import * as fallback from "./_assert_fallback.ts";

type Assert = typeof fallback;

const std = await import("@std/assert").catch(() => fallback) as unknown as Assert;

// Explicit types keep the `asserts` signatures through the re-export.
export const assert: Assert["assert"] = std.assert;
export const assertEquals: Assert["assertEquals"] = std.assertEquals;
export const assertNotEquals: Assert["assertNotEquals"] = std.assertNotEquals;
export const assertStrictEquals: Assert["assertStrictEquals"] = std.assertStrictEquals;
export const assertAlmostEquals: Assert["assertAlmostEquals"] = std.assertAlmostEquals;
export const assertStringIncludes: Assert["assertStringIncludes"] = std.assertStringIncludes;
export const assertMatch: Assert["assertMatch"] = std.assertMatch;
export const assertThrows: Assert["assertThrows"] = std.assertThrows;
export const assertRejects: Assert["assertRejects"] = std.assertRejects;
