import { frameHead, readyCommand, readyProperties } from "../../lib/notebook/zmtp_handshake.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("readyProperties() reads what readyCommand() wrote, and refuses what is cut off", () => {
  const command = readyCommand({ "Socket-Type": "DEALER", Identity: "me" });
  const properties = readyProperties(command);
  assertEquals([...properties.keys()], ["socket-type", "identity"]);
  assertEquals(new TextDecoder().decode(properties.get("identity")), "me");
  assertEquals(readyProperties(readyCommand({})).size, 0);
  for (let length = 7; length < command.length; length++) {
    if (length === 24) continue; // whole again, with one property
    const cut = () => readyProperties(command.slice(0, length));
    if (length !== 6 + 12 + 4 + 6) {
      assertThrows(cut, TypeError, "every property of READY must be whole");
    }
  }
});

Deno.test("frameHead() writes short and long lengths", () => {
  assertEquals([...frameHead(255, 1)], [1, 255]);
  assertEquals([...frameHead(256, 4)], [6, 0, 0, 0, 0, 0, 0, 1, 0]);
});
