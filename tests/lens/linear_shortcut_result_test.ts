import { LinearShortcut } from "../../lib/lens/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";

Deno.test("LinearShortcut multiplies rows from the left and adds its bias, whatever axes stand before", () => {
  const facts = {
    model: "m",
    fingerprint: "",
    from: "blocks.0.resid_pre",
    to: "blocks.1.resid_post",
    ahead: 0,
    ridge: 0,
    width: 2,
    rows: 4,
    heldOutRows: 2,
    fittedR2: 1,
    heldOutR2: 1,
    identityR2: 0,
  } as const;
  const map = new LinearShortcut(facts, {
    matrix: Float32Array.of(1, 2, 3, 4),
    bias: Float32Array.of(10, 20),
  });
  tf.tidy(() => {
    const made = map.apply(tf.tensor3d([[[1, 0], [0, 1]]]));
    assertEquals([made.shape, [...made.dataSync()]], [[1, 2, 2], [11, 22, 13, 24]]);
  });
});
