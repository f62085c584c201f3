import { chartRows, rowsCsv } from "../../lib/show/chart_rows.ts";
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

Deno.test("rowsCsv() quotes what needs it, and makes no formula of a token", () => {
  const rows = [{ token: '=HYPERLINK("x")', value: -1.5 }, {
    token: "a,b\n",
    other: null,
    value: NaN,
  }];
  assertEquals(
    rowsCsv(rows),
    'token,value,other\r\n"\'=HYPERLINK(""x"")",-1.5,\r\n"a,b\n",NaN,\r\n',
  );
});
