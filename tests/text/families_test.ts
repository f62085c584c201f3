import { assert, assertEquals } from "../assert.ts";
import { Tokenizer } from "../../lib/text/mod.ts";
import { explained } from "./explain_offsets.ts";
import { type ReferenceRow, unpack } from "./read_fixture.ts";
import { processorTime } from "../processor_time.ts";

const { texts, families } = await unpack<{
  texts: string[];
  families: Record<string, { tokenizer: Record<string, unknown>; rows: ReferenceRow[] }>;
}>("families.json.gz");

/** Families whose offsets are the reference's for every token of every text. */
const exact =
  "gpt2 opt codegen falcon gpt_bigcode llama3 mistral_tekken gpt_oss gemma helium subwords fixed"
    .split(" ");

for (const [name, { tokenizer, rows }] of Object.entries(families)) {
  Deno.test(`A-28 Tokenizer.encode() gives ids, offsets and text of Python's tokenizers: ${name}`, () => {
    const read = Tokenizer.fromJson(tokenizer);
    const trims = JSON.stringify(tokenizer["post_processor"]).includes('"trim_offsets":true');
    let other = 0;
    texts.forEach((text, index) => {
      const said = `${name} ${index}: ${JSON.stringify(text)}`;
      const encoding = read.encode(text);
      let { ids, offsets } = rows[index]!;
      // Python doubles a beginning-of-text token that the text has already.
      if (ids[0] === read.beginningToken?.id && ids[0] === ids[1]) {
        [ids, offsets] = [ids.slice(1), offsets.slice(2)];
      }
      assertEquals(encoding.ids, ids, said);
      assertEquals(read.decode(rows[index]!.ids), rows[index]!.decoded, said);
      encoding.tokens.forEach((token, at) => {
        const [start, end] = [offsets[2 * at]!, offsets[2 * at + 1]!];
        if (token.start === start && token.end === end) return;
        other++;
        assert(
          explained(encoding, at, start, end, trims),
          `${said}: ${JSON.stringify(token)}, not ${start} to ${end}`,
        );
      });
    });
    assertEquals(other === 0, exact.includes(name), `${other} offsets differ`);
  });
}

Deno.test("Tokenizer.encode() takes time in proportion to the text in every family, however odd", () => {
  const texts = ["a", " ", "\n", "</s>", "e\u0301", "字"].map((text) =>
    text.repeat(1e5 / text.length)
  );
  for (const name of ["llama2", "mistral", "gemma", "qwen2", "bloom", "gpt_neox", "t5"]) {
    const read = Tokenizer.fromJson(families[name]!.tokenizer);
    for (const text of texts) {
      const start = processorTime();
      assertEquals(read.encode(text).text.length, 1e5);
      assert(processorTime() - start < 10_000, `${name}: quadratic would be minutes`);
    }
  }
});
