import { ACTIVATIONS } from "../../../lib/model/families/activations.ts";
import { activate, startBackend, tf } from "../../../lib/tensor/mod.ts";
import { near } from "../../near.ts";
import { activate as reference } from "../reference_math.ts";

Deno.test("A-13 every name of a configuration computes the function that transformers calls so", async () => {
  await startBackend();
  const x = Array.from({ length: 161 }, (_, i) => i / 20 - 4);
  for (const [name, ours] of Object.entries(ACTIVATIONS)) {
    const y = tf.tidy(() => activate(tf.tensor1d(x), ours).dataSync());
    // The two forms of GELU differ by 4e-4, so one cannot pass for the other; silu(4) is good to 1e-6.
    near(y, x.map((value) => reference(name, value)), 5e-6, name);
  }
});
