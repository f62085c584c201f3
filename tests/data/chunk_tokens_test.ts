import { type ChunkOptions, chunkTokens } from "../../lib/data/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { Tokenizer } from "../../lib/text/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";

const words = Object.fromEntries("abcdefghij".split("").map((word, i) => [word, i]));

/** A tokenizer of one token a letter, with a beginning and an end if they are asked for. */
function letters(options: { begins?: boolean; marks?: boolean } = {}): Tokenizer {
  const { begins = true, marks = true } = options;
  return Tokenizer.fromJson({
    model: { type: "WordLevel", vocab: { ...words, "<s>": 10, "</s>": 11 }, unk_token: "a" },
    pre_tokenizer: { type: "WhitespaceSplit" },
    added_tokens: marks
      ? ["<s>", "</s>"].map((content, i) => ({
        id: 10 + i,
        content,
        special: true,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
      }))
      : [],
  }, marks ? { bos_token: "<s>", eos_token: "</s>", add_bos_token: begins } : {});
}

/** The rows of some texts and the counts after the last. */
async function cut(texts: readonly string[], options: ChunkOptions, tokenizer = letters()) {
  const { rows, counts } = chunkTokens(tokenizer, texts, options);
  return { rows: await Array.fromAsync(rows), counts };
}

const [S, E] = [10, 11];

Deno.test("chunkTokens() joins documents by the end token and begins each row, as tokenize_and_concatenate does", async () => {
  const { rows, counts } = await cut(["a b c", "d e", "f g h i"], { length: 4 });
  assertEquals(rows, [[S, 0, 1, 2], [S, E, 3, 4], [S, E, 5, 6]]);
  assertEquals(counts, { rows: 3, shortRows: 0, documents: 3, tokens: 9, leftOver: 2 });
});

Deno.test("chunkTokens() keeps the remainder as a shorter row where that is asked for", async () => {
  const { rows, counts } = await cut(["a b c", "d e"], { length: 4, remainder: "keep" });
  assertEquals(rows, [[S, 0, 1, 2], [S, E, 3, 4]]);
  assertEquals(counts.shortRows, 0);
  const more = await cut(["a b c", "d e f"], { length: 4, remainder: "keep" });
  assertEquals(more.rows, [[S, 0, 1, 2], [S, E, 3, 4], [S, 5]]);
  assertEquals(more.counts, { rows: 3, shortRows: 1, documents: 2, tokens: 6, leftOver: 0 });
});

Deno.test("chunkTokens() keeps documents apart, each with a remainder of its own", async () => {
  const texts = ["a b c d e", "f", "", "g h i"];
  const dropped = await cut(texts, { length: 3, documents: "apart" });
  assertEquals(dropped.rows, [[S, 0, 1], [S, 2, 3], [S, 6, 7]]);
  assertEquals(dropped.counts, { rows: 3, shortRows: 0, documents: 4, tokens: 9, leftOver: 3 });
  const kept = await cut(texts, { length: 3, documents: "apart", remainder: "keep" });
  assertEquals(kept.rows, [[S, 0, 1], [S, 2, 3], [S, 4], [S, 5], [S, 6, 7], [S, 8]]);
  assertEquals([kept.counts.leftOver, kept.counts.shortRows], [0, 3]);
});

Deno.test("the beginning token stands where the options say, else where the settings of the tokenizer say", async () => {
  const texts = ["a b c d"];
  const rows = async (options: Partial<ChunkOptions>, begins: boolean) =>
    (await cut(texts, { length: 2, ...options }, letters({ begins }))).rows;
  assertEquals(await rows({}, false), [[0, 1], [2, 3]]);
  assertEquals(await rows({ beginning: true }, false), [[S, 0], [S, 1], [S, 2], [S, 3]]);
  assertEquals(await rows({}, true), [[S, 0], [S, 1], [S, 2], [S, 3]]);
  assertEquals(await rows({ beginning: false }, true), [[0, 1], [2, 3]]);
});

Deno.test("the separator may be another token or none", async () => {
  const rows = async (separator: number | null) =>
    (await cut(["a", "b", "c"], { length: 5, beginning: false, separator })).rows;
  assertEquals(await rows(9), [[0, 9, 1, 9, 2]]);
  assertEquals((await cut(["a b", "c"], { length: 3, beginning: false, separator: null })).rows, [
    [0, 1, 2],
  ]);
  assertEquals(await rows(null), []);
});

