import { KernelConnection } from "../../lib/notebook/kernel_connection.ts";
import { assert, assertEquals } from "../assert.ts";

const cwd = import.meta.dirname!;

Deno.test("KernelConnection asks and is answered, hears outputs, and says why it ended", async () => {
  const connection = await KernelConnection.start({ cwd });
  const heard = Promise.withResolvers<string>();
  connection.onOutput = ({ type }) => heard.resolve(type);
  const { reply } = connection.request("shell", "kernel_info_request", {});
  const { type, content } = await reply;
  assertEquals([type, content.status], ["kernel_info_reply", "ok"]);
  const complete = connection.request("shell", "is_complete_request", { code: "f(" });
  assertEquals((await complete.reply).content.status, "incomplete");
  assertEquals(await heard.promise, "status");
  const { reply: goodbye } = connection.request("control", "shutdown_request", { restart: false });
  assertEquals((await goodbye).content.status, "ok");
  assertEquals(await connection.ended, "it exited with code 0");
  await connection.end(1000);
});

Deno.test("KernelConnection.start() begins anew if someone else took a port", async () => {
  const listen = Deno.listen;
  using squatter = listen({ hostname: "127.0.0.1", port: 0 });
  let count = 0;
  const taken = { addr: squatter.addr, close() {} };
  // The first free port that is found is one that is taken by the time the kernel binds it.
  Deno.listen =
    ((options: Deno.ListenOptions) =>
      count++ === 0 ? taken : listen(options)) as typeof Deno.listen;
  try {
    const connection = await KernelConnection.start({ cwd });
    await connection.end(0);
    assert(count > 5, `${count} ports were asked for`);
  } finally {
    Deno.listen = listen;
  }
});
