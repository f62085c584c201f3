import { HubError } from "../../../lib/zoo/mod.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("HubError carries what it is about, and no more than it was given", () => {
  const error = new HubError("Cannot load", { id: "a/b", file: "config.json", status: 404 });
  assertEquals([error.name, error.message], ["HubError", "Cannot load"]);
  assertEquals([error.id, error.file, error.status], ["a/b", "config.json", 404]);
  assertEquals(Object.keys(new HubError("Cannot load")), ["name"]);
  // An error wraps another one by its fields.
  assertEquals(new HubError("more", error).status, 404);
});