Deno.test("every token that was read is in a row or counted as left over, whatever the options", async () => {
  const random = new RandomStream(5, "documents");
  const draw = <T>(list: readonly T[]): T => list[random.integer(list.length)]!;
  for (let time = 0; time < 300; time++) {
    const texts = Array.from(
      { length: 1 + random.integer(6) },
      () => Array.from({ length: random.integer(12) }, () => draw([..."abcdefghij"])).join(" "),
    );
    const documents = draw(["joined", "apart"] as const), beginning = draw([true, false]);
    const limit = draw([undefined, 1, 2, 3]);
    const { rows, counts } = await cut(texts, {
      length: 2 + random.integer(7),
      documents,
      beginning,
      remainder: draw(["drop", "keep"] as const),
      ...limit ? { limit } : {},
    });
    const standing = rows.flat().filter((id) => id !== S && id !== E).length;
    const separators = rows.flat().filter((id) => id === E).length;
    assertEquals(counts.rows, rows.length);
    if (limit && rows.length === limit) {
      assertEquals(counts.tokens, standing + (documents === "apart" ? counts.leftOver : 0));
      continue;
    }
    const all = texts.join("").replaceAll(" ", "").length;
    const between = documents === "joined" ? texts.length - 1 : 0;
    assertEquals(counts.tokens, all);
    assertEquals(standing + separators + counts.leftOver, all + between);
    if (documents === "joined" && !beginning) {
      const whole = texts.flatMap((text, i) => [
        ...i > 0 ? [E] : [],
        ...text === "" ? [] : text.split(" ").map((word) => words[word]!),
      ]);
      assertEquals(rows.flat(), whole.slice(0, rows.flat().length));
    }
  }
});

Deno.test("chunkTokens() reads no further than its limit, and hears a signal", async () => {
  let given = 0;
  const endless = function* () {
    for (;;) {
      given++;
      yield "a b c d e f g";
    }
  };
  const { rows } = chunkTokens(letters(), endless(), { length: 5, limit: 4 });
  assertEquals((await Array.fromAsync(rows)).length, 4);
  assert(given <= 3, `${given} documents were read`);
  const controller = new AbortController(), reason = new Error("enough");
  setTimeout(() => controller.abort(reason), 20);
  const stopped = chunkTokens(letters(), endless(), { length: 5, signal: controller.signal });
  assertEquals(
    await assertRejects(async () => {
      for await (const _ of stopped.rows);
    }),
    reason,
  );
});

Deno.test("chunkTokens() refuses options that cannot be meant, and tokens that the tokenizer lacks", () => {
  const refused = (options: Partial<ChunkOptions>, message: string, tokenizer = letters()) =>
    assertThrows(() => chunkTokens(tokenizer, [], { length: 4, ...options }), RangeError, message);
  const what = "Cannot cut documents into rows as ";
  refused({ length: 1 }, `${what}length must be a whole number from 2 on: current value is 1`);
  refused({ length: 2.5 }, `${what}length must be a whole number from 2 on: current value is 2.5`);
  refused({ length: 0, beginning: false }, `${what}length must be a whole number from 1 on`);
  refused({ limit: 0 }, `${what}limit must be a whole number from 1 on: current value is 0`);
  refused(
    { documents: "merged" as never },
    `${what}documents must be "joined" or "apart": current value is "merged"`,
  );
  refused(
    { remainder: "pad" as never },
    `${what}remainder must be "drop" or "keep": current value is "pad"`,
  );
  refused(
    { documents: "apart", separator: 3 },
    `${what}separator must be left out where documents stay apart: current value is 3`,
  );
  refused({ separator: 99 }, "99");
  const bare = letters({ marks: false });
  refused(
    {},
    "Cannot join documents as the tokenizer must have an end-of-text token to stand between them: " +
      'it has none; give separator, or documents: "apart"',
    bare,
  );
  refused(
    { beginning: true, separator: null },
    "Cannot begin rows as the tokenizer must have a beginning-of-text token: it has none; give beginning: false",
    bare,
  );
});
