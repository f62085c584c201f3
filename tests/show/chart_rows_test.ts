import { chartRows } from "../../lib/show/chart_rows.ts";
import { assertEquals } from "../assert.ts";

Deno.test("chartRows() finds data of a chart, or of its layers", () => {
  const rows = [{ a: 1 }, { a: 2 }];
  assertEquals(
    chartRows({ data: { values: rows }, layer: [{ data: { values: [{ b: 1 }] } }] }),
    rows,
  );
  assertEquals(chartRows({ layer: [{ data: { values: rows } }, { mark: "rule" }] }), rows);
  assertEquals(chartRows({ vconcat: [{ spec: { data: { values: rows } } }] }), rows);
  assertEquals(chartRows({}), []);
});
