import { add, ofRun, replace, scale, zero } from "../../lib/run/mod.ts";
import { EditWriter } from "../../lib/run/edit_json.ts";
import { startBackend } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";

await startBackend();

Deno.test("EditWriter writes plain fields as they are, and rows of numbers as the hash of a tensor", async () => {
  const writer = new EditWriter();
  const written = [
    await writer.edit(zero("blocks.3.attn.z", { heads: [1, 5], positions: { from: -2 } })),
    await writer.edit(scale("logits", 0.5, { steps: "generated" })),
    await writer.edit(replace("embed", 0.25, { positions: "subject" })),
    await writer.edit(replace("embed", ofRun({ examples: 1 }), { examples: [0] })),
    await writer.edit(add("embed", [1, 2], { scale: 3 })),
    await writer.edit(add("embed", [1, 2])),
  ];
  const [hash] = writer.tensors.keys();
  assertEquals(writer.tensors.size, 1);
  assertEquals(JSON.parse(JSON.stringify(written)), [
    { kind: "zero", at: "blocks.3.attn.z", heads: [1, 5], positions: { from: -2 } },
    { kind: "scale", at: "logits", factor: 0.5, steps: "generated" },
    { kind: "replace", at: "embed", value: 0.25, positions: "subject" },
    { kind: "replace", at: "embed", value: { from: "run", examples: 1 }, examples: [0] },
    { kind: "add", at: "embed", value: { tensor: hash }, scale: 3 },
    { kind: "add", at: "embed", value: { tensor: hash }, scale: 1 },
  ]);
  assertEquals(writer.lists, { caches: [], means: [] });
});
