import { families } from "../../lib/model/mod.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("every file of a family is listed, by the name that its files have", () => {
  const folder = new URL("../../lib/model/families/", import.meta.url);
  const written = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => /: Family = \{/.test(Deno.readTextFileSync(new URL(name, folder))));
  assertEquals(written.length, families.size);
  for (const [name, family] of families) {
    assertEquals(family.name, name);
    assert(family.architectures.length > 0 && family.base.endsWith("."), name);
    assert(written.includes(`${name.replace(/_text$/, "")}.ts`), name);
  }
});
