import { assert, assertEquals } from "../../assert.ts";
import { commTarget, kernelSettings, openComm } from "../../../mod.ts";
import { cellSignal } from "../../../lib/notebook/mod.ts";
import { withKernel } from "./front.ts";

const url = import.meta.resolve("../../../lib/notebook/kernel/mod.ts");

Deno.test("comms, signals and settings do nothing where no kernel of ours runs", () => {
  assertEquals([commTarget("x", () => {}), openComm("x"), kernelSettings({})], [
    false,
    undefined,
    false,
  ]);
  assertEquals(cellSignal().aborted, false);
});

Deno.test("commTarget() hears the page between cells and during an await, buffers both ways", async () => {
  await withKernel(async (front) => {
    await front.run(`let finish; const { commTarget, openComm } = await import("${url}");
      commTarget("echo", (comm) => {
        comm.onMessage = ({ data, metadata, buffers }) => {
          console.log("heard", data.n);
          if (data.end) finish();
          comm.send({ n: data.n, metadata }, { buffers: buffers.map((b) => b.map((x) => x + 1)) });
        };
      })`);
    const talk = (type: string, content: object, buffers: Uint8Array<ArrayBuffer>[] = []) =>
      front.send(type, { comm_id: "page-1", ...content }, { metadata: { m: 1 }, buffers });
    talk("comm_open", { target_name: "echo", data: {} });
    const heard = async (id: string) => {
      const idle = await front.find((m) =>
        m.parent.msg_id === id && m.content.execution_state === "idle"
      );
      const mine = front.heard.slice(0, front.heard.indexOf(idle)).filter(({ type, parent }) =>
        parent.msg_id === id && type !== "status"
      );
      return mine;
    };
    // Answers come before the idle of their message: a widget sends nothing more until then.
    for (const size of [3, 1_000_000]) {
      const id = talk("comm_msg", { data: { n: size } }, [new Uint8Array(size).fill(7)]);
      const [printed, answer] = await heard(id);
      assertEquals([printed!.content.text, answer!.type], [`heard ${size}\n`, "comm_msg"]);
      assertEquals(answer!.content.data, { n: size, metadata: { m: 1 } });
      assertEquals(answer!.buffers[0]!.length, size);
      assert(answer!.buffers[0]!.every((byte) => byte === 8));
    }
    const comms = await front.ask("comm_info_request", { target_name: "echo" });
    assertEquals(comms.comms, { "page-1": { target_name: "echo" } });
    assertEquals((await front.ask("comm_info_request", { target_name: "other" })).comms, {});

    // The cell ends when it is told to in its await, and not before; one that is deaf there never would.
    const cell = front.cell("await new Promise((r) => finish = r); 'end'");
    await front.find((m) => m.parent.msg_id === cell && m.type === "execute_input");
    const ids = Array.from({ length: 20 }, (_, n) => talk("comm_msg", { data: { n } }));
    for (const [n, id] of ids.entries()) {
      await heard(id);
      await front.find(({ type, content }) =>
        type === "comm_msg" && (content.data as { n?: number }).n === n
      );
    }
    assert(!front.of(cell).some(({ content }) => content.execution_state === "idle"), "in time");
    talk("comm_msg", { data: { n: 20, end: true } });
    await front.done(cell);

    const strange = front.send("comm_open", { comm_id: "2", target_name: "nobody", data: {} });
    assertEquals((await heard(strange)).map(({ type }) => type), ["comm_close"]);
    const opened = front.cell(
      "var own = openComm('page', { data: { big: 'x'.repeat(1e6) } }); own.id",
    );
    await front.done(opened);
    assertEquals(front.of(opened).map(({ type }) => type).filter((type) => type === "comm_open"), [
      "comm_open",
    ]);
    await front.run("own.close()");
    talk("comm_close", { data: {} });
    await front.run("await 0");
    assertEquals((await front.ask("comm_info_request", {})).comms, {});
  });
});
