import { attentionPatterns, load, nextTokens, run, testPrompt } from "../../mod.ts";
import { seedling } from "../model/fixture.ts";
import { assertEquals, assertRejects } from "../assert.ts";

Deno.test("a misspelt option is refused wherever an edit could be lost by it", async () => {
  const model = await seedling();
  const options = { edit: [] } as object;
  const message = async (body: () => PromiseLike<unknown>) =>
    (await assertRejects(body, TypeError)).message;
  const end = (name: string) => `"edit" is not, perhaps "${name}" is meant`;
  assertEquals(
    await message(() => nextTokens(model, "When", options)),
    `Cannot list next tokens as its options must be among count, position, edits, signal: ${
      end("edits")
    }`,
  );
  assertEquals(
    await message(() => testPrompt(model, "When", " Mary", options)),
    `Cannot test a prompt as its options must be among count, edits, signal: ${end("edits")}`,
  );
  assertEquals(
    await message(() => attentionPatterns(model, "When", options)),
    `Cannot read attention as its options must be among layers, edits, signal: ${end("edits")}`,
  );
  assertEquals(
    await message(() => run(model, "When", options)),
    `Cannot run a model as its options must be among capture, edits, captureLimit, padding, signal, spans, start, stop: ${
      end("edits")
    }`,
  );
  assertEquals(
    await message(() => load("seedling", { ingore: [] } as object)),
    'Cannot load a model as its options must be among resolvers, revision, token, offline, ignore, first, contextLength, dtype, signal: "ingore" is not, perhaps "ignore" is meant',
  );
});
