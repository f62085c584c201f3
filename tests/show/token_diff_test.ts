import { diffSteps, tokenDiff } from "../../lib/show/token_diff.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "../assert.ts";

/** The length of a longest common subsequence, straight from its definition. */
function longest(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const [x, ...restA] = a, [y, ...restB] = b;
  if (x === y) return 1 + longest(restA, restB);
  return Math.max(longest(restA, b), longest(a, restB));
}

Deno.test("diffSteps() goes through both lists in order and keeps as much as can be kept", () => {
  const random = new RandomStream(5, "diff");
  for (let round = 0; round < 200; round++) {
    const [a, b] = [0, 1].map(() =>
      Array.from({ length: random.integer(8) }, () => random.integer(3))
    ) as [number[], number[]];
    const steps = diffSteps(a, b);
    assertEquals(steps.flatMap(({ before }) => before ?? []), [...a.keys()]);
    assertEquals(steps.flatMap(({ after }) => after ?? []), [...b.keys()]);
    const kept = steps.filter(({ before, after }) => before !== null && after !== null);
    assert(kept.every(({ before, after }) => a[before!] === b[after!]));
    assertEquals(kept.length, longest(a, b), `${a} and ${b}`);
  }
});

Deno.test("diffSteps() puts what went before what came", () => {
  assertEquals(diffSteps(["a", "b"], ["a", "c"]), [
    { before: 0, after: 0 },
    { before: 1, after: null },
    { before: null, after: 1 },
  ]);
});

const before = {
  label: "unedited",
  tokens: [{ text: " Mary", id: 1 }, { text: ".", id: 2 }],
  own: [0.97, 0.5],
  other: [0.01, 0.4],
};
const after = {
  label: "edited",
  tokens: [{ text: " <b>", id: 3 }, { text: ".", id: 2 }],
  own: [0.6, 0.7],
  other: [0.02, 0.5],
};

Deno.test("tokenDiff() lists both texts with the probabilities in both runs", () => {
  const diff = tokenDiff({
    title: "Two",
    context: [{ text: "to" }],
    before,
    after,
    caption: "greedy",
  });
  assertEquals(
    diff["text/plain"],
    `Two
after to
tokens in both: 1; only in unedited: 1; only in edited: 1
   token  in unedited  in edited
-  ·Mary        97.0%       1.0%
+  ·<b>          2.0%      60.0%
   .            50.0%      70.0%
In a row with − both columns are after the unedited text, in one with + after the edited text, else each after its own.
greedy`,
  );
});

Deno.test("tokenDiff() marks without colour what only one text has, and escapes tokens", () => {
  const html = tokenDiff({ title: "Two", before, after })["text/html"];
  assertEquals(html.match(/<del class="mark"/g)?.length, 1);
  assertEquals(html.match(/<ins class="mark"/g)?.length, 1);
  assert(!html.includes(" <b></"), "the token is text");
  assertStringIncludes(html, "&lt;b&gt;");
  assertStringIncludes(html, "here 60.0%, in the other run 2.0%");
});

Deno.test("tokenDiff() draws texts of no tokens, and tokens without ids or probabilities", () => {
  const none = { label: "a", tokens: [] };
  assertStringIncludes(
    tokenDiff({ title: "t", before: none, after: none })["text/html"],
    "No tokens",
  );
  const plain = tokenDiff({
    title: "t",
    before: { label: "a", tokens: [{ text: "x" }] },
    after: { label: "b", tokens: [{ text: "x" }] },
  });
  assertStringIncludes(plain["text/plain"], "tokens in both: 1; only in a: 0; only in b: 0");
  assertEquals(plain["text/html"].includes('class="legend"'), false);
});

Deno.test("tokenDiff() refuses probabilities that do not fit the tokens", () => {
  assertThrows(
    () => tokenDiff({ title: "t", before: { ...before, own: [1] }, after }),
    RangeError,
    "Cannot draw a diff as each token must have one probability: current value is 1 for 2 tokens of unedited",
  );
});
