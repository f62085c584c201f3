import { assertEquals, assertThrows } from "../assert.ts";
import { Tokenizer } from "../../lib/text/mod.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";
import { joinVocabulary } from "../../lib/text/vocabulary_files.ts";
import { type ReferenceRow, unpack } from "./read_fixture.ts";

interface Family {
  readonly tokenizer: {
    readonly model: { readonly vocab: object; readonly merges: (string | string[])[] };
    readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  };
  readonly rows: ReferenceRow[];
}
const { texts, families } = await unpack<{ texts: string[]; families: Record<string, Family> }>(
  "families.json.gz",
);

/** Takes the tokenizer of a family apart into the older files, and joins them. */
function joined(name: string, config: Record<string, unknown> | null): Tokenizer {
  const { vocab, merges } = families[name]!.tokenizer.model;
  const lines = merges.map((merge) => typeof merge === "string" ? merge : merge.join(" "));
  const added = families[name]!.tokenizer.added_tokens.map(({ id, content }) => [content, id]);
  const { json, tokens } = joinVocabulary(
    Part.whole("vocab.json", vocab),
    ["#version: 0.2", ...lines, ""].join("\n"),
    config === null ? null : Part.whole("tokenizer_config.json", config),
    Part.whole("added_tokens.json", Object.fromEntries(added)),
  );
  return Tokenizer.fromJson(json, { ...tokens, ...config });
}

const end = { bos_token: "<|endoftext|>", eos_token: "<|endoftext|>" };
const cases: Record<string, Record<string, unknown> | null> = {
  gpt2: null,
  opt: { add_bos_token: true, bos_token: "</s>", eos_token: "</s>" },
  gpt_neox: { tokenizer_class: "GPTNeoXTokenizerFast", ...end },
  codegen: { tokenizer_class: "CodeGenTokenizer", ...end },
  qwen2: { tokenizer_class: "Qwen2Tokenizer", eos_token: { content: "<|endoftext|>" } },
};

for (const [name, config] of Object.entries(cases)) {
  Deno.test(`A-28 joinVocabulary() gives the ids of the family's tokenizer.json: ${name}`, () => {
    const read = joined(name, config);
    texts.forEach((text, index) => {
      assertEquals(read.encode(text).ids, families[name]!.rows[index]!.ids, JSON.stringify(text));
    });
    assertEquals(read.endToken?.special, true);
  });
}

Deno.test("joinVocabulary() puts round a text what RoBERTa's class does", () => {
  const vocabulary = Part.whole("vocab.json", { "<s>": 0, "</s>": 1, a: 2, b: 3, ab: 4 });
  const config = Part.whole("c.json", { tokenizer_class: "RobertaTokenizer" });
  const { json, tokens } = joinVocabulary(vocabulary, "a b", config, null);
  assertEquals(Tokenizer.fromJson(json, tokens).encode("ab").ids, [0, 4, 1]);
});

Deno.test("joinVocabulary() refuses classes and lines that it does not know", () => {
  const vocabulary = Part.whole("vocab.json", { a: 0 });
  const config = Part.whole("tokenizer_config.json", { tokenizer_class: "XLMTokenizer" });
  assertThrows(
    () => joinVocabulary(vocabulary, "", config, null),
    SyntaxError,
    "Cannot read tokenizer_config.json as tokenizer_class must be one of GPT2Tokenizer, ",
  );
  assertThrows(
    () => joinVocabulary(vocabulary, "#version: 0.2\na\n", null, null),
    SyntaxError,
    'Cannot read merges.txt as each line must be a pair: current value of line 2 is "a"',
  );
});
