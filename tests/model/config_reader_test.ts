import { CheckpointError } from "../../lib/model/mod.ts";
import { ConfigReader } from "../../lib/model/config_reader.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const reader = (fields: Record<string, unknown>) => new ConfigReader("c.json", fields);
const message = (body: () => unknown) => assertThrows(body, CheckpointError).message;

Deno.test("fields are read by any of their names, null and absence give the default", () => {
  assertEquals(reader({ b: 3 }).integer(["a", "b"]), 3);
  assertEquals(reader({ a: null, b: 3 }).integer(["a", "b"]), 3);
  assertEquals(reader({ a: null }).integer("a", 7), 7);
  assertEquals(reader({}).number("a", 0.5), 0.5);
  assertEquals(reader({ a: false }).boolean("a", true), false);
  assertEquals(reader({ a: "x" }).choice("a", { x: 1, y: 2 }), 1);
  assertEquals(reader({}).choice("a", { x: 1, y: 2 }, "y"), 2);
  assertEquals(reader({ a: { b: 4 } }).group("a")!.integer("b"), 4);
  assertEquals(reader({ a: null }).group("a"), null);
  assertEquals([reader({ a: 0 }).has("a"), reader({ a: null }).has(["a", "b"])], [true, false]);
  reader({ a: 1 }).only("a", 1);
  reader({}).only("a", 1);
});

Deno.test("a field of another kind is refused by name", () => {
  const integer = (value: unknown) => message(() => reader({ a: value }).integer("a"));
  const needs = "Cannot read c.json as a must be an integer from 1 to 2147483647: current value is";
  const cases: [unknown, string][] = [
    [0, "0"],
    [-1, "-1"],
    [1.5, "1.5"],
    [2 ** 31, "2147483648"],
    ["4", '"4"'],
    [true, "true"],
    [[1], "[1]"],
    [{}, "an object"],
  ];
  for (const [value, shown] of cases) assertEquals(integer(value), `${needs} ${shown}`);
  assertEquals(integer(null), `${needs} null`);
  assertEquals(message(() => reader({}).integer("a")), `${needs} nothing`);
  assertEquals(
    message(() => reader({ a: 0 }).number("a")),
    "Cannot read c.json as a must be a positive number: current value is 0",
  );
  assertEquals(
    message(() => reader({ a: "yes" }).boolean("a")),
    'Cannot read c.json as a must be true or false: current value is "yes"',
  );
  assertEquals(
    message(() => reader({ a: "toString" }).choice("a", { x: 1, y: 2 })),
    'Cannot read c.json as a must be one of "x", "y": current value is "toString"',
  );
  assertEquals(
    message(() => reader({ a: 2 }).only("a", 1)),
    "Cannot read c.json as a must be 1: current value is 2",
  );
  assertEquals(
    message(() => reader({ a: [] }).group("a")),
    "Cannot read c.json as a must be an object or null: current value is []",
  );
  assertEquals(
    message(() => reader({ a: 1, b: 2 }).integer(["a", "b"])),
    "Cannot read c.json as b must be the same as a, 1: current value is 2",
  );
});

Deno.test("finish() refuses fields that nobody read, names them, and passes over those to be ignored", () => {
  const config = reader({ a: 1, b: 2, strange: 3, model_type: "x", toString: 4 });
  config.integer("a");
  assertEquals(
    message(() => config.finish("gpt2")),
    "Cannot read c.json as every field must be one that the family gpt2 reads, or be named in the option ignore if it does " +
      'not change what the model computes: current value is ["b", "strange", "toString"]',
  );
  config.finish("gpt2", ["b"], ["strange", "toString"]);
});

Deno.test("a group's fields are named by their path, and finished with those around it", () => {
  const config = reader({ a: null, b: { x: 1, y: 2, deep: { z: 3 } } });
  const group = config.group(["a", "b"])!;
  assertEquals(group.integer("x"), 1);
  assertEquals(
    message(() => group.boolean("y")),
    "Cannot read c.json as b.y must be true or false: current value is 2",
  );
  group.group("deep");
  const left = (...ignore: string[]) => message(() => config.finish("gpt2", ["x", "z"], ignore));
  assert(left().endsWith('current value is ["b.deep.z"]'), left());
  config.finish("gpt2", [], ["b.deep.z"]);
});

Deno.test("rival names must agree to the last letter, however long their values are", () => {
  const long = (end: number) => ({ list: Array(60).fill(1).concat(end) });
  assertEquals(reader({ a: long(1), b: long(1) }).group(["a", "b"]) === null, false);
  const error = message(() => reader({ a: long(1), b: long(2) }).group(["a", "b"]));
  assert(error.startsWith('Cannot read c.json as b must be the same as a, {"list":[1,1,'), error);
});

Deno.test("a count may be 0, and numbers, integers and lists may be none", () => {
  assertEquals([reader({ a: 0 }).count("a"), reader({}).count("a", 3)], [0, 3]);
  assert(message(() => reader({ a: -1 }).count("a")).includes("an integer from 0 to 2147483647"));
  assertEquals([reader({ a: null }).optional("a"), reader({ a: 0.5 }).optional("a")], [null, 0.5]);
  assertEquals(reader({}).optionalInteger("a"), null);
  assert(message(() => reader({ a: 1.5 }).optionalInteger("a")).includes("an integer from 1"));
  const whole = (x: unknown) => Number.isInteger(x);
  assertEquals(reader({ a: [1, 2] }).list("a", "whole numbers", whole), [1, 2]);
  assertEquals(reader({ a: null }).list("a", "whole numbers", whole), null);
  assert(
    message(() => reader({ a: [1, "2"] }).list("a", "whole numbers", whole)).includes(
      "whole numbers",
    ),
  );
  const absent = reader({ a: null });
  assertEquals([absent.states("a"), absent.states("b"), absent.has("a")], [true, false, false]);
});

Deno.test("a reader knows what it was asked for, within groups too", () => {
  const read = reader({ a: 1, g: { c: 2 } });
  read.integer(["a", "b"]);
  read.group("g")!.integer("c");
  assertEquals([...read.fieldsRead], ["a", "b", "g", "g.c"]);
});
