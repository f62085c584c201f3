import { checkLaws } from "../../lib/run/mod.ts";
import { exactMechanisms, loadFolder, type Mechanisms } from "../../lib/model/mod.ts";
import { display } from "../../lib/show/mod.ts";
import { startBackend, type tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { heldTensors } from "../held_tensors.ts";
import { DECODERS, fixtureModel, fixturePath } from "../model/fixture.ts";

const { name: backend } = await startBackend();

/** The design's figures: 1e-4 in single precision, 1e-9 in double. */
const TOLERANCE = backend === "float64" ? 1e-9 : 1e-4;

const PROMPTS = [[3, 30, 17, 8, 9, 22, 30, 1, 2], [5, 5, 5, 2, 39, 38, 1, 0, 11]];
const VARIANTS = fixturePath("transformers/variants");
const PATHS = [
  ...DECODERS.map((name) => fixturePath(`families/${name}`)),
  // Variants put the same operations together in other ways: on the usual backend, and where the laws are sharpest.
  ...[...Deno.readDirSync(VARIANTS)]
    .filter(({ isDirectory }) =>
      isDirectory && [undefined, "float64"].includes(Deno.env.get("INNERWORKS_BACKEND"))
    )
    .map(({ name }) => `${VARIANTS}/${name}`).sort(),
];

Deno.test("A-07 A-09 A-11 A-13 A-25 every law of every decoder and of every variant holds", async () => {
  for (const path of PATHS) {
    using model = await loadFolder(path);
    const report = await checkLaws(model, PROMPTS, { tolerance: TOLERANCE });
    const broken = report.laws.filter(({ holds }) => !holds);
    assertEquals(broken, [], path);
    assert(report.laws.length >= 20, `${path}: ${report.laws.length} laws`);
  }
});

const { linear, norm, attentionScores, softmax, attentionMix, activate, multiply, clip, softCap } =
  exactMechanisms;
const off = (x: tf.Tensor) => x.mul(1.01);

/** Mechanisms with a fault, the family that shows it, and a law that must be broken. */
const FAULTS: readonly [broken: Partial<Mechanisms>, path: string, law: string][] = [
  [{ linear: (...given) => off(linear(...given)) }, "families/gpt2", "q = what attention reads"],
  [
    { normScale: (x, kind) => off(exactMechanisms.normScale(x, kind)) },
    "families/llama",
    "ln1: scale",
  ],
  [
    { normScale: (x, kind) => off(exactMechanisms.normScale(x, kind)) },
    "families/gemma2",
    "ln2_post: scale",
  ],
  [{ norm: (...given) => off(norm(...given)) }, "families/qwen3", "q_normed = norm of q"],
  [{ norm: (...given) => off(norm(...given)) }, "families/olmo2", "k_normed = norm of k"],
  [{ affine: (x) => x }, "families/bloom", "embed = norm of W_E"],
  [
    { attentionScores: (q, k, { scale }) => attentionScores(q, k, { scale: 1.1 * scale }) },
    "families/falcon",
    "scores = products",
  ],
  [
    { softCap: (x, cap) => softCap(x, 0.9 * cap) },
    "transformers/variants/gemma2-low-caps",
    "logits are read off",
  ],
  [
    { softCap: (x, cap) => softCap(x, 0.9 * cap) },
    "transformers/variants/gemma2-low-caps",
    "scores = products",
  ],
  [{ softmax: (x) => off(softmax(x)) }, "families/gptj", "rows of the pattern sum to 1"],
  [
    { softmax: (x) => off(softmax(x)) },
    "families/gpt_oss",
    "rows of the pattern and what goes to the sink",
  ],
  [{ softmax: (x) => off(softmax(x)) }, "families/mixtral", "moe.weights = softmax"],
  [{ attentionMix: (...given) => off(attentionMix(...given)) }, "families/mpt", "z = pattern · v"],
  [
    { activate: (...given) => off(activate(...given)) },
    "families/phi",
    "mlp.post = the non-linearity",
  ],
  [{ multiply: (a, b) => off(multiply(a, b)) }, "families/granite", "mlp.post = mlp.gate"],
  [
    { clip: (x, least, greatest) => clip(x, least, 1.1 * greatest) },
    "transformers/variants/olmo-clipped-biases",
    "v_clipped = v",
  ],
];

for (const [broken, path, law] of FAULTS) {
  const fault = Object.keys(broken)[0]!;
  Deno.test(`a fault in ${fault} breaks the law "${law} …" of ${path}`, async () => {
    using model = await loadFolder(fixturePath(path));
    const report = await checkLaws(model, PROMPTS, {
      tolerance: TOLERANCE,
      mechanisms: { ...exactMechanisms, ...broken },
    });
    const names = report.laws.filter(({ holds }) => !holds).map(({ name }) => name);
    assert(names.some((name) => name.startsWith(law)), names.join("; ") || "nothing is broken");
    assert(!report.holds && report.residual > TOLERANCE);
  });
}

Deno.test("a report draws its laws with their residuals, the broken ones first", async () => {
  const model = await fixtureModel("gpt2");
  const report = await checkLaws(model, PROMPTS[0]!);
  const text = report[display]()["text/plain"];
  assert(text.startsWith(`${report.laws.length} laws hold for gpt2`), text);
  assert(text.includes("resid_mid = resid_pre + attn_out"), text);
  const broken = await checkLaws(model, PROMPTS[0]!, {
    mechanisms: { ...exactMechanisms, attentionMix: (...given) => off(attentionMix(...given)) },
  });
  const lines = broken[display]()["text/plain"].split("\n");
  assertEquals(lines[0], `1 of ${broken.laws.length} laws are broken for gpt2`);
  assert(
    lines.findIndex((line) => line.includes("NO")) <
      lines.findIndex((line) => line.includes("yes")),
  );
  const json = JSON.parse(JSON.stringify(broken));
  assertEquals([json.model, json.holds, json.laws.length], ["gpt2", false, broken.laws.length]);
});

Deno.test("checkLaws() frees what it made, hears a signal, and says what it cannot take", async () => {
  const model = await fixtureModel("llama");
  await checkLaws(model, PROMPTS);
  const before = heldTensors();
  await checkLaws(model, PROMPTS);
  assertEquals(heldTensors(), before);
  await assertRejects(
    () => checkLaws(model, PROMPTS, { signal: AbortSignal.abort(new Error("no")) }),
    Error,
    "no",
  );
  await assertRejects(
    () => checkLaws(model, [[1, 2], [3]]),
    RangeError,
    "Cannot check laws as prompts must be of one length: current value is 2, 1",
  );
  await assertRejects(
    () => checkLaws(model, PROMPTS, { tolerance: 0 }),
    RangeError,
    "Cannot check laws as the tolerance must be a positive number: current value is 0",
  );
  await assertRejects(() => checkLaws(model, PROMPTS, { tolerence: 1 } as never), TypeError);
});
