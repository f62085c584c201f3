/**
 * Times the singular values and vectors of all OV circuits of GPT-2 small, d 768 and 144 heads of 64, beside
 * one large product, so that a slow or busy machine shows.
 *
 * @module
 */

import { FactoredMatrix, seedStream, startBackend, tf } from "../../mod.ts";

const { name, blas, threads } = await startBackend();
const [heads, width, headWidth] = [144, 768, 64];
const normals = (label: string, shape: number[]) =>
  tf.tensor(seedStream(1, label).normals(shape.reduce((all, size) => all * size)), shape);
const circuits = new FactoredMatrix(
  normals("V", [heads, width, headWidth]),
  normals("O", [heads, headWidth, width]),
);
const [a, b] = [normals("a", [2048, 2048]), normals("b", [2048, 2048])];

/** How long some work takes at best, in milliseconds. */
async function shortest(work: () => Promise<unknown> | unknown): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < 4; run++) {
    const start = performance.now();
    await work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

const product = await shortest(() => tf.matMul(a, b).dispose());
console.log(
  `${name} ${blas ?? ""} ${threads ?? "?"} threads, ${
    (2e-6 * 2048 ** 3 / product).toFixed(0)
  } GFLOP/s of one product of 2048, load ${Deno.loadavg()[0]!.toFixed(1)}`,
);

Deno.bench("singular values and vectors of 144 OV circuits", async () => {
  (await circuits.svd()).dispose();
});

Deno.bench("eigenvalues of 144 OV circuits", async () => {
  (await circuits.eigenvalues()).dispose();
});

Deno.bench("norms of 144 OV circuits", async () => {
  (await circuits.norm()).dispose();
});
