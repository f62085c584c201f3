import { previewCapture, run } from "../../lib/run/mod.ts";
import { capturedSites } from "../../lib/run/capture.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "../model/fixture.ts";
import { drawings } from "./drawings.ts";

Deno.test("previewCapture() says the sites, shapes and bytes that a run then holds", async () => {
  for (const family of FAMILIES) {
    const model = await fixtureModel(family);
    for (const prompts of [PROMPTS, [[5]], [1, 2, 3]]) {
      for (const capture of [["*"], ["resid_post", "blocks.0.*"], ["hook_embed"]]) {
        const preview = previewCapture(model, prompts, capture);
        using result = await run(model, prompts, { capture });
        assertEquals(preview.bytes, result.cache.bytes);
        assertEquals(preview.sites.map(({ site }) => site), result.cache.sites);
        for (const { site, shape, bytes } of preview.sites) {
          assertEquals([...shape], result.cache.get(site).shape, site);
          assertEquals(bytes, result.cache.get(site).dataSync().byteLength, site);
        }
      }
    }
  }
});

Deno.test("capturedSites() gives each site once, in the order of the forward pass", async () => {
  const model = await fixtureModel("gpt2");
  assertEquals(
    capturedSites(model, ["logits", "blocks.*.attn.z", "attn.z", "blocks.1.attn.hook_z", "embed"]),
    ["embed", "blocks.0.attn.z", "blocks.1.attn.z", "logits"],
  );
  assertEquals(capturedSites(model, []), []);
  assertEquals(capturedSites(model, ["*"]).length, 49);
  assertThrows(() => capturedSites(model, ["embed", "nothing"]), RangeError, '"nothing"');
});

Deno.test("previewCapture() draws its sites with their sizes", async () => {
  const model = await fixtureModel("llama");
  const preview = previewCapture(model, [1, 2, 3], ["attn.k"]);
  const { html, plain } = await drawings(preview);
  assert(html.includes("blocks.1.attn.k") && plain.includes("2 × 1 × 3 × 8"));
  assert(plain.includes("2 sites would take 0.000384 MB"), plain);
  assertEquals(Deno.inspect(preview), plain);
});

Deno.test("previewCapture() says what a capture is, where it is none", async () => {
  const model = await fixtureModel("gpt2");
  const message = (capture: unknown) =>
    assertThrows(() => previewCapture(model, [1, 2], capture as string[]), TypeError).message;
  assertEquals(
    message({}),
    "Cannot preview a capture as it must be a list of sites or patterns: current value is an object",
  );
  assertEquals(message("attn.k").endsWith('current value is "attn.k"'), true);
});
