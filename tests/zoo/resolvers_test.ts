import { folder, shipped } from "../../lib/zoo/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixturePath } from "../model/fixture.ts";

Deno.test("shipped knows its own names and no others", async () => {
  const found = await shipped.resolve("seedling");
  assertEquals(found!.name, "seedling");
  assert(String(found!.folder).endsWith("/models/seedling/"));
  for (const name of ["Seedling", "", "../seedling", "toString", new URL("file:///seedling")]) {
    assertEquals(await shipped.resolve(name), null, String(name));
  }
});

Deno.test("folder finds folders, and neither files nor nothing", async () => {
  const path = fixturePath("families/gpt2");
  assertEquals(await folder.resolve(path), { folder: path });
  assertEquals(await folder.resolve(`${path}/config.json`), null);
  assertEquals(await folder.resolve(`${path}/config.json/deeper`), null);
  assertEquals(await folder.resolve("no such folder"), null);
});
