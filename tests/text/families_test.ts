import { assert, assertEquals } from "../assert.ts";
import { type Encoding, Tokenizer } from "../../lib/text/mod.ts";
import { type ReferenceRow, unpack } from "./read_fixture.ts";

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

/** Whether offsets differ from the reference's in one of the ways in which ours are meant to. */
function explained(
  { text, tokens }: Encoding,
  at: number,
  start: number,
  end: number,
  trims: boolean,
): boolean {
  const token = tokens[at]!;
  const own = text.slice(token.start, token.end);
  // What stands for nothing has no range; there it has 0 to 0, or that of the character beside it.
  if (own === "") return end - start <= 2 && (at === tokens.length - 1 || start <= token.start);
  // Some files leave spaces out of the ranges of the tokens that they belong to; here they are the token's.
  const left = token.start + /^ */.exec(own)![0].length;
  const right = Math.max(left, token.end - / *$/.exec(own)![0].length);
  if (trims && start === left && end === right) return true;
  // A byte of a run of unknown characters has the range of the run there, of its character here.
  if (token.bytes.length === 1 && start <= token.start && token.end <= end) return true;
  // What is composed, or one space of many, has the range of a part there, of all here.
  const changes = own !== own.normalize("NFC") || own !== own.normalize("NFKD") || / {2}/.test(own);
  return changes && token.start <= start && end <= token.end;
}
