import { display, showFor, table } from "../../lib/show/mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { bars } from "../../lib/show/bars.ts";

Deno.test("showFor() gives a host what it shows, lists among it, and all again afterwards", async () => {
  const chart = await bars({ title: "B", labels: ["a"], values: [1], label: "x" });
  const document = table({ title: "T", columns: [{ name: "a" }], rows: [["b"]] });
  const kinds = async (value: typeof chart | typeof document) =>
    Object.keys(await (value[display]() as unknown)!);
  try {
    showFor("github");
    assertEquals(await kinds(chart), ["image/png", "text/plain"]);
    assertEquals(await kinds(document), ["image/png", "text/plain"]);
    showFor("offline");
    assertEquals(await kinds(chart), ["text/html", "text/plain"]);
    assertEquals(await kinds(document), ["text/html", "text/plain"]);
    showFor("screen reader");
    assertEquals(await kinds(chart), ["text/markdown", "text/plain"]);
    assertEquals(document[display]()["text/plain"], document["text/plain"]);
  } finally {
    showFor("everybody");
  }
  assertEquals(await kinds(chart), Object.keys(chart));
  assertThrows(() => showFor("gitlab" as "github"), TypeError);
});
