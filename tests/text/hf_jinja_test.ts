import { assertEquals } from "../assert.ts";
import * as library from "../../lib/text/hf_jinja.ts";

Deno.test("hf_jinja gives the interpreter with the inner functions that templates are bounded by", () => {
  const { Environment, Interpreter, parse, tokenize } = library;
  assertEquals([typeof Environment, typeof parse, typeof tokenize], Array(3).fill("function"));
  const names = Object.getOwnPropertyNames(Interpreter.prototype);
  for (const name of ["evaluate", "evaluateBlock", "evaluateFor"]) {
    assertEquals(names.includes(name), true, name);
  }
});
