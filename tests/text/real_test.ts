import { assert, assertEquals } from "../assert.ts";
import { Tokenizer } from "../../lib/text/mod.ts";
import { explained } from "./explain_offsets.ts";
import { realNames, realReference, realSettings } from "./read_real.ts";

const { texts, vocabularies } = await realReference();
const conversations = JSON.parse(
  Deno.readTextFileSync(new URL("../fixtures/text/chats.json", import.meta.url)),
);

/** What stands before a text, and what ends one: by the post-processor, `add_bos_token` and `eos_token`. */
const borders: Record<string, [first: string | null, end: string]> = {
  llama2: ["<s>", "</s>"],
  qwen3: [null, "<|im_end|>"],
  llama3_1: ["<|begin_of_text|>", "<|eot_id|>"],
  deepseek_v3: ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"],
  gemma3: ["<bos>", "<end_of_turn>"],
  gptoss: [null, "<|return|>"],
};

/** The beginning of the SHA-256 of a text, in hexadecimal digits. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).toHex().slice(0, 16);
}

for (const name of realNames(Object.keys(vocabularies))) {
  const settings = await realSettings(name);
  const said = settings === null ? " (needs the npm registry)" : "";
  const title =
    `A-28 Tokenizer gives ids, offsets and chats of Python with the vocabulary of ${name}`;
  Deno.test({ name: title + said, ignore: settings === null }, async () => {
    const { json, config } = settings!;
    const plain = Tokenizer.fromJson(json);
    const whole = Tokenizer.fromJson(json, config);
    const { rows, chats } = vocabularies[name]!;
    let other = 0;
    texts.forEach((text, index) => {
      const said = `${name} ${index}: ${JSON.stringify(text)}`;
      const encoding = plain.encode(text);
      let { ids, offsets } = rows[index]!;
      // Python doubles a beginning-of-text token that the text has already.
      if (ids[0] === plain.beginningToken?.id && ids[0] === ids[1]) {
        [ids, offsets] = [ids.slice(1), offsets.slice(2)];
      }
      assertEquals(encoding.ids, ids, said);
      assertEquals(plain.decode(rows[index]!.ids), rows[index]!.decoded, said);
      encoding.tokens.forEach((token, at) => {
        const [start, end] = [offsets[2 * at]!, offsets[2 * at + 1]!];
        if (token.start === start && token.end === end) return;
        other++;
        assert(explained(encoding, at, start, end, false), `${said}: ${JSON.stringify(token)}`);
      });
    });
    // Llama 2 puts a space first, Qwen composes texts; the others' offsets are the reference's, every one.
    assertEquals(other > 0, ["llama2", "qwen3"].includes(name), `${other} offsets differ`);

    const first = whole.encode("a").tokens[0]!;
    assertEquals([first.special ? first.text : null, whole.endTokens[0]!.text], borders[name]!);

    for (const [chat, way, expected] of chats) {
      const { add_generation_prompt, continue_final_message, tools, documents, ...variables } =
        conversations.ways[way];
      const result = await whole.chat(conversations.chats[chat], {
        addGenerationPrompt: add_generation_prompt ?? false,
        continueFinalMessage: continue_final_message ?? false,
        ...(tools && { tools }),
        ...(documents && { documents }),
        variables,
        now: new Date("2026-03-07T05:09:02Z"),
      }).catch(() => null);
      const written = result === null ? null : await digest(result.text);
      // There a list is written as Python would show it, and cut in the middle of that.
      if (chat === "parts" && continue_final_message && written === null) continue;
      assertEquals(written, expected, `${name}, ${chat}, ${way}: ${result?.text}`);
    }
  });
}
