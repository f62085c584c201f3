import { readConnectionFile } from "../../../lib/notebook/kernel/connection_file.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

const file = {
  shell_port: 1,
  iopub_port: 2,
  stdin_port: 3,
  control_port: 4,
  hb_port: 5,
  ip: "127.0.0.1",
  key: "k",
  transport: "tcp",
  signature_scheme: "hmac-sha256",
};

Deno.test("readConnectionFile() takes addresses of this machine alone, with a key", () => {
  const read = (changes: object) => readConnectionFile(JSON.stringify({ ...file, ...changes }));
  assertEquals([read({}).shell_port, read({ ip: "localhost" }).ip, read({ ip: "::1" }).ip], [
    1,
    "127.0.0.1",
    "::1",
  ]);
  const refused: [object, string][] = [
    [{ key: "" }, 'messages must be signed with a key: current value is ""'],
    [{ key: undefined }, "messages must be signed with a key: current value is undefined"],
    [
      { ip: "0.0.0.0" },
      'it listens on an address of this machine alone: current value is "0.0.0.0"',
    ],
    [{ ip: "127.0.0.1.example.org" }, "an address of this machine alone"],
    [{ ip: "*" }, "an address of this machine alone"],
    [{ transport: "ipc" }, 'its transport must be tcp: current value is "ipc"'],
    [{ signature_scheme: "hmac-md5" }, 'signed by hmac-sha256: current value is "hmac-md5"'],
    [{ hb_port: "5" }, 'hb_port must be a port: current value is "5"'],
  ];
  for (const [changes, message] of refused) assertThrows(() => read(changes), RangeError, message);
});
