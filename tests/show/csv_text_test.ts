import { csvText } from "../../lib/show/csv_text.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { parseCsv } from "../csv.ts";

Deno.test("csvText() keeps every digit of a number, quotes what needs it, and makes no formula of a token", () => {
  const numbers = [-1.5, 0.1 + 0.2, 5e-324, NaN, -Infinity, 1e21];
  const tokens = ["=1+1", ' =HYPERLINK("x")', "+1", "-1", "@a", "\tb", 'a,"b"\n', " Mary", "1", ""];
  const text = csvText(["token", "number"], [
    ...numbers.map((number) => ["", number]),
    ...tokens.map((token) => [token, null]),
  ]);
  const rows = parseCsv(text);
  assertEquals(rows.slice(0, numbers.length).map(({ number }) => Number(number)), numbers);
  assertEquals(rows.slice(numbers.length).map(({ token }) => token), [
    "'=1+1",
    `' =HYPERLINK("x")`,
    "'+1",
    "'-1",
    "'@a",
    "'\tb",
    'a,"b"\n',
    " Mary",
    "1",
    "",
  ]);
  assertEquals(
    csvText(["a"], [["=1"], [true], ["x\ud800"]], { formulas: "keep" }),
    "a\r\n=1\r\ntrue\r\nx\ufffd\r\n",
  );
  assertThrows(
    () => csvText([], [], { formula: "keep" } as object),
    TypeError,
    'Cannot write rows as its options must be among formulas: "formula" is not, perhaps "formulas" is meant',
  );
});
