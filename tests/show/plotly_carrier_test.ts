import {
  apartFromOutputs,
  carriesPlotly,
  carryPlotly,
  plotlyOnce,
  plotlyPlace,
  withoutPlotly,
} from "../../lib/show/plotly_carrier.ts";
import { table } from "../../lib/show/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const page = (...packed: string[]): string =>
  packed.map((each) => `<p>$&${plotlyPlace(each)}</p>`).join("");

Deno.test("carriesPlotly() is true of the first title of a process, each time", () =>
  apartFromOutputs(async () => {
    assertEquals(["a", "b", "a", "b"].map(carriesPlotly), [true, false, true, false]);
    assertEquals(await apartFromOutputs(() => Promise.resolve(carriesPlotly("b"))), true);
    assertEquals(["a", "b"].map(carriesPlotly), [true, false]);
  }));

Deno.test("carryPlotly() leaves one copy in a page that asks for it, and none in others", async () => {
  assertEquals(plotlyOnce(page("", "QUJD", "QUJD", "-")), page("", "QUJD", "", "-"));
  assertEquals(await carryPlotly(page("", "QUJD", "QUJD")), page("", "QUJD", ""));
  assertEquals(await carryPlotly("<p>$&</p>"), "<p>$&</p>");
  assertEquals(await carryPlotly(page("-")), page("-"));
  const filled = await carryPlotly(page("", ""));
  assert(filled.length > 700_000 && filled.endsWith(page("")));
});

Deno.test("withoutPlotly() takes it out of every place, and leaves other drawings alone", () => {
  const plain = table({ title: "T", columns: [], rows: [] });
  assert(withoutPlotly(plain) === plain);
  const html = page("QUJD", "");
  const { "text/html": left } = withoutPlotly({ "text/html": html, "text/plain": "T" }) as {
    "text/html": string;
  };
  assertEquals(left, page("-", "-"));
});
