import { assertEquals, assertRejects } from "../assert.ts";
import { readTokenizer, tokenizerFiles } from "../../lib/text/mod.ts";
import { unpack } from "./read_fixture.ts";

const json = {
  added_tokens: [{ id: 1, content: "<s>", special: true }, { id: 2, content: "</s>" }],
  decoder: { type: "Fuse" },
  model: { type: "WordLevel", vocab: { "?": 0, a: 3 }, unk_token: "?" },
};

/** Writes files into a folder of its own, and removes it afterwards. */
async function inFolder(
  files: Record<string, string | Uint8Array | object>,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      if (content instanceof Uint8Array) await Deno.writeFile(`${folder}/${name}`, content);
      else await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("A-28 readTokenizer() reads all that a folder says: ends, chats, special tokens", async () => {
  const files = {
    "tokenizer.json": json,
    "tokenizer_config.json": { add_bos_token: true, chat_template: "old" },
    "special_tokens_map.json": { bos_token: "<s>", eos_token: { content: "</s>" } },
    "generation_config.json": { eos_token_id: [2, 1] },
    "chat_template.jinja": "{{ bos_token }}{{ messages[0].content }}",
  };
  await inFolder(files, async (folder) => {
    const read = (await readTokenizer(folder))!;
    assertEquals(read.encode("a").ids, [1, 3]);
    assertEquals(read.endTokens.map(({ id }) => id), [2, 1]);
    assertEquals((await read.chat([{ role: "user", content: "a" }])).ids, [1, 3]);
  });
  const { "generation_config.json": _, ...fewer } = files;
  await inFolder({ ...fewer, "config.json": { eos_token_id: 1 } }, async (folder) => {
    assertEquals((await readTokenizer(folder))!.endTokens.map(({ id }) => id), [1]);
  });
  assertEquals(Object.keys(files).every((name) => tokenizerFiles.includes(name)), true);
});

Deno.test("readTokenizer() reads the older files where there is no tokenizer.json", async () => {
  const halves = { "vocab.json": { "<|endoftext|>": 0, a: 1, b: 2, ab: 3 }, "merges.txt": "a b\n" };
  await inFolder(halves, async (folder) => {
    const read = (await readTokenizer(folder))!;
    assertEquals([read.encode("ab").ids, read.endToken?.id], [[3], 0]);
  });
  const { pieces } = await unpack<{ pieces: Record<string, { model: string }> }>("older.json.gz");
  const model = {
    "spiece.model": Uint8Array.fromBase64(pieces["llama"]!.model),
    "tokenizer_config.json": { tokenizer_class: "LlamaTokenizer", eos_token: "</s>" },
  };
  await inFolder(model, async (folder) => {
    const read = (await readTokenizer(folder))!;
    assertEquals([read.encode("").ids, read.endToken?.text], [[1], "</s>"]);
  });
});

Deno.test("readTokenizer() reads further chat templates by the names of their files", async () => {
  await inFolder({ "tokenizer.json": json, "chat_template.jinja": "D" }, async (folder) => {
    await Deno.mkdir(`${folder}/additional_chat_templates`);
    await Deno.writeTextFile(`${folder}/additional_chat_templates/tool_use.jinja`, "T");
    const read = (await readTokenizer(folder))!;
    const chat = [{ role: "user", content: "a" }];
    assertEquals((await read.chat(chat)).text, "D");
    assertEquals((await read.chat(chat, { tools: [] })).text, "T");
  });
});

Deno.test("readTokenizer() gives null where a folder has no tokenizer", async () => {
  await inFolder({ "config.json": {} }, async (folder) => {
    assertEquals(await readTokenizer(folder), null);
  });
});

Deno.test("readTokenizer() names the file that it cannot read", async () => {
  const refused = (files: Record<string, string | object>, says: string): Promise<void> =>
    inFolder(files, async (folder) => {
      await assertRejects(() => readTokenizer(folder), SyntaxError, says);
    });
  await refused({ "tokenizer.json": "{" }, "/tokenizer.json as it must be JSON: ");
  await refused({ "tokenizer.json": [] }, "/tokenizer.json as it must be an object");
  await refused({ "tokenizer.json": { model: 1 } }, "/tokenizer.json as model must be an object");
  await refused(
    { "tokenizer.json": json, "tokenizer_config.json": "x" },
    "tokenizer_config.json as",
  );
  await refused({ "tekken.json": "" }, "/tekken.json as a tokenizer must be in tokenizer.json, ");
  await refused({ "vocab.json": {} }, "/merges.txt as it must stand beside the other half");
  await inFolder({}, async (folder) => {
    await Deno.mkdir(`${folder}/tokenizer.json`);
    await assertRejects(() => readTokenizer(folder), SyntaxError, "must be a readable text file");
  });
  await refused({ "merges.txt": "" }, "/vocab.json as it must stand beside");
});
