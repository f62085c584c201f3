import {
  foldNorms,
  ovCircuit,
  ovCircuits,
  qkCircuit,
  qkCircuits,
  type Transformer,
  withWeights,
} from "../../lib/model/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { readNumbers, startBackend, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { near } from "../near.ts";
import { fixtureModel, PROMPTS, seedling } from "./fixture.ts";

await startBackend("float64");

/** With bounds on scores, ALiBi, grouped keys, partial and interleaved rotary, both pairings, and layers that do not turn. */
const FAMILIES = [
  "gpt2",
  "llama",
  "gpt_neox",
  "gemma2",
  "mixtral",
  "gptj",
  "gpt_neo",
  "granite",
  "phi3",
  "gpt_oss",
  "smollm3",
  "opt",
  "falcon",
  "starcoder2",
  "stablelm",
];

/** A model of which only matrices are left: no gains and biases of norms, no biases of queries and keys. */
async function bare(family: string): Promise<Transformer> {
  const model = await fixtureModel(family), folded = await foldNorms(model);
  const { layers } = model.architecture;
  const biases = Array.from(
    { length: layers },
    (_, layer) =>
      (["b_Q", "b_K"] as const).map((name) => {
        const { shape } = folded.layerWeight(layer, name)!;
        return [`blocks.${layer}.attn.${name}`, tf.zeros([...shape])] as const;
      }),
  ).flat();
  return withWeights(folded, Object.fromEntries(biases));
}

for (const family of FAMILIES) {
  Deno.test(`A-12 ovCircuit() and qkCircuit() give what the heads of ${family} write and score`, async () => {
    const model = await bare(family);
    const { heads, layers, attentionScales, scoreCap, keyValueHeads, position } =
      model.architecture;
    const layer = layers - 1, block = `blocks.${layer}`;
    const input = "ln1.normalized";
    using result = await run(model, [...PROMPTS[0]!], {
      capture: [input, "attn.pattern", "attn.scores", "attn.result"].map((site) =>
        `${block}.${site}`
      ),
    });
    const value = (site: string) => result.cache.get(`${block}.${site}`);
    for (let head = 0; head < heads; head++) {
      const own = (site: string) => tf.unstack(value(site))[head]!.squeeze([0]);
      const group = Math.floor(head * keyValueHeads / heads);
      tf.tidy(() => {
        const x = value(input).squeeze([0]) as tf.Tensor2D;
        const ov = ovCircuit(model, layer, head), { writingScale = 1 } = model.architecture;
        const bias = tf.matMul(
          model.layerWeight(layer, "b_V")!.at({ head: group }).tensor().expandDims(0),
          model.layerWeight(layer, "W_O")!.at({ head }).tensor() as tf.Tensor2D,
        ).mul(writingScale);
        const moved = tf.matMul(x, ov.product() as tf.Tensor2D).add(bias);
        const written = tf.matMul(own("attn.pattern") as tf.Tensor2D, moved as tf.Tensor2D);
        const expected = own("attn.result");
        near(readNumbers(written), readNumbers(expected), 1e-9, `OV of head ${head}`);
        ov.dispose();
      });
      // The scores of one query for keys at growing offsets.
      const query = 7;
      const scores = readNumbers(own("attn.scores") as tf.Tensor2D).slice(
        query * 11,
        query * 11 + query + 1,
      );
      const slopes = position.kind === "alibi" ? position.slopes[head]! : 0;
      for (let key = 0; key <= query; key++) {
        if (scores[key] === -Infinity) continue;
        const circuit = qkCircuit(model, layer, head, { offset: query - key });
        const plain = tf.tidy(() => {
          const x = value(input).squeeze([0]) as tf.Tensor2D;
          const row = (at: number) => tf.slice(x, [at, 0], [1, -1]).squeeze([0]) as tf.Tensor1D;
          return readNumbers(circuit.times(row(key)).mul(row(query)).sum())[0]!;
        }) * attentionScales[layer]!;
        const bounded = scoreCap ? scoreCap * Math.tanh(plain / scoreCap) : plain;
        near([bounded + slopes * key], [scores[key]!], 1e-9, `QK of head ${head}, key ${key}`);
        circuit.dispose();
      }
    }
  });
}

