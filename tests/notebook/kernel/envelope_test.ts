import { Envelope, EnvelopeCodec } from "../../../lib/notebook/kernel/envelope.ts";
import { ReplayGuard } from "../../../lib/notebook/kernel/replay_guard.ts";
import { MessageCodec } from "../../../lib/notebook/message.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

const codec = new EnvelopeCodec("key");
const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("EnvelopeCodec opens what it sealed, and what the client's codec wrote", () => {
  const buffers = [Uint8Array.of(1, 2), new Uint8Array()];
  const sealed = codec.seal({
    type: "comm_msg",
    content: { data: "€" },
    parent: { msg_id: "p" },
    metadata: { m: 1 },
    buffers,
  });
  const opened = codec.open([bytes("a peer's name"), ...sealed.frames]);
  assertEquals([opened.type, opened.parent.msg_id, opened.metadata.m], ["comm_msg", "p", 1]);
  assertEquals([opened.content.data, opened.size], ["€", 14]);
  assertEquals(opened.buffers, buffers);
  assertEquals(
    codec.open(new MessageCodec("key", "s").encode("x", {}).frames).header.msg_id,
    "s_1",
  );
  const raw = codec.seal({ type: "x", content: bytes('{"a":1}') });
  assertEquals(codec.open(raw.frames).content, { a: 1 });
});

Deno.test("EnvelopeCodec.changed() signs anew and changes nothing else", () => {
  const before = codec.seal({ type: "stream", content: { text: "a" }, parent: { msg_id: "p" } });
  const after = codec.open(codec.changed(before, { parent: { msg_id: "q" } }).frames);
  assertEquals([after.header, after.content], [before.header, before.content]);
  assertEquals(after.parent, { msg_id: "q" });
  assertEquals(codec.changed(before, { content: { text: "b" } }).content.text, "b");
});

Deno.test("EnvelopeCodec.open() refuses what is not signed with the key or cannot be read", () => {
  const { frames } = codec.seal({ type: "x", content: {} });
  const untrusted = "Cannot trust a message as its signature must be that of the key";
  for (let part = 1; part < frames.length; part++) {
    const changed = frames.map((frame, i) => i === part ? frame.map((byte) => byte ^ 1) : frame);
    assertThrows(() => codec.open(changed), TypeError, untrusted);
  }
  assertThrows(() => new EnvelopeCodec("other").open(frames), TypeError, untrusted);
  for (const few of [[], frames.slice(1), frames.slice(0, -1)]) {
    assertThrows(() => codec.open(few), TypeError, `it has ${few.length} frames`);
  }
  const letter = (header: string, content = "{}") =>
    new Envelope(["", "", header, "{}", "{}", content].map(bytes));
  assertThrows(() => letter("{"), TypeError, "Cannot read a message as its header must be JSON");
  assertThrows(() => letter("[]"), TypeError, "its header must be an object");
  assertThrows(() => letter('{"msg_id":1}'), TypeError, "its header must have an id and a type");
  const whole = '{"msg_id":"1","msg_type":"x"}';
  assertThrows(() => letter(whole, "3").assertWhole(), TypeError, "its content must be an object");
});

Deno.test("ReplayGuard tells the last messages, and forgets the first ones", () => {
  const guard = new ReplayGuard(2);
  const [a, b, c] = Array.from({ length: 3 }, () => codec.seal({ type: "x", content: {} }));
  assert(guard.isNew(a!) && !guard.isNew(a!) && guard.isNew(b!) && !guard.isNew(a!));
  assert(guard.isNew(c!) && guard.isNew(a!), "two are remembered");
});
