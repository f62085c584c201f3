import { derivedModel } from "../../lib/model/derived_model.ts";
import { WeightDraft } from "../../lib/model/weight_draft.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureModel } from "./fixture.ts";

Deno.test("derivedModel() names each kind of change once, lists all of them, and keeps the tokenizer", async () => {
  const model = await fixtureModel("gpt2");
  const next = (of: typeof model, suffix: string, change: string) =>
    derivedModel(of, new WeightDraft(of.weights), { suffix, changes: [change] });
  const one = next(model, "edited", "a"),
    two = next(one, "edited", "b"),
    three = next(two, "processed", "c");
  assertEquals(
    [one, two, three].map(({ provenance }) => provenance.name),
    ["gpt2, edited", "gpt2, edited", "gpt2, edited, processed"],
  );
  assertEquals(three.provenance.changes, ["a", "b", "c"]);
  assertEquals(three.provenance.source, model.provenance.source);
  assertEquals(model.provenance.changes, undefined);
  assert(three.tokenizer === model.tokenizer && three.weights.embed === model.weights.embed);
  [three, two, one].forEach((own) => own.dispose());
  assert(!model.weights.embed.isDisposed);
});
