import { tokenMetrics } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

const tokens = [{ text: "a" }, { text: " b" }];
const metric = { label: "loss", unit: "nat", values: [NaN, 1.5] };

Deno.test("tokenMetrics() draws the text once a metric, and says of each token all of them", () => {
  const view = tokenMetrics({
    title: "t",
    tokens,
    metrics: [metric, { label: "rank", values: [1, 7] }],
    candidates: [[], [{ token: { text: "<b>" }, probability: 0.25 }]],
  });
  assertEquals(view["text/html"].match(/class="strip"/g)?.length, 2);
  assertStringIncludes(view["text/html"], "loss 1.50 nat; rank 7; expected: &lt;b&gt; 25.0%");
  assert(/1 +·b +1\.50 +7 +<b> 25\.0%$/m.test(view["text/plain"]), view["text/plain"]);
});

Deno.test("tokenMetrics() refuses lists of other lengths", () => {
  const message = (options: object) =>
    assertThrows(() => tokenMetrics({ title: "t", tokens, metrics: [metric], ...options })).message;
  assertEquals(
    message({ metrics: [] }),
    "Cannot draw tokens by metrics as there must be at least one metric: there is none",
  );
  assertEquals(
    message({ metrics: [{ label: "loss", values: [1] }] }),
    "Cannot draw tokens by metrics as loss must have one value a token: current value is 1 for 2 tokens",
  );
  assertEquals(
    message({ candidates: [] }),
    "Cannot draw tokens by metrics as there must be a list of candidates a token: current value is 0 for 2 tokens",
  );
});
