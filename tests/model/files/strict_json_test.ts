import { assertEquals, assertThrows } from "../../assert.ts";
import { CheckpointError } from "../../../lib/model/files/mod.ts";
import { isObject, parseObject } from "../../../lib/model/files/strict_json.ts";

/** Parses text as the file "x.json". */
function parse(text: string): unknown {
  return parseObject(new TextEncoder().encode(text), "x.json", "it");
}

Deno.test("parseObject() agrees with JSON.parse() on what has no key twice", () => {
  for (
    const text of [
      "{}",
      ' {"a" : 1, "b":{"a":[{"a":null},{"a":"a"}]}} \n',
      '{"a\\"":":","b\\\\":"{","c":"}]"}',
      '{"__proto__":{"x":1},"constructor":[]}',
      '{"a":["a","a"],"é":"\\u2028\u2028"}',
    ]
  ) assertEquals(JSON.stringify(parse(text)), JSON.stringify(JSON.parse(text)));
});

Deno.test("parseObject() refuses a key given twice, at any depth and in any spelling", () => {
  for (
    const [text, key] of [
      ['{"a":1,"a":1}', "a"],
      ['{"a":1,"b":2,"\\u0061":3}', "a"],
      ['{"x":[{"y":{"k":1,"k" : 2}}]}', "k"],
      ['{"__proto__":1,"__proto__":2}', "__proto__"],
      ['{"":1,"":2}', ""],
    ] as const
  ) {
    assertThrows(
      () => parse(text),
      CheckpointError,
      `Cannot read x.json as it must have each key once: current value is "${key}"`,
    );
  }
});

Deno.test("parseObject() refuses what is no JSON object", () => {
  for (const text of ["", "[]", "1", "null", '"a"', "{", '{"a":}', '{"a":"', '{"a":1}{', '{"a\\']) {
    assertThrows(() => parse(text), CheckpointError, "Cannot read x.json as it must be");
  }
});

Deno.test("parseObject() refuses nesting past 64 before the parser sees it", () => {
  assertThrows(
    () => parse(`{"a":${"[".repeat(1_000_000)}`),
    CheckpointError,
    "it must not be nested deeper than 64",
  );
  assertThrows(() => parse('{"a":'.repeat(65)), CheckpointError, "deeper than 64");
  assertEquals(isObject(parse(`{"a":${"[".repeat(63)}${"]".repeat(63)}}`)), true);
});

Deno.test("isObject() tells objects from lists and null", () => {
  assertEquals([{}, [], null, 1].map(isObject), [true, false, false, false]);
});
