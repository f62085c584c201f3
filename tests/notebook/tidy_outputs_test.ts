import { tidyOutputs } from "../../lib/notebook/tidy_outputs.ts";
import { assertEquals } from "../assert.ts";

const stream = (text: string) => ({ output_type: "stream", name: "stdout", text } as const);

Deno.test("tidyOutputs() leaves no terminal codes and no overwritten text", () => {
  const text = (before: string) => {
    const [output] = tidyOutputs([stream(before)], 1);
    return output?.output_type === "stream" ? output.text : undefined;
  };
  assertEquals(text("\x1b[31mred\x1b[0m \x1b]8;;https://a.b\x07link\x1b]8;;\x1b\\"), "red link");
  assertEquals(text("10%\r20%\r30%\ndone\n"), "30%\ndone\n");
  assertEquals(text("10%\r20%\r"), "20%");
  assertEquals(text("a\r\nb\r\n"), "a\nb\n");
});

Deno.test("tidyOutputs() numbers results by the cell, not by the session", () => {
  const data = { "text/plain": "\x1b[33m1\x1b[39m", "text/html": "<b>1</b>" };
  const result = { output_type: "execute_result", data, metadata: {}, execution_count: 9 } as const;
  assertEquals(tidyOutputs([result], 2), [
    { ...result, data: { "text/plain": "1", "text/html": "<b>1</b>" }, execution_count: 2 },
  ]);
  const shown = { output_type: "display_data", data: {}, metadata: {} } as const;
  assertEquals(tidyOutputs([shown], 2), [shown]);
});

Deno.test("tidyOutputs() drops stack frames that name folders of this machine", () => {
  const traceback = [
    "RangeError: at home",
    "    at f (file:///home/me/x.ts:1:2)",
    "    at ext:core/01_core.js:1:1",
    "    at <anonymous>:2:7",
  ];
  const error = {
    output_type: "error",
    ename: "RangeError",
    evalue: "at home",
    traceback,
  } as const;
  assertEquals(tidyOutputs([error], 1), [
    { ...error, traceback: ["RangeError: at home", "    at <anonymous>:2:7"] },
  ]);
});
