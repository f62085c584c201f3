import { lensTable, type LensTableOptions } from "../../lib/show/lens_table.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

const read = (text: string, probability: number) => [
  { token: { text }, probability },
  { token: { text: " other" }, probability: probability / 4 },
];
const options: LensTableOptions = {
  title: "Logit lens",
  stages: ["embed", "layer 0", "layer 1"],
  tokens: [{ text: "Mary" }, { text: " gave" }],
  top: [
    [read(" gave", 0.25), read(" a", 0.125)],
    [read(" had", 0.5), read(" to", 0.25)],
    [read(" gave", 0.75), read(" to", 0.875)],
  ],
};

/** The tooltips of the cells of a table, row by row. */
const titles = (html: string) =>
  [...html.matchAll(/<td class="read[^>]*title="([^"]*)"/g)].map(([, title]) => title!);

Deno.test("lensTable() lists the last position by stage, and where each position is decided", () => {
  const lens = lensTable({
    ...options,
    tracked: { token: { text: " to" }, ranks: [[900, 40], [80, 1], [7, 1]] },
    targets: [{ text: " gave" }, undefined],
    caption: "seedling",
  });
  assertEquals(
    lens["text/plain"],
    `Logit lens
after 1 ·gave, the last position, by stage:
stage    top token  probability  rank of ·to
embed    ·a               12.5%           40
layer 0  ·to              25.0%            1
layer 1  ·to              87.5%            1
at layer 1, the last stage; decided at the first stage from which the top token stays:
position  token  top token  probability  decided at  should be
       0  Mary   ·gave            75.0%  layer 1     ·gave
       1  ·gave  ·to              87.5%  layer 0
seedling`,
  );
  const html = lens["text/html"];
  // ✓ stands where the top token is what follows, at whatever stage.
  assertEquals(html.match(/\d% ✓/g), ["0% ✓", "0% ✓"]);
  for (const rank of [900, 80, 7, 40]) assertStringIncludes(html, `>${rank}</td>`);
  for (const percent of ["12.5%", "25.0%", "87.5%"]) assertStringIncludes(html, percent);
});

Deno.test("lensTable() counts columns as their prompt does, where it has some of its tokens", () => {
  const { "text/html": html, "text/plain": text } = lensTable({ ...options, positions: [14, 3] });
  const heads = [...html.matchAll(/<th scope="col" title="[^"]*" style="[^"]*">(\d+)<br>/g)];
  assertEquals(heads.map(([, position]) => position), ["14", "3"]);
  assert(html.includes("columns: tokens of the prompt, at 14, 3, each cell"));
  assert(/title="[^"]*, after 14 /.test(html) && /title="[^"]*, after 3 /.test(html));
  assert(!/title="[^"]*, after [01] /.test(html));
  assert(/after 3 \S+, the last of those shown, by stage:/.test(text), text);
  assert(/\n +14 /.test(text), text);
  const run = lensTable({ ...options, positions: [7, 8] })["text/html"];
  assert(run.includes("columns: tokens of the prompt, 7 to 8, each cell"));
  assertThrows(
    () => lensTable({ ...options, positions: [1] }),
    RangeError,
    "positions must be one for each token: current value is 1 for 2",
  );
});

Deno.test("lensTable() marks the cell from which a position is decided, once a column", () => {
  const { "text/html": html } = lensTable(options);
  assertEquals(html.match(/class="read decided"/g)?.length, 2);
  const decided = titles(html).filter((title) => title.includes("decided here"));
  assertEquals(decided.map((title) => title.split("\n")[0]), [
    "layer 0, after 1 ·gave; decided here",
    "layer 1, after 0 Mary; decided here",
  ]);
  const given = lensTable({ ...options, decided: [0, NaN] });
  assertEquals(given["text/html"].match(/class="read decided"/g)?.length, 1);
  assertStringIncludes(given["text/plain"], "87.5%  undefined");
});

