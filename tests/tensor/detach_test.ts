import { detach, tf } from "../../lib/tensor/mod.ts";
import { assertEquals } from "../assert.ts";
import { near } from "../near.ts";
import { testOn } from "./on_backends.ts";

testOn("detach() keeps values and lets no gradient through", () => {
  const x = tf.tensor1d([1, -2, 3]);
  assertEquals([...detach(x).dataSync()], [1, -2, 3]);
  const slope = tf.grad((x: tf.Tensor) => x.mul(detach(x.square())).sum());
  near(slope(x).dataSync(), [1, 4, 9], 0, "d(x · c) is c, though c is x²");
});

testOn("detach() leaves what is recorded around it as it was", () => {
  const slope = tf.grad((x: tf.Tensor) => {
    const squared = x.square();
    detach(squared);
    return squared.mul(2).sum();
  });
  near(slope(tf.tensor1d([3])).dataSync(), [12], 0);
});
