import { toFileUrl } from "../data/files.ts";
import { CheckpointError } from "../../lib/model/mod.ts";
import { loadMeans, meanOver, saveMeans } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, PROMPTS, withFolder } from "../model/fixture.ts";
import { same } from "../near.ts";

Deno.test("means are read back to the last bit, with what they are over", async () => {
  const model = await fixtureModel("llama");
  for (const byPosition of [false, true]) {
    const sites = ["attn.z", "resid_post", ...byPosition ? ["attn.scores"] : []];
    const means = await meanOver(model, PROMPTS, { sites, byPosition });
    await withFolder(async (folder) => {
      await saveMeans(means, `${folder}/a b.json`);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "a b.json",
        "a b.safetensors",
      ]);
      const again = await loadMeans(toFileUrl(`${folder}/a b.json`));
      assertEquals(again.facts, means.facts);
      assertEquals(again.sites, means.sites);
      for (const site of means.sites) {
        const [expected, found] = [means.of(site), again.of(site)];
        same(found.mean, expected.mean, site);
        same(found.variance, expected.variance, site);
        assertEquals([found.axes, found.shape, found.count], [
          expected.axes,
          expected.shape,
          expected.count,
        ]);
      }
    });
  }
});

Deno.test("loadMeans() names the field or the tensor that is wrong", async () => {
  const model = await fixtureModel("gpt2");
  const means = await meanOver(model, PROMPTS, { sites: ["blocks.0.resid_post"] });
  await withFolder(async (folder) => {
    const path = `${folder}/means.json`;
    await saveMeans(means, path);
    const good = JSON.parse(await Deno.readTextFile(path));
    const refused = async (json: unknown, message: string) => {
      await Deno.writeTextFile(path, typeof json === "string" ? json : JSON.stringify(json));
      const error = await assertRejects(() => loadMeans(path), SyntaxError);
      assert(error.message.includes(message), error.message);
    };
    const { sites } = good, site = sites["blocks.0.resid_post"];
    await refused("{", "as it must be JSON");
    await refused([], 'its format must be "innerworks means 1": current value is []');
    await refused({ ...good, format: "x" }, 'current value is "x"');
    await refused(
      { ...good, examples: -1 },
      "examples must be what means are over: current value is -1",
    );
    await refused(
      { ...good, positions: ["a"] },
      'positions must be what means are over: current value is ["a"]',
    );
    await refused({ ...good, sites: [] }, "sites must be an object: current value is []");
    await refused(
      { ...good, sites: { "blocks.0.resid_post": { ...site, axes: [] } } },
      'site "blocks.0.resid_post" must have axes, shape and count',
    );
    await refused(
      { ...good, sites: { "blocks.0.resid_post": { ...site, shape: [7] } } },
      `must hold "blocks.0.resid_post/mean" of shape [7]: its shape is [${site.shape}]`,
    );
    await refused({ ...good, sites: { ...sites, embed: site } }, "it holds no such tensor");
    await Deno.writeTextFile(path, JSON.stringify(good));
    await Deno.truncate(`${folder}/means.safetensors`, 20);
    await assertRejects(() => loadMeans(path), CheckpointError);
    await Deno.remove(`${folder}/means.safetensors`);
    await assertRejects(() => loadMeans(path), CheckpointError);
    await assertRejects(
      () => saveMeans(means, `${folder}/means`),
      RangeError,
      "Cannot save or read means as their path must end in .json: current value is",
    );
  });
});
