import { kindOfModel } from "../../../lib/model/families/not_decoders.ts";
import { CheckpointError, families, loadFolder } from "../../../lib/model/mod.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../fixture.ts";

Deno.test("models that are no decoders are refused by name, and by what they are", async () => {
  const kinds = {
    bert: "an encoder",
    modernbert: "an encoder",
    t5: "an encoder–decoder",
    bart: "an encoder–decoder",
    mamba: "a state-space model",
    vit: "a vision model",
    dinov2: "a vision model",
    clip: "a model of pictures and text",
  };
  for (const [type, kind] of Object.entries(kinds)) {
    assertEquals(kindOfModel(type), kind);
    await withFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify({ model_type: type }));
      const { message } = await assertRejects(() => loadFolder(folder), CheckpointError);
      assert(
        message.includes(`this is ${kind}, which cannot be read yet: current value is "${type}"`),
        message,
      );
    });
  }
});

Deno.test("no family that can be read is said to be none, and strange names are no kind", () => {
  for (const name of families.keys()) assertEquals(kindOfModel(name), null);
  assertEquals([kindOfModel("gpt3"), kindOfModel(null), kindOfModel(7)], [null, null, null]);
});
