import { assertEquals, assertThrows } from "../assert.ts";
import { formatTime } from "../../lib/text/format_time.ts";

const time = new Date("2026-03-07T05:09:02Z");

Deno.test("formatTime() writes what Python's strftime writes of a time in UTC", () => {
  // Python: datetime(2026, 3, 7, 5, 9, 2).strftime(...) in the C locale
  const expected: Record<string, string> = {
    "%Y-%m-%d": "2026-03-07",
    "%d %b %Y": "07 Mar 2026",
    "%A, %B %-d": "Saturday, March 7",
    "%a %y %j": "Sat 26 066",
    "%H:%M:%S %I%p": "05:09:02 05AM",
    "100%%": "100%",
  };
  for (const [format, text] of Object.entries(expected)) {
    assertEquals(formatTime(time, format), text);
  }
  assertEquals(formatTime(new Date("2024-12-31T12:00:00Z"), "%j %I %p"), "366 12 PM");
});

Deno.test("formatTime() refuses formats that it does not know, and times that are none", () => {
  assertThrows(() => formatTime(time, "%Q"), RangeError, "%%: current value is %Q");
  assertThrows(() => formatTime(time, "x%"), RangeError, "current value is %");
  assertThrows(() => formatTime(new Date(NaN), ""), RangeError, "must be valid");
});
