import { linesText } from "../../lib/show/lines_text.ts";
import { assertStringIncludes } from "../assert.ts";

Deno.test("linesText() says where the rows are that it leaves out", () => {
  const options = {
    title: "t",
    x: { name: "x" },
    y: { name: "y" },
    series: [{ name: "a", y: Array.from({ length: 1000 }, (_, i) => i) }],
  };
  assertStringIncludes(linesText(options, false), "of 1000, and the last; the chart has all");
  assertStringIncludes(linesText(options, true), "and the last; the rows in .csv are all");
});
