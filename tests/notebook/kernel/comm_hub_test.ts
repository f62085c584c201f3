import type { Comm } from "../../../lib/notebook/kernel/comm.ts";
import { CommHub } from "../../../lib/notebook/kernel/comm_hub.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("CommHub hands messages to whoever handles their comm", async () => {
  const sent: unknown[] = [];
  const hub = new CommHub((type, content) => sent.push([type, content]));
  const rest = { metadata: {}, buffers: [] };
  assertEquals(await hub.take("comm_open", { comm_id: "1", target_name: "t" }, rest), false);
  const seen: unknown[] = [];
  hub.setTarget("t", (comm, { data }) => {
    seen.push(data);
    comm.onMessage = async ({ data }) => {
      await Promise.resolve();
      comm.send({ answer: data.ask });
    };
    comm.onClose = () => void seen.push("closed");
  });
  const open = { comm_id: "1", target_name: "t", data: { hello: 1 } };
  assert(await hub.take("comm_open", open, rest));
  assert(await hub.take("comm_msg", { comm_id: "1", data: { ask: 2 } }, rest));
  assertEquals(sent, [["comm_msg", { comm_id: "1", data: { answer: 2 } }]]);
  assert(await hub.take("comm_close", { comm_id: "1" }, rest));
  assertEquals(seen, [{ hello: 1 }, "closed"]);
  assertEquals(await hub.take("comm_msg", { comm_id: "1", data: {} }, rest), false);

  const own: Comm = hub.open("mine", { data: { a: 1 }, metadata: { version: "2" } });
  assertEquals(sent.at(-1), ["comm_open", {
    comm_id: own.id,
    target_name: "mine",
    data: { a: 1 },
  }]);
  own.onMessage = ({ data }) => void seen.push(data);
  assert(await hub.take("comm_msg", { comm_id: own.id, data: { b: 2 } }, rest));
  assertEquals(seen.at(-1), { b: 2 });
  own.close({ bye: true });
  assertEquals(sent.at(-1), ["comm_close", { comm_id: own.id, data: { bye: true } }]);
  assertEquals(await hub.take("comm_msg", { comm_id: own.id }, rest), false);
  hub.setTarget("t", undefined);
  assertEquals(await hub.take("comm_open", open, rest), false);
});
