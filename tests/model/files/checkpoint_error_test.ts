import { assertEquals } from "../../assert.ts";
import { CheckpointError } from "../../../lib/model/files/mod.ts";

Deno.test("CheckpointError names file, tensor, expectation and what was found", () => {
  const cause = new Error("below");
  const error = new CheckpointError("m.safetensors", "its shape must be [2]", {
    tensor: "w",
    current: [3],
    cause,
  });
  assertEquals(
    error.message,
    'Cannot read tensor "w" of m.safetensors as its shape must be [2]: current value is [3]',
  );
  assertEquals(
    [error.name, error.file, error.tensor, error.expected, error.cause],
    ["CheckpointError", "m.safetensors", "w", "its shape must be [2]", cause],
  );
});

Deno.test("CheckpointError leaves out what is not known", () => {
  const error = new CheckpointError("x", "it must exist");
  assertEquals(error.message, "Cannot read x as it must exist");
  assertEquals("tensor" in error, false);
});

Deno.test("CheckpointError is brief about large, deep and strange values", () => {
  const message = (current: unknown): string =>
    new CheckpointError("x", "y", { current }).message.slice("Cannot read x as y: ".length);
  assertEquals(message("a".repeat(1000)).length, 'current value is "…"'.length + 80);
  assertEquals(
    message(Array(100).fill([[[1]]])),
    "current value is [" + "[[…]], ".repeat(8) + "…]",
  );
  assertEquals(message({ a: 1 }), "current value is an object");
  assertEquals(message(undefined), "current value is nothing");
  assertEquals(message(10n ** 20n), "current value is 100000000000000000000");
});
