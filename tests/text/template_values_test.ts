import { assertEquals, assertThrows } from "../assert.ts";
import { checked, python, same, type Value, weights } from "../../lib/text/template_values.ts";

const text = (value: string): Value => ({ type: "StringValue", value });
const number = (value: number): Value => ({ type: "IntegerValue", value });
const list = (...value: Value[]): Value => ({ type: "ArrayValue", value });
const map = (entries: Record<string, Value>): Value => ({
  type: "ObjectValue",
  value: new Map(Object.entries(entries)),
});
const yes: Value = { type: "BooleanValue", value: true };
const none: Value = { type: "NullValue", value: undefined };
const undefinedValue: Value = { type: "UndefinedValue", value: undefined };

Deno.test("python() writes values as Python's str and repr do", () => {
  assertEquals([text("a'b"), yes, none, undefinedValue].map(python), ["a'b", "True", "None", ""]);
  assertEquals(python(list(text("a"), yes, none, list())), "['a', True, None, []]");
  assertEquals(python({ type: "TupleValue", value: [yes] }), "(True,)");
  // Python: print({"k": ["it's", 'q"', "'\"", "\n\t\\", "\x00é\u200b\U000e0001"]})
  assertEquals(
    python(map({
      k: list(...["it's", 'q"', "'\"", "\n\t\\", "\0é\u200b\u{E0001}"].map(text)),
    })),
    `{'k': ["it's", 'q"', '\\'"', '\\n\\t\\\\', '\\x00é\\u200b\\U000e0001']}`,
  );
  assertThrows(() => python({ type: "FunctionValue", value: () => 1 }), Error, "has no text");
});

Deno.test("same() compares as Python does", () => {
  assertEquals(same(text("1"), number(1)), false);
  assertEquals(same(yes, number(1)), true);
  assertEquals(same(none, undefinedValue), false);
  assertEquals(same(none, none), true);
  assertEquals(same(list(text("a")), list(text("a"))), true);
  assertEquals(same(list(text("a")), list(text("a"), none)), false);
  assertEquals(same(map({ a: yes }), map({ a: number(1) })), true);
  assertEquals(same(map({ a: yes }), map({ b: yes })), false);
});

Deno.test("weights() counts what is held as often as it is written", () => {
  const weigh = weights();
  const inner = list(text("abc"), number(1));
  assertEquals(weigh(inner), 5);
  assertEquals(weigh(list(inner, inner)), 11);
  let many = inner;
  for (let i = 0; i < 19; i++) many = list(many, many);
  weigh(many);
  assertThrows(() => weigh(list(many, many)), RangeError, "no more than 4194304");
  let deep = inner;
  for (let i = 0; i < 600; i++) deep = list(deep);
  assertThrows(() => weights()(deep), RangeError, "no deeper than 500");
});

Deno.test("checked() refuses texts that are too long", () => {
  assertEquals(checked("a"), "a");
  assertThrows(() => checked("a".repeat(2 ** 22 + 1)), RangeError, "at most 4194304 characters");
});
