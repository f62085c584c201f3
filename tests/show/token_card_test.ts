import { tokenCard, type TokenCardOptions } from "../../lib/show/token_card.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

const options: TokenCardOptions = {
  title: "Neuron 2.17",
  facts: [{ label: "active", value: 0.03125 }, { label: "layer", value: "2 of 4", unit: "deep" }],
  lists: [
    {
      name: "promotes",
      label: "logit",
      unit: "nat",
      rows: [{ token: { text: " Mary" }, value: 0.75 }, { token: { text: " a" }, value: 0.5 }],
    },
    {
      name: "suppresses",
      label: "logit",
      unit: "nat",
      rows: [{ token: { text: "the" }, value: -1.5 }],
    },
    { name: "reads", label: "cosine", rows: [{ token: { text: "x" }, value: 0.125 }] },
  ],
  histogram: { label: "activation", counted: "tokens", counts: [10, 0, 1], edges: [0, 1, 2, 3] },
  examples: {
    label: "activation",
    texts: [{
      tokens: [{ text: "key" }, { text: " to" }, { text: " Mary" }],
      values: [0.25, 2.5, NaN],
      note: "line 7",
    }],
  },
  caption: "seedling",
};

Deno.test("tokenCard() has the same numbers in its text and its HTML", () => {
  const card = tokenCard(options);
  assertEquals(
    card["text/plain"],
    `Neuron 2.17
active: 0.0313; layer: 2 of 4 deep
promotes  logit (nat)
·Mary           0.750
·a              0.500
suppresses  logit (nat)
the               −1.50
reads  cosine
x       0.125
activation from  to  tokens
              0   1      10
              1   2       0
              2   3       1
line 7, greatest 2.50: key [·to] ·Mary
seedling`,
  );
  for (
    const text of [
      "active: 0.0313",
      ">+0.750<",
      ">−1.50<",
      ">+0.125<",
      "activation 0 to 1: 10 tokens",
      "activation 2 to 3: 1 tokens",
      "line 7, greatest 2.50",
      "activation 2.50, the greatest",
      "activation undefined",
    ]
  ) assertStringIncludes(card["text/html"], text);
});

Deno.test("tokenCard() gives bars of one label and unit one scale, and tells their sides apart", () => {
  const html = tokenCard(options)["text/html"];
  const bars = [
    ...html.matchAll(/<span class="(bar[^"]*)" style="display:inline-block;width:([\d.]+)px/g),
  ];
  assertEquals(bars.map(([, name, width]) => [name, Number(width)]), [
    ["bar", 45],
    ["bar", 30],
    ["bar minus", 90],
    ["bar", 90],
  ]);
});

Deno.test("tokenCard() marks the greatest token of each example once", () => {
  const texts = [...options.examples!.texts, { tokens: [{ text: "a" }], values: [NaN] }];
  const card = tokenCard({ ...options, examples: { label: "x", texts } });
  assertEquals(card["text/html"].match(/class="peak"/g)?.length, 1);
  assertStringIncludes(card["text/plain"], "no greatest value: a");
});

Deno.test("tokenCard() draws nothing but a title, and parts with nothing in them", () => {
  assertEquals(tokenCard({ title: "t", lists: [] })["text/plain"], "t");
  tokenCard({
    title: "t",
    facts: [],
    lists: [{ name: "a", label: "b", rows: [] }],
    histogram: { label: "a", counted: "b", counts: [], edges: [0] },
    examples: { label: "a", texts: [{ tokens: [], values: [] }] },
  });
});

Deno.test("tokenCard() escapes whatever it is given", () => {
  const bad = '"><img src=x onerror=alert(1)>';
  const token = { text: bad };
  const html = tokenCard({
    title: bad,
    facts: [{ label: bad, value: bad, unit: bad }],
    lists: [{ name: bad, label: bad, unit: bad, rows: [{ token, value: 1 }] }],
    histogram: { label: bad, counted: bad, counts: [1], edges: [0, 1] },
    examples: { label: bad, unit: bad, texts: [{ tokens: [token], values: [1], note: bad }] },
    caption: bad,
  })["text/html"];
  assert(!html.includes("<img"));
});

Deno.test("tokenCard() refuses what does not fit together, and says where", () => {
  const wrong: [object, typeof RangeError | typeof TypeError, string][] = [
    [{ list: [] }, TypeError, '"list" is not, perhaps "lists" is meant'],
    [{ lists: "a" }, TypeError, 'lists must be a list: current value is "a"'],
    [
      { lists: [{ name: "a", label: "b", row: [] }] },
      TypeError,
      'draw list 0 of a card as its options must be among name, label, unit, rows: "row" is not',
    ],
    [
      { lists: [{ name: "a", label: "b" }] },
      TypeError,
      "draw list 0 of a card as rows must be a list: current value is undefined",
    ],
    [
      { lists: [{ name: "a", label: "b", rows: [{ token: "x", value: 1 }] }] },
      TypeError,
      'the one at 0 is "x": write { text: "x" }',
    ],
    [
      { lists: [{ name: "a", label: "b", rows: [{ token: { text: "x" } }] }] },
      TypeError,
      "values must be a flat list of numbers: the one at 0 is undefined",
    ],
    [
      { facts: [{ name: "a" }] },
      TypeError,
      'with a fact as its options must be among label, value, unit: "name" is not',
    ],
    [
      { histogram: { ...options.histogram, edges: [0] } },
      RangeError,
      "edges must be one more than counts: current value is 1 for 3",
    ],
    [
      { examples: { label: "a", texts: [{ tokens: [{ text: "a" }], values: [] }] } },
      RangeError,
      "draw example 0 of a card as each token must have one value: current value is 0 values for 1 tokens",
    ],
  ];
  for (const [change, kind, message] of wrong) {
    assertThrows(() => tokenCard({ ...options, ...change }), kind, message);
  }
});
