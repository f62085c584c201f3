import { modelTree } from "../../lib/model/model_tree.ts";
import { assert, assertEquals } from "../assert.ts";
import { FAMILIES, fixtureModel } from "./fixture.ts";

Deno.test("modelTree() has every site as a leaf, once, and says the facts of the architecture", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family), sites = model.match("*");
    const { title, root, caption } = modelTree(
      model.architecture,
      model.weights,
      model.provenance,
      sites,
    );
    const names: string[] = [], notes: string[] = [];
    const walk = (node: typeof root): void => {
      names.push(node.name);
      if (node.note !== undefined) notes.push(node.note);
      node.children?.forEach(walk);
    };
    walk(root);
    assertEquals(title, family);
    assertEquals(
      names.filter((name) => sites.includes(name as never)).toSorted(),
      [...sites].toSorted(),
    );
    const text = notes.join("\n");
    assert(text.includes(family === "gpt_neox" ? "in parallel" : "in turn"));
    assert(text.includes(family === "llama" ? "RMSNorm" : "LayerNorm"));
    assert(text.includes("sharing 2 heads") === (family === "llama"));
    assert(text.includes(family === "gpt2" ? "learned" : "rotary"));
    assert(text.includes(model.weights.count.toLocaleString("en-US")));
    assert(caption!.includes(model.provenance.source));
  }
});
