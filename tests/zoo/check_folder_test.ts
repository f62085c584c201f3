import { fileURLToPath } from "node:url";
import { checkFolder } from "../../lib/zoo/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { DECODERS, fixturePath, readFixture, withFolder, writePlain } from "../model/fixture.ts";

Deno.test("checkFolder() finds every decoder of the fixtures read aright", async () => {
  for (const name of DECODERS) {
    const check = await checkFolder(fixturePath(`families/${name}`), { tokens: 9 });
    assertEquals(check.steps.filter(({ holds }) => !holds), [], name);
    assertEquals([check.steps.length, check.holds, check.laws?.holds], [3, true, true]);
  }
});

Deno.test("checkFolder() goes on where the length turns all tokens by other angles, and says so", async () => {
  const check = await checkFolder(fixturePath("transformers/variants/llama-dynamic"), {
    tokens: 5,
  });
  assert(check.holds && check.steps[2]!.note.includes("computed anew"), check.steps[2]!.note);
});

Deno.test("checkFolder() says why a folder does not load, and draws it", async () => {
  await withFolder(async (folder) => {
    const plain = await readFixture("mixtral");
    plain.tensors.delete("model.layers.1.block_sparse_moe.experts.2.w3.weight");
    writePlain(folder, plain);
    const check = await checkFolder(folder);
    assertEquals([check.holds, check.laws, check.steps.length], [false, null, 1]);
    const text = check[display]()["text/plain"];
    assert(text.startsWith(`${folder} is not read aright`), text);
    assert(text.includes("experts.2.w3.weight") && text.includes("it is missing"), text);
    assertEquals(JSON.parse(JSON.stringify(check)).holds, false);
  });
  await assertRejects(() => checkFolder("x", { token: 3 } as never), TypeError);
});

Deno.test("as a command it prints the table and says by its exit code whether all is well", async () => {
  const command = fileURLToPath(new URL("../../lib/zoo/check_folder.ts", import.meta.url));
  const run = async (...args: string[]) => {
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", command, ...args],
      env: { NO_COLOR: "1" },
    }).output();
    return { code, text: new TextDecoder().decode(stdout) };
  };
  const [good, bad, none] = await Promise.all([
    run(fixturePath("families/gemma3")),
    run("no/such/folder"),
    run(),
  ]);
  assertEquals([good!.code, bad!.code, none!.code], [0, 1, 2]);
  assert(good!.text.includes("is read aright") && good!.text.includes("its laws hold"), good!.text);
  assert(bad!.text.includes("it loads") && bad!.text.includes("NO"), bad!.text);
});
