import { gradients, logit, scale } from "../../../lib/run/mod.ts";
import { Tap } from "../../../lib/run/gradients/tap.ts";
import type { Observer, Site } from "../../../lib/model/mod.ts";
import { readNumbers, tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { near } from "../../near.ts";

/** Watches one site, doubles its values, and writes down what it is asked. */
function doubling(own: Site): Observer & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    watches: (site) => site === own,
    change: (site, value) => {
      calls.push(`change ${site}`);
      return value.mul(2);
    },
    keep: (site) => void calls.push(`keep ${site}`),
  };
}

Deno.test("Tap gives a tapped site a tensor of its own, and others what the inner observer makes", () => {
  tf.tidy(() => {
    const inner = doubling("embed"), tap = new Tap(inner, new Set<Site>(["embed", "logits"]));
    const value = tf.tensor1d([1, 2]);
    assertEquals((["embed", "logits", "pos_embed"] as Site[]).map((site) => tap.watches(site)), [
      true,
      true,
      false,
    ]);
    const edited = tap.change("embed", value), plain = tap.change("logits", value);
    assertEquals([...edited.dataSync()], [2, 4]);
    assertEquals([...plain.dataSync()], [1, 2]);
    assert(plain !== value, "a tensor of its own, so that gradients at it are its own");
    assertEquals([tap.tensors.get("embed"), tap.tensors.get("logits")], [[edited], [plain]]);
    tap.keep("embed", edited);
    tap.keep("logits", plain);
    assertEquals(inner.calls, ["change embed", "keep embed"], "the inner one sees its own alone");
    const again = tap.change("logits", value);
    assertEquals(tap.tensors.get("logits"), [plain, again], "one for each copy");
    assert(tap.change("pos_embed", value) === value);
  });
});

for (const family of FAMILIES) {
  Deno.test(`A-26 A-27 ${family}: gradients at the inputs of heads add up to that at the stream, copy by copy`, async () => {
    const model = await fixtureModel(family);
    // Edits of the inputs make each head read a copy of its own, through a norm of its own.
    const edits = (["q_input", "k_input", "v_input"] as const).map((part) =>
      scale(`blocks.1.attn.${part}`, 1.5)
    );
    const inputs = ["q_input", "k_input", "v_input"].map((part) => `blocks.1.attn.${part}`);
    const rest = family === "gpt_neox" ? ["blocks.1.mlp_in"] : ["blocks.1.resid_mid"];
    const at = [...inputs, "blocks.1.resid_pre", "blocks.1.ln1.scale", ...rest];
    using found = await gradients(model, PROMPTS, logit(3), { at, edits });
    const sums = tf.tidy(() => {
      const parts = inputs.map((site) => found.get(site).sum(0).mul(1.5));
      // The stream goes on beside attention: past the heads in sequence, to the neurons side by side.
      const beside = found.get(rest[0]!);
      return readNumbers(tf.addN(parts).add(beside)) as never;
    }) as Float64Array;
    const whole = readNumbers(found.get("blocks.1.resid_pre"));
    if (family !== "gpt_neox") near(sums, whole, 1e-5);
    else {
      // There the stream itself is one more summand of what leaves the block.
      using after = await gradients(model, PROMPTS, logit(3), {
        at: ["blocks.1.resid_post"],
        edits,
      });
      const direct = readNumbers(after.get("blocks.1.resid_post"));
      near(sums.map((value, i) => value + direct[i]!), whole, 1e-5);
    }
    assertEquals(found.get("blocks.1.ln1.scale").shape, [2, 11, 1]);
  });
}
