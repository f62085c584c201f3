import { card, folder, HubError, load } from "../../lib/zoo/mod.ts";
import { run } from "../../lib/run/mod.ts";
import { CheckpointError } from "../../lib/model/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { near } from "../near.ts";
import { fixturePath, readTensors, withFolder } from "../model/fixture.ts";

Deno.test("load() gives seedling: tokens, streams, attention and logits are those of transformers", async () => {
  const model = await load("seedling");
  const expected = readTensors(fixturePath("seedling/expected.safetensors"));
  const texts = Deno.readTextFileSync(fixturePath("seedling/expected.txt")).trimEnd().split("\n");
  assertEquals(texts.length, 5);
  let compared = 0;
  for (const [index, text] of texts.entries()) {
    using result = await run(model, text, {
      capture: ["resid_pre", "resid_post", "attn.pattern", "ln_final.normalized"],
    });
    const get = (name: string) => expected.get(`${index}.${name}`)!.values;
    assertEquals(result.tokens[0]!.ids, [...get("input_ids")], text);
    assertEquals(result.tokens[0]!.beginning, true, "a beginning-of-text token is prepended");
    near(result.logits.dataSync(), get("logits"), 1e-4, `logits of ${text}`);
    for (let layer = 0; layer < 4; layer++) {
      const { cache } = result;
      near(cache.get(`blocks.${layer}.resid_pre`).dataSync(), get(`hidden_states.${layer}`), 1e-4);
      // One prompt: [head, 1, query, key] and [1, head, query, key] are the same numbers in a row.
      near(cache.get(`blocks.${layer}.attn.pattern`).dataSync(), get(`attentions.${layer}`), 1e-4);
      compared += 2;
    }
    const { gain, bias } = model.weights.norm("ln_final");
    const last = result.cache.get("ln_final.normalized").mul(gain).add(bias!);
    near(last.dataSync(), get("hidden_states.4"), 1e-4);
    last.dispose();
    compared += 3;
  }
  assertEquals(compared, expected.size);
});

Deno.test("load() takes a path, an address and other resolvers", async () => {
  const path = fixturePath("families/gpt2");
  assertEquals((await load(path)).provenance, { name: "gpt2", source: path });
  const address = new URL("../fixtures/families/gpt2/", import.meta.url);
  assertEquals((await load(address)).provenance.name, "gpt2");
  const asked: string[] = [];
  const own = {
    finds: "anything",
    resolve: (name: string | URL) => {
      asked.push(String(name));
      return Promise.resolve({ folder: path, name: "mine" });
    },
  };
  const model = await load("whatever", { resolvers: [folder, own] });
  assertEquals(model.provenance, { name: "mine", source: path });
  assertEquals(asked, ["whatever"]);
});

Deno.test("load() names what it looked for", async () => {
  const error = await assertRejects(() => load("no such model"), RangeError);
  assertEquals(
    error.message,
    'Cannot load "no such model" as it must be the name of a shipped model (seedling), or ' +
      'the path of a folder with a config.json, such as "./my-model", or ' +
      'the id of a model on a hub, such as "EleutherAI/pythia-70m"',
  );
  await withFolder(async (empty) => {
    const error = await assertRejects(() => load(empty), CheckpointError);
    assertEquals(error.message, `Cannot read ${empty}/config.json as it must exist`);
  });
});

Deno.test("load() refuses a revision of what has none, and a name that may mean a folder or a model", async () => {
  await assertRejects(
    () => load("seedling", { revision: "main" }),
    RangeError,
    'Cannot load "seedling" at a revision as it must be a model that has revisions, and it is ' +
      'the name of a shipped model (seedling): for a model of a hub say "hf://seedling"',
  );
  const path = fixturePath("families/gpt2");
  await assertRejects(
    () => load(path, { revision: "v1" }),
    RangeError,
    `Cannot load ${JSON.stringify(path)} at a revision as`,
  );
});

Deno.test("load() refuses options that it does not know", async () => {
  await assertRejects(
    () => load("seedling", { revison: "main" } as object),
    TypeError,
    'perhaps "revision" is meant',
  );
});

Deno.test("load() stops by its signal", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  const error = await assertRejects(() => load("seedling", { signal }), Error);
  assertEquals(error.message, "enough");
});

Deno.test("load() draws the model where its promise ends a cell", async () => {
  const promise = load("seedling");
  const drawing =
    await (promise as unknown as Record<symbol, () => Promise<Record<string, string>>>)[
      Symbol.for("Jupyter.display")
    ]!();
  assert(drawing["text/html"]!.includes("seedling"));
  assert(drawing["text/plain"]!.includes("blocks.3"));
  assert(card("seedling").facts.name === "seedling");
});

Deno.test("load() says beside a hub's answer that a model of the library is called nearly so", async () => {
  const hub = { finds: "none", resolve: () => Promise.reject(new HubError("Not there")) };
  const message = async (name: string) =>
    (await assertRejects(() => load(name, { resolvers: [hub] }), HubError)).message;
  const near = 'Not there; of the models that ship with the library, "seedling" is near';
  assertEquals(await message("seedlng"), near);
  assertEquals(await message("Seedling"), near);
  assertEquals(await message("gpt2"), "Not there");
  // The usual hub is not asked at all.
  await assertRejects(
    () => load("seedlin"),
    RangeError,
    'Cannot load "seedlin" as it must be the name of a shipped model or of a folder: perhaps "seedling" is meant, which ships with the library; a model of a hub that is called so is "hf://seedlin"',
  );
  // A name with an organisation is a hub's, however it ends.
  await assertRejects(() => load("a/seedling", { offline: true }), HubError);
  await assertRejects(
    () => load(undefined as unknown as string),
    TypeError,
    'Cannot load a model as its name must be text, such as "seedling", or a URL: current value is undefined',
  );
});