Deno.test("A-12 every query head of a group reads the key head of the group, and not one of another", async () => {
  const model = await fixtureModel("llama");
  const values = model.layerWeight(1, "W_V")!,
    circuits = [0, 1, 2, 3].map((h) => ovCircuit(model, 1, h));
  circuits.forEach(({ A }, head) =>
    near(readNumbers(A), [...readNumbers(values.at({ head: head >> 1 }).tensor())], 0)
  );
  circuits.forEach((circuit) => circuit.dispose());
});

for (const family of ["llama", "gpt_neox", "gptj"]) {
  Deno.test(`A-08 qkCircuit() of ${family} is W_Q · W_Kᵀ at offset 0, and another matrix at another offset`, async () => {
    const model = await fixtureModel(family);
    tf.tidy(() => {
      const plain = tf.matMul(
        model.layerWeight(0, "W_Q")!.at({ head: 0 }).tensor() as tf.Tensor2D,
        model.layerWeight(0, "W_K")!.at({ head: 0 }).tensor() as tf.Tensor2D,
        false,
        true,
      );
      const at = (offset: number) => readNumbers(qkCircuit(model, 0, 0, { offset }).product());
      near(at(0), readNumbers(plain), 1e-12);
      assert(at(3).some((x, i) => Math.abs(x - at(0)[i]!) > 1e-3));
    });
  });
}

Deno.test("qkCircuit() and ovCircuit() count layers and heads from the end, and free what they make", async () => {
  const model = await seedling();
  ovCircuit(model, 0, 0).dispose();
  qkCircuit(model, 0, 0).dispose();
  const held = heldTensors();
  const last = qkCircuit(model, -1, -1), same = qkCircuit(model, 3, 7, { offset: 2 });
  near(readNumbers(last.A), readNumbers(same.A), 0);
  last.dispose();
  same.dispose();
  assertEquals(heldTensors(), held);
});

Deno.test("qkCircuit() and ovCircuit() say what they cannot read", async () => {
  const llama = await fixtureModel("llama");
  const cases: [() => unknown, ErrorConstructor, string][] = [
    [
      () => qkCircuit(llama, 0, 0),
      RangeError,
      "Cannot read a QK circuit without an offset as positions turn queries and keys: give { offset: 1 } for the key just before the query, or 0 for its own",
    ],
    [
      () => qkCircuit(llama, 0, 0, { offset: -1 }),
      RangeError,
      "Cannot read a QK circuit as offset must be a whole number from 0 on, the positions from the key to the query: current value is -1",
    ],
    [
      () => ovCircuit(llama, 0, 4),
      RangeError,
      "Cannot read an OV circuit as the head must be from -4 to 3: current value is 4",
    ],
    [
      () => ovCircuit(llama, 2, 0),
      RangeError,
      "Cannot read layer 2 as it must be from -2 to 1",
    ],
  ];
  for (const [make, kind, message] of cases) assertThrows(make, kind as typeof Error, message);
  const qwen3 = await fixtureModel("qwen3");
  assertThrows(
    () => qkCircuit(qwen3, 0, 0, { offset: 0 }),
    TypeError,
    "Cannot read a QK circuit as queries and keys must not be normalised: in qwen3 they are, each by its own length, so no matrix gives their scores",
  );
});

Deno.test("ovCircuits() and qkCircuits() are the circuits of single heads, in the order asked for", async () => {
  for (const family of ["gpt2", "llama", "granite", "gptj"]) {
    const model = await fixtureModel(family), heads = [2, -1, 0];
    const before = heldTensors();
    const ov = ovCircuits(model, 1, { heads }), qk = qkCircuits(model, -1, { heads, offset: 2 });
    for (const [i, head] of heads.entries()) {
      for (
        const [all, one] of [
          [ov, ovCircuit(model, 1, head)],
          [qk, qkCircuit(model, -1, head, { offset: 2 })],
        ] as const
      ) {
        const own = all.at(i), [made, expected] = [own.product(), one.product()];
        near(readNumbers(made), readNumbers(expected), 1e-12, `${family} ${head}`);
        tf.dispose([made, expected]);
        own.dispose();
        one.dispose();
      }
    }
    const whole = ovCircuits(model, 0);
    assertEquals(whole.shape[0], model.architecture.heads);
    whole.dispose();
    ov.dispose();
    qk.dispose();
    assertEquals(heldTensors(), before);
  }
});