Deno.test("lensTable() tells tokens of one text apart by their ids", () => {
  const top = [1, 2].map((id) => [[{ token: { text: "a", id }, probability: 1 }]]);
  const lens = lensTable({ stages: ["a", "b"], tokens: [{ text: "x" }], top });
  assertStringIncludes(lens["text/plain"], "100.0%  b");
});

Deno.test("lensTable() has all that is read of a cell in its tooltip, without scripts", () => {
  assertEquals(
    titles(lensTable(options)["text/html"])[0],
    "embed, after 0 Mary\n1. ·gave 25.0%\n2. ·other 6.3%",
  );
});

Deno.test("lensTable() escapes hostile tokens and shortens long ones in the cell alone", () => {
  const bad = '"><img src=x onerror=alert(1)>';
  const long = "y".repeat(40);
  const lens = lensTable({
    stages: [bad, "b"],
    tokens: [{ text: bad }],
    top: [[read(bad, 1)], [read(long, 1)]],
    tracked: { token: { text: bad }, ranks: [[1], [2]] },
    targets: [{ text: bad }],
  });
  const html = lens["text/html"].replace(/<script[\s\S]*/, "");
  assert(!html.includes("<img"));
  assertStringIncludes(html, "yyyyyyyyyy…<");
  assert(titles(html).some((title) => title.includes(long)));
});

Deno.test("lensTable() draws undefined numbers, cells without readings and nothing at all", () => {
  const lens = lensTable({
    stages: ["a"],
    tokens: [{ text: "x" }, { text: "y" }, { text: "z" }],
    top: [[read("b", NaN), [], read("c", 1.5)]],
    tracked: { token: { text: "t" }, ranks: [[NaN, Infinity, 1]] },
  });
  for (const text of ["undefined", ">none<", "∞"]) assertStringIncludes(lens["text/html"], text);
  for (const text of ["undefined", "none"]) assertStringIncludes(lens["text/plain"], text);
  const none = { title: "t", stages: [], tokens: [], top: [] };
  assertEquals(lensTable(none)["text/plain"], "t\nNo values");
  lensTable({ ...none, tokens: [{ text: "a" }] });
  lensTable({ ...none, stages: ["a"], top: [[]] });
});

Deno.test("lensTable() refuses what has not the shape of the table, and says where", () => {
  const wrong: [object, typeof RangeError | typeof TypeError, string][] = [
    [{ layers: [] }, TypeError, '"layers" is not, perhaps "stages" is meant'],
    [{ stages: ["a", 1] }, TypeError, "stages must be a list of words: the one at 1 is 1"],
    [
      { tokens: ["a", "b"] },
      TypeError,
      'tokens must be a list of objects with a text: the one at 0 is "a"',
    ],
    [
      { stages: ["a"] },
      RangeError,
      "top must be stages × tokens: current value is 3 × 2 for 1 × 2",
    ],
    [
      { top: [[], []] },
      RangeError,
      "top must be stages × tokens: current value is 2 × 0 for 3 × 2",
    ],
    [{ top: 3 }, TypeError, "top must be a list of lists: current value is 3"],
    [
      { top: [options.top[0], options.top[1], [[], [{ token: " to", probability: 1 }]]] },
      TypeError,
      'at stage 2, position 1, a token is " to"',
    ],
    [
      { top: [options.top[0], options.top[1], [[], [{ token: { text: "a" } }]]] },
      TypeError,
      "at stage 2, position 1, a probability is undefined",
    ],
    [{ decided: [1] }, RangeError, "decided must be one for each token: current value is 1 for 2"],
    [{ decided: [1, 3] }, RangeError, "decided must be places from 0 to 2: current value is 3"],
    [{ targets: [] }, RangeError, "targets must be one for each token: current value is 0 for 2"],
    [
      { tracked: { token: { text: "a" }, rank: [] } },
      TypeError,
      'among token, ranks: "rank" is not',
    ],
    [
      { tracked: { token: { text: "a" }, ranks: [[0, 1], [1, 1], [1, 1]] } },
      RangeError,
      "ranks must count from 1: current value is 0",
    ],
  ];
  for (const [change, kind, message] of wrong) {
    assertThrows(() => lensTable({ ...options, ...change }), kind, message);
  }
});
