import { shares } from "../../lib/show/shares.ts";
import { table } from "../../lib/show/table.ts";
import { assert, assertEquals } from "../assert.ts";

const rows = (count: number) => Array.from({ length: count }, (_, i) => [i]);
const sized = (count: number) => table({ title: "t", columns: [{ name: "a" }], rows: rows(count) });

Deno.test("shares() gives what small parts leave to large ones, and says what cannot be less", () => {
  const [small, large] = [sized(2), sized(2000)];
  const whole = shares([small, large], 1e6);
  assertEquals(whole.parts, [small, large]);
  const { parts, less } = shares([small, large], 150_000);
  assert(parts[0] === small && parts[1] !== large);
  assertEquals(less, undefined);
  assert(/The first \d+ of 2,000 rows/.test(parts[1]!["text/plain"]));
  // A chart's picture stays as it is.
  const chart = { "image/png": "x".repeat(300_000), "text/plain": "chart" } as never;
  const over = shares([chart, small], 150_000);
  assertEquals(over.parts, [chart, small]);
  assertEquals(over.less, "This output has 0.3 MB: its 2 parts cannot be drawn in less");
});
