import { promptCode } from "../../lib/model/mod.ts";
import { assertEquals } from "../assert.ts";

Deno.test("promptCode() reads as the same ids, whatever the text holds", () => {
  for (const text of ["When", "*/ throw 1 /*", "a\nb\u2028c", '"`${1}', "x".repeat(99)]) {
    const code = promptCode({ ids: [1, 2], text, tokens: [], beginning: false, end: false });
    assertEquals(new Function(`return ${code}`)(), [1, 2]);
    assertEquals(code.split("\n").length, 1);
  }
});
