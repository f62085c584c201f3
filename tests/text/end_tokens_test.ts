import { assertEquals, assertThrows } from "../assert.ts";
import { endTokenIds } from "../../lib/text/end_tokens.ts";
import { Tokenizer, type TokenizerOptions } from "../../lib/text/mod.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";

const whole = (config: unknown): Part => Part.whole("generation_config.json", config);
const has = (id: number): boolean => id < 10;

Deno.test("A-28 endTokenIds() gives the checkpoint's list, else the tokenizer's own token", () => {
  assertEquals(endTokenIds(whole({ eos_token_id: [3, 5, 3] }), 7, has), [3, 5]);
  assertEquals(endTokenIds(whole({ eos_token_id: 4 }), 7, has), [4]);
  for (const config of [null, whole({}), whole({ eos_token_id: null })]) {
    assertEquals(endTokenIds(config, 7, has), [7]);
    assertEquals(endTokenIds(config, null, has), []);
  }
});

Deno.test("endTokenIds() leaves out ids that no token has", () => {
  assertEquals(endTokenIds(whole({ eos_token_id: [3, 50_256] }), 7, has), [3]);
});

Deno.test("endTokenIds() refuses what is no id", () => {
  for (const eos_token_id of ["</s>", [1, "2"], 1.5, {}]) {
    assertThrows(
      () => endTokenIds(whole({ eos_token_id }), 7, has),
      SyntaxError,
      "Cannot read generation_config.json as eos_token_id must be an id or a list of ids",
    );
  }
});

Deno.test("A-28 Tokenizer.endTokens holds the end of a turn and the end of a text", () => {
  const json = {
    added_tokens: [{ id: 1, content: "<eos>", special: true }, { id: 2, content: "<eot>" }],
    decoder: { type: "Fuse" },
    model: { type: "WordLevel", vocab: { "?": 0 }, unk_token: "?" },
  };
  const texts = (options: TokenizerOptions): string[] =>
    Tokenizer.fromJson(json, { eos_token: "<eos>" }, options).endTokens.map(({ text }) => text);
  assertEquals(texts({ generationConfig: { eos_token_id: [1, 2] } }), ["<eos>", "<eot>"]);
  assertEquals(texts({}), ["<eos>"]);
  assertThrows(
    () =>
      texts({ file: "a/tokenizer.json", generationConfig: { model_type: "x", eos_token_id: "" } }),
    SyntaxError,
    "Cannot read a/config.json as eos_token_id must be an id or a list of ids",
  );
  assertEquals(Tokenizer.fromJson(json).endTokens, []);
});
