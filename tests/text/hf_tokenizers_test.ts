import { assertEquals } from "../assert.ts";
import * as library from "../../lib/text/hf_tokenizers.ts";

Deno.test("hf_tokenizers gives the searches and patterns that lib/text builds on", () => {
  const { ReplaceDecoder, ReplaceNormalizer, SplitPreTokenizer, Unigram, WordPiece } = library;
  const used = [ReplaceDecoder, ReplaceNormalizer, SplitPreTokenizer, Unigram, WordPiece];
  assertEquals(used.map((value) => typeof value), used.map(() => "function"));
});
