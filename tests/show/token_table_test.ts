import { tokenTable } from "../../lib/show/token_table.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("tokenTable() lists rank, token, probability, logit and change", () => {
  const document = tokenTable({
    title: "Next token",
    rows: [
      { rank: 1, token: { text: " Mary", id: 5 }, probability: 0.8, logit: 12.25, change: -0.105 },
      { rank: 2, token: { text: " John" }, probability: 0.00001, logit: 1, change: 0.00001 },
    ],
    caption: "with head 3.1 zeroed",
  });
  assertEquals(
    document["text/plain"],
    `Next token
rank  token  probability  logit    change
   1  ·Mary        80.0%   12.3  −10.5 pp
   2  ·John       <0.01%      1     ≈0 pp
with head 3.1 zeroed`,
  );
});

Deno.test("tokenTable() draws a bar as long as the probability, in words as well", () => {
  const rows = [{ rank: 1, token: { text: "a" }, probability: 0.25 }];
  const html = tokenTable({ title: "t", rows })["text/html"];
  assertStringIncludes(html, "width:40px;background-color:rgb(33,113,181)");
  assertStringIncludes(html, "25.0%");
  assert(!html.includes(">logit<"), "a column without numbers is drawn");
});

Deno.test("tokenTable() draws undefined probabilities and no rows", () => {
  tokenTable({ title: "t", rows: [] });
  const rows = [{ rank: 1, token: { text: "a" }, probability: NaN, change: Infinity }];
  assertStringIncludes(tokenTable({ title: "t", rows })["text/plain"], "undefined");
});
