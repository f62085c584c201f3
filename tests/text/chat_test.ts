import { assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { chatTemplates } from "../../lib/text/chat.ts";
import { type ChatOptions, Tokenizer } from "../../lib/text/mod.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";

const now = new Date("2026-03-07T05:09:02Z");
const { templates, chats, ways, tokens, rows } = JSON.parse(
  Deno.readTextFileSync(new URL("../fixtures/text/chats.json", import.meta.url)),
);
const added = ["?", "<s>", "</s>", "<unk>"].map((content, id) => ({ id, content, special: true }));
const json = {
  added_tokens: added,
  model: { type: "WordLevel", vocab: { "?": 0 }, unk_token: "?" },
};

/** Builds a tokenizer with a chat template. */
function withTemplate(chat_template: unknown, chatTemplate?: string): Tokenizer {
  return Tokenizer.fromJson(
    json,
    { ...tokens, chat_template },
    chatTemplate === undefined ? {} : { chatTemplate },
  );
}

/** Says options as ours are named. */
function named(way: Record<string, unknown>): ChatOptions {
  const { add_generation_prompt, continue_final_message, tools, documents, ...variables } = way;
  const options = {
    addGenerationPrompt: add_generation_prompt,
    continueFinalMessage: continue_final_message,
    tools,
    documents,
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), variables, now };
}

for (const name of Object.keys(templates)) {
  Deno.test(`A-28 Tokenizer.chat() writes what transformers writes, or refuses what it refuses: ${name}`, async () => {
    const read = withTemplate(templates[name]);
    for (const [template, chat, way, written] of rows) {
      if (template !== name) continue;
      const said = `${name}, ${chat}, ${JSON.stringify(ways[way])}`;
      const result = await read.chat(chats[chat], named(ways[way])).then(
        (encoding) => encoding.text,
        (error: Error) => error,
      );
      // There a list is written as Python would show it, and cut in the middle of that.
      const cut = chat === "parts" && ways[way].continue_final_message && result instanceof Error;
      if (typeof written === "string" && !cut) assertEquals(result, written, said);
      else assertEquals(result instanceof Error, true, said);
    }
  });
}

Deno.test("A-28 Tokenizer.chat() gives the tokens of the text, and no second beginning", async () => {
  const read = withTemplate("{{ bos_token }}{{ messages[0].content }}");
  const { ids, text } = await read.chat([{ role: "user", content: "x" }]);
  assertEquals([text, ids], ["<s>x", [1, 0]]);
  const post_processor = {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "<s>" } }, { Sequence: { id: "A" } }],
  };
  const both = Tokenizer.fromJson({ ...json, post_processor }, {
    ...tokens,
    chat_template: "{{ bos_token }}{{ messages[0].content }}",
  });
  assertEquals((await both.chat([{ role: "user", content: "x" }])).ids, [1, 0]);
  assertEquals((await both.chat([{ role: "user", content: "x" }])).beginning, true);
});

Deno.test("Tokenizer.chat() chooses among named templates as transformers does", async () => {
  const read = withTemplate([
    { name: "default", template: "D" },
    { name: "tool_use", template: "T" },
    { name: "rag", template: "R" },
  ]);
  const chat = [{ role: "user", content: "x" }];
  const text = async (options: ChatOptions): Promise<string> =>
    (await read.chat(chat, options)).text;
  assertEquals(await text({}), "D");
  assertEquals(await text({ tools: [] }), "T");
  assertEquals(await text({ tools: [], template: "rag" }), "R");
  await assertRejects(() => text({ template: "x" }), RangeError, "one of default, tool_use, rag");
  assertEquals((await withTemplate("D", "F").chat(chat)).text, "F");
});

Deno.test("Tokenizer.chat() reads no clock: dates are given, or the template's own", async () => {
  const chat = [{ role: "user", content: "x" }];
  const asks = withTemplate(
    "{{ strftime_now('%d %b %Y') if strftime_now is defined else '26 Jul 2024' }}",
  );
  assertEquals((await asks.chat(chat)).text, "26 Jul 2024");
  assertEquals((await asks.chat(chat, { now })).text, "07 Mar 2026");
  const writes = withTemplate("{{ strftime_now('%Y') }}");
  await assertRejects(() => writes.chat(chat), SyntaxError, "give one as { now }");
});

Deno.test("Tokenizer.chat() says what is wrong", async () => {
  const read = withTemplate("{{ raise_exception('Roles must\\nalternate') }}");
  const chat = [{ role: "user", content: "x" }];
  await assertRejects(
    () => read.chat(chat),
    RangeError,
    'Cannot write a chat as its template must take the messages: it says "Roles must\\nalternate"',
  );
  const plain = withTemplate("{{ messages[0].content }}");
  const wrong = (messages: unknown, options: object, says: string): Promise<unknown> =>
    assertRejects(() => plain.chat(messages as [], options), Error, says);
  await wrong([], {}, "there must be a list of messages: there is none");
  await wrong("hi", {}, "there must be a list of messages");
  await wrong([{ content: "x" }], {}, "messages[0] has no role");
  await wrong([{ role: "user", content: () => 1 }], {}, "messages[0].content is a function");
  await wrong([{ role: "user", content: new Date() }], {}, "messages[0].content is a object");
  const endless: Record<string, unknown> = { role: "user" };
  endless["content"] = [endless];
  await wrong([endless], {}, "nested without end");
  await wrong(chat, { addGenerationPromt: true }, "current name is addGenerationPromt");
  await wrong(chat, { addGenerationPrompt: true, continueFinalMessage: true }, "both are true");
  await wrong([{ role: "user", content: [] }], { continueFinalMessage: true }, "must hold text");
  await assertRejects(
    () => withTemplate("fixed").chat(chat, { continueFinalMessage: true }),
    RangeError,
    "the template must write it whole",
  );
  await assertRejects(
    () => Tokenizer.fromJson(json).chat(chat),
    RangeError,
    "the tokenizer must have a chat template: neither tokenizer_config.json nor chat_template.jinja",
  );
});

Deno.test("chatTemplates() reads special tokens by name, as text or as object", () => {
  const config = Part.whole("c.json", {
    bos_token: "<s>",
    eos_token: { content: "</s>" },
    pad_token: null,
    add_bos_token: true,
    chat_template: "x",
  });
  const { byName, tokens } = chatTemplates(config, { rag: "r" });
  assertEquals([...byName], [["default", "x"], ["rag", "r"]]);
  assertEquals(tokens, { bos_token: "<s>", eos_token: "</s>" });
  const wrong = Part.whole("c.json", { chat_template: 3 });
  assertThrows(() => chatTemplates(wrong, undefined), SyntaxError, "chat_template must be a list");
});
