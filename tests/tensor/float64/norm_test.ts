import { layerNorm, rmsNorm, tf } from "../../../lib/tensor/mod.ts";
import { assertEquals } from "../../assert.ts";
import { testOn } from "../on_backends.ts";

testOn("norms are computed in doubles, and leave nothing behind", () => {
  const x = tf.tensor2d([[0.1, 0.7]]);
  const [gain, bias] = [tf.tensor1d([0.3, 0.3]), tf.tensor1d([0.2, 0.2])];
  const before = tf.memory().numDataBuffers;
  const whole = layerNorm(x, gain, bias, 0);
  const spread = (0.7 - 0.1) / 2;
  const middle = (0.1 + 0.7) / 2;
  const expected = [(0.1 - middle) / spread * 0.3 + 0.2, (0.7 - middle) / spread * 0.3 + 0.2];
  whole.dataSync().forEach((value, i) => {
    assertEquals(Math.abs(value - expected[i]!) < 1e-15, true, `${value} and ${expected[i]}`);
  });
  const root = Math.sqrt((0.1 ** 2 + 0.7 ** 2) / 2);
  const second = rmsNorm(x, gain, 0).dataSync()[1]!;
  assertEquals(Math.abs(second - 0.7 / root * 0.3) < 1e-15, true, `${second}`);
  assertEquals(tf.memory().numDataBuffers, before + 2);
}, ["float64"]);
