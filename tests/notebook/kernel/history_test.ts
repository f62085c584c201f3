import { History } from "../../../lib/notebook/kernel/history.ts";
import { assert, assertEquals } from "../../assert.ts";

const history = new History();
["a = 1", "f(a)", "a = 1", "g(a)"].forEach((input, i) => history.add({ line: i + 1, input }));
const lines = (request: Record<string, unknown>) =>
  (history.answer(request) as { history: [number, number, unknown][] }).history.map(([, line]) =>
    line
  );

Deno.test("History finds the last cells, a range of them, and those that fit a pattern", () => {
  assertEquals(lines({ hist_access_type: "tail", n: 2 }), [3, 4]);
  assertEquals(lines({ hist_access_type: "tail" }), [1, 2, 3, 4]);
  assertEquals(lines({ hist_access_type: "range", session: 0, start: 2, stop: 4 }), [2, 3]);
  assertEquals(lines({ hist_access_type: "range", session: -1, start: 0, stop: 9 }), []);
  assertEquals(lines({ hist_access_type: "search", pattern: "?(*" }), [2, 4]);
  assertEquals(lines({ hist_access_type: "search", pattern: "a*" }), [1, 3]);
  assertEquals(lines({ hist_access_type: "search", pattern: "a*", unique: true }), [3]);
  assertEquals(lines({ hist_access_type: "search", pattern: "*", n: 1 }), [4]);
  assertEquals(lines({ hist_access_type: "other" }), []);
  const tail = { hist_access_type: "tail", n: 1, output: true };
  assertEquals(history.answer(tail), { status: "ok", history: [[0, 4, ["g(a)", null]]] });
});

Deno.test("History keeps a bounded number of characters, and no pattern takes it long", () => {
  const large = new History();
  for (let line = 1; line <= 40; line++) large.add({ line, input: "x".repeat(1e6) });
  const kept = (large.answer({ hist_access_type: "tail" }) as { history: unknown[] }).history;
  assertEquals(kept.length, 16);
  const start = performance.now();
  lines({ hist_access_type: "search", pattern: "*".repeat(1000) + "z" });
  assert(performance.now() - start < 200);
});
