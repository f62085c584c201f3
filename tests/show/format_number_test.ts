import { formatNumber, formatPercent } from "../../lib/show/format_number.ts";
import { assertEquals } from "../assert.ts";

Deno.test("formatNumber() writes three significant figures with a true minus sign", () => {
  const cases: [number, string][] = [
    [0.61803, "0.618"],
    [-12.34, "−12.3"],
    [3, "3"],
    [0, "0"],
    [-0, "0"],
    [1234.5, "1235"],
    [999.9, "1000"],
    [1.2e-7, "1.20e−7"],
    [2.5e9, "2.50e9"],
    [NaN, "undefined"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
  ];
  for (const [value, text] of cases) assertEquals(formatNumber(value), text);
});

Deno.test("formatNumber() writes as many figures as asked", () => {
  assertEquals(formatNumber(0.123456, 5), "0.12346");
});

Deno.test("formatPercent() says when a share is too small for its digits", () => {
  const cases: [number, string][] = [
    [0.618, "61.8%"],
    [1, "100.0%"],
    [0.0023, "0.23%"],
    [0.00001, "<0.01%"],
    [-0.00001, "≈0%"],
    [0, "0.00%"],
    [NaN, "undefined"],
  ];
  for (const [value, text] of cases) assertEquals(formatPercent(value), text);
});
