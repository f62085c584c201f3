import { bars } from "../../lib/show/bars.ts";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "../assert.ts";

Deno.test("bars() has the same numbers in its text and its specification", async () => {
  const chart = await bars({
    title: "Effect of each head",
    labels: ["L0H0", "L0H1", "L0H0"],
    values: [0.25, -1.5, NaN],
    label: "effect",
    unit: "logit",
    baseline: 0.1,
  });
  assertEquals(
    chart["text/plain"],
    `Effect of each head
      effect (logit)
L0H0           0.250
L0H1           −1.50
L0H0       undefined
dashed line: baseline 0.100
1 undefined or infinite, not drawn`,
  );
  const spec = chart["application/vnd.vegalite.v5+json"] as {
    data: { values: unknown[] };
    $schema: string;
  };
  assertEquals(spec.data.values, [
    { place: 0, name: "L0H0", value: 0.25 },
    { place: 1, name: "L0H1", value: -1.5 },
    { place: 2, name: "L0H0", value: null, odd: "undefined" },
  ]);
  // Version 6 has no MIME type of its own in any notebook.
  assert(spec.$schema.endsWith("/v5.json"));
  assertEquals(Object.keys(chart).sort(), [
    "application/vnd.vegalite.v5+json",
    "image/png",
    "text/plain",
  ]);
  const png = Uint8Array.fromBase64(chart["image/png"]);
  assertEquals([...png.subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
});

Deno.test("bars() names the axis of names in the chart and in its text", async () => {
  for (const labels of [["0", "1"], ["layer 0", "layer 1"]]) {
    const options = { title: "t", labels, values: [1, 2], label: "x" };
    const chart = await bars({ ...options, axis: "head" });
    assertEquals(chart["text/plain"].split("\n")[1]!.trim().split(/ +/), ["head", "x"]);
    const text = JSON.stringify(chart["application/vnd.vegalite.v5+json"]);
    assertStringIncludes(text, '"title":"head","labelAngle":0');
    const plain = await bars(options);
    assertEquals(plain["text/plain"].split("\n")[1]!.trim(), "x");
    // The picture has the title too.
    assertNotEquals(chart["image/png"], plain["image/png"]);
  }
});

Deno.test("bars() gives the same picture twice", async () => {
  const options = { title: "t", labels: ["0", "1"], values: [1, 2], label: "x" };
  assertEquals(JSON.stringify(await bars(options)), JSON.stringify(await bars(options)));
});

Deno.test("bars() draws no bars and hostile names", async () => {
  await bars({ title: "none", labels: [], values: [], label: "x" });
  const names = ['"]; broken(', "</script>", "\ud800", "a\u2028b"];
  await bars({ title: "<b>", labels: names, values: [1, 2, 3, Infinity], label: "x" });
});

Deno.test("bars() refuses values without labels", async () => {
  await assertRejects(
    () => bars({ title: "t", labels: ["a"], values: [1, 2], label: "x" }),
    RangeError,
    "Cannot draw bars as each label must have one value: current value is 2 values for 1 labels",
  );
});

Deno.test("bars() draws an interval over each bar, says it in the text, and refuses what is none", async () => {
  const options = {
    title: "Effects",
    labels: ["0", "1"],
    values: [1, -2],
    label: "effect",
    intervals: [[0.5, 1.5], [NaN, NaN]] as const,
    intervalLabel: "95% interval",
  };
  const chart = await bars(options);
  assertStringIncludes(chart["text/plain"], "1.00  0.500 to 1.50".replace("1.00", "1"));
  assertStringIncludes(
    chart["text/plain"],
    "undefined to undefined\nlines over bars: 95% interval",
  );
  const spec = JSON.stringify(chart["application/vnd.vegalite.v5+json"]);
  assertStringIncludes(spec, '"low":0.5,"high":1.5');
  assertStringIncludes(spec, '"low":null');
  await assertRejects(
    () => bars({ ...options, intervals: [[0, 1]] }),
    RangeError,
    "Cannot draw bars as each label must have one interval: current value is 1 intervals for 2 labels",
  );
  const { intervalLabel: _, ...unnamed } = options;
  await assertRejects(
    () => bars(unnamed),
    TypeError,
    "Cannot draw bars as intervalLabel must say what the intervals are: current value is undefined",
  );
});

Deno.test("bars() breaks a long line over the chart between its parts, and not in the text", async () => {
  const parts = Array.from({ length: 6 }, (_, i) => `part ${i} of twenty letters`);
  const chart = await bars({
    title: "x",
    labels: ["a"],
    values: [1],
    label: "v",
    caption: parts.join(" · "),
  });
  assertStringIncludes(chart["text/plain"], parts.join(" · "));
  const { title } = chart["application/vnd.vegalite.v5+json"] as { title: { subtitle: string[] } };
  assertEquals(title.subtitle, [parts.slice(0, 3).join(" · "), parts.slice(3).join(" · ")]);
});
