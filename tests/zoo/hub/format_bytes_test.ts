import { formatBytes } from "../../../lib/zoo/hub/format_bytes.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("formatBytes() writes three digits in the largest unit that is filled", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [999_499, "999 kB"],
    [999_999, "1.00 MB"],
    [166_030_000, "166 MB"],
    [13_476_850_000, "13.5 GB"],
    [5e15, "5000 TB"],
    [NaN, "of unknown size"],
  ];
  for (const [bytes, text] of cases) assertEquals(formatBytes(bytes), text);
});
