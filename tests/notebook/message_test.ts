import { MessageCodec } from "../../lib/notebook/message.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("MessageCodec reads what it wrote", () => {
  const codec = new MessageCodec("key", "session");
  const { id, frames } = codec.encode("execute_request", { code: "1 + 1 // €\u2028" });
  assertEquals(id, "session_1");
  const message = codec.decode([new TextEncoder().encode("identity"), ...frames]);
  assertEquals(message, {
    type: "execute_request",
    parent: "",
    content: { code: "1 + 1 // €\u2028" },
  });
  assertEquals(codec.encode("x", {}).id, "session_2");
});

Deno.test("MessageCodec signs as Jupyter does", () => {
  const { frames } = new MessageCodec("key", "session").encode("x", {});
  const [delimiter, signature, ...parts] = frames.map((frame) => new TextDecoder().decode(frame));
  assertEquals(delimiter, "<IDS|MSG>");
  assertEquals(signature!.length, 64);
  assertEquals(parts.slice(1), ["{}", "{}", "{}"]);
  assertEquals(JSON.parse(parts[0]!).version, "5.3");
});

Deno.test("MessageCodec.decode() refuses a message that was changed or signed with another key", () => {
  const codec = new MessageCodec("key", "session");
  const { frames } = codec.encode("status", { execution_state: "idle" });
  const untrusted = "Cannot trust a kernel message as its signature must be that of the key";
  for (let part = 1; part < frames.length; part++) {
    const changed = frames.map((frame, i) => i === part ? frame.map((byte) => byte ^ 1) : frame);
    assertThrows(() => codec.decode(changed), TypeError, untrusted);
  }
  const short = frames.map((frame, i) => i === 1 ? frame.subarray(1) : frame);
  assertThrows(() => codec.decode(short), TypeError, untrusted);
  assertThrows(() => new MessageCodec("other", "s").decode(frames), TypeError, untrusted);
});

Deno.test("MessageCodec.decode() refuses frames that are no message", () => {
  const codec = new MessageCodec("key", "session");
  const { frames } = codec.encode("x", {});
  for (const few of [[], frames.slice(1), frames.slice(0, -1)]) {
    assertThrows(() => codec.decode(few), TypeError, `it has ${few.length} frames`);
  }
});
