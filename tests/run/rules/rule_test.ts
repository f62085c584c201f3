import { crossEntropy, gradients, logit, type Rule, type Rules } from "../../../lib/run/mod.ts";
import { ruled, rulesText } from "../../../lib/run/rules/rule.ts";
import { exactMechanisms, type Mechanisms } from "../../../lib/model/mod.ts";
import { detach, readNumbers } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../../model/fixture.ts";
import { largestGap, same } from "../../near.ts";

/** A rule of a caller's own: what neurons write is a constant. */
const frozenNeurons: Rule = (mechanisms) => ({
  ...mechanisms,
  activate: (x, kind) => detach(mechanisms.activate(x, kind)),
});

const RULES: Readonly<Record<string, Rules>> = {
  frozenNorm: "frozenNorm",
  frozenPattern: ["frozenPattern"],
  both: ["frozenNorm", "frozenPattern"],
  "the other way round": ["frozenPattern", "frozenNorm", "exact"],
  "one's own": frozenNeurons,
  "one's own and another": [frozenNeurons, "frozenNorm"],
};

for (const family of FAMILIES) {
  Deno.test(`A-27 ${family}: a rule leaves every value as it is, to the bit, and changes gradients`, async () => {
    const model = await fixtureModel(family), prompts = [PROMPTS[0]!, PROMPTS[1]!.slice(0, 4)];
    using exact = await gradients(model, prompts, crossEntropy(), { at: ["*"] });
    using fused = await gradients(model, prompts, crossEntropy());
    for (const [name, rules] of Object.entries(RULES)) {
      using found = await gradients(model, prompts, crossEntropy(), { at: ["*"], rules });
      same(found.values, exact.values, name);
      for (const site of exact.activations.sites) {
        const [own, expected] = [found, exact].map(({ activations }) => activations.get(site));
        same(own!.dataSync(), expected!.dataSync(), `${site}, ${name}`);
      }
      // Norms in one step, as they are where nobody looks at their parts.
      using plain = await gradients(model, prompts, crossEntropy(), { rules });
      same(plain.values, fused.values, name);
      const [own, expected] = [found, exact].map((one) => readNumbers(one.get("embed")));
      assert(
        largestGap(own!.filter((x) => x === x), expected!.filter((x) => x === x)) > 1e-4,
        name,
      );
    }
  });
}

Deno.test("rules are applied one after the other, each to what the one before it made", () => {
  const seen: Mechanisms[] = [];
  const note: Rule = (mechanisms) => {
    seen.push(mechanisms);
    return { ...mechanisms };
  };
  const made = ruled([note, "frozenNorm", note, "frozenPattern", note, "exact"]);
  assertEquals(seen.length, 3);
  assert(seen[0] === exactMechanisms);
  const changed = (one: Mechanisms) =>
    Object.keys(exactMechanisms).filter((name) =>
      one[name as keyof Mechanisms] !== exactMechanisms[name as keyof Mechanisms]
    ).sort();
  assertEquals(seen.map(changed), [[], ["norm", "normScale"], ["norm", "normScale", "softmax"]]);
  assertEquals(changed(made), ["norm", "normScale", "softmax"]);
  assert(ruled("exact") === exactMechanisms && ruled([]) === exactMechanisms);
});

Deno.test("a rule of one's own stops the gradients that it means to, and others run on", async () => {
  const model = await fixtureModel("gpt2");
  using found = await gradients(model, PROMPTS, logit(3), {
    at: ["mlp.pre", "mlp.post", "attn.q"],
    rules: frozenNeurons,
  });
  assertEquals(found.rules, "frozenNeurons");
  const most = (site: string) => Math.max(...readNumbers(found.get(site)).map(Math.abs));
  for (const layer of [0, 1]) {
    assertEquals(most(`blocks.${layer}.mlp.pre`), 0);
    assert(most(`blocks.${layer}.mlp.post`) > 1e-4);
  }
  assert(most("blocks.0.attn.q") > 1e-6);
});

Deno.test("rules in words, and rules that are none", async () => {
  assertEquals(
    ["exact", ["frozenNorm", frozenNeurons], [], (one: Mechanisms) => one]
      .map((rules) => rulesText(rules as Rules)),
    ["exact", "frozenNorm, frozenNeurons", "exact", "a rule of one's own"],
  );
  for (const wrong of ["frozen", "toString", 3, null]) {
    assertEquals(
      assertThrows(() => ruled(["exact", wrong] as Rules), RangeError).message,
      "Cannot take gradients as a rule must be one of exact, frozenNorm, frozenPattern or a function: " +
        `current value is ${JSON.stringify(wrong)}`,
    );
  }
  const model = await fixtureModel("gpt2");
  const cases: [unknown, string][] = [
    [undefined, "it made undefined"],
    [{ ...exactMechanisms, softmax: 3 }, "it lacks softmax"],
    [{}, "it lacks linear"],
  ];
  for (const [made, message] of cases) {
    const rules = (() => made) as unknown as Rule;
    const error = await assertRejects(
      () => gradients(model, PROMPTS, logit(3), { rules }),
      TypeError,
    );
    assertEquals(
      error.message,
      `Cannot take gradients as a rule must return all building blocks of a pass: ${message}`,
    );
  }
});
