import { assert } from "../assert.ts";
import { Tokenizer } from "../../lib/text/mod.ts";
import { tokenizerJson } from "./read_fixture.ts";

const names = [
  "seedling",
  "roberta",
  "llama3",
  "clip",
  "llama2",
  "metaspace",
  "t5",
  "unigram_bytes",
];
names.push("bert", "added");
const junk = [null, undefined, 0, -1, 1.5, 1e99, "", "x", "(", [], [null], {}, { type: "?" }, true];

/** Every place of a JSON value, but for what lies deep in vocabularies and merges. */
function* places(value: unknown, path: string[] = []): Generator<string[]> {
  if (typeof value !== "object" || value === null) return;
  const keys = Object.keys(value);
  // A few of many alike: the first, the last and one between.
  const few = keys.length > 30 ? [keys[0]!, keys[keys.length >> 1]!, keys.at(-1)!] : keys;
  for (const key of few) {
    yield [...path, key];
    yield* places((value as Record<string, unknown>)[key], [...path, key]);
  }
}

/** A copy of a JSON value with another value at a place. */
function changed(value: unknown, [key, ...rest]: string[], to: unknown): unknown {
  if (key === undefined) return to;
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as Record<
    string,
    unknown
  >;
  copy[key] = changed(copy[key], rest, to);
  return copy;
}

for (const name of names) {
  Deno.test(`Tokenizer.fromJson() reads or refuses junk at every place of ${name}.json`, () => {
    const json = tokenizerJson(name);
    let refused = 0;
    for (const place of places(json)) {
      for (const value of name === "seedling" ? junk.slice(0, 2) : junk) {
        try {
          const read = Tokenizer.fromJson(changed(json, place, value));
          read.decode(read.encode("<s> Mary é👩 [CLS] 17\n").ids);
          read.token(read.vocabularySize - 1);
        } catch (error) {
          const ours = /^Cannot (read tokenizer.json as|encode|find token) /;
          assert(
            ours.test((error as Error).message),
            `${place} = ${JSON.stringify(value)}: ${error}`,
          );
          refused++;
        }
      }
    }
    assert(refused > 10);
  });
}
