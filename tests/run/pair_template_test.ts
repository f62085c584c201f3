import { fillTemplate, type PairText, pairTexts } from "../../lib/run/mod.ts";
import type { TemplateOptions } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const OPTIONS: TemplateOptions = {
  slots: { A: ["Ann", "Bob", "Cid", "Dan", "Eve"], B: ["Ann", "Bob", "Cid", "Dan", "Eve"] },
  corrupt: { S2: { slot: "A" } },
  answer: " {A}",
  wrong: " {B}",
  seed: 1,
};
const TEMPLATE = "{A:IO} met {B:S1} and {B:S2} left";

/** The first pairs of a template. */
function first(count: number, change: Partial<TemplateOptions> = {}, template = TEMPLATE) {
  const pairs = pairTexts(template, { ...OPTIONS, ...change });
  return Array.from({ length: count }, () => pairs.next().value as PairText);
}

/** The words of a text. */
const names = (text: unknown) => /^(\w+) met (\w+) and (\w+) left$/.exec(String(text))!.slice(1);

Deno.test("pairTexts() fills slots, changes one place, and names slots and labels", () => {
  const seen = new Set<string>();
  for (const { clean, corrupt, answer, wrong, spans } of first(60)) {
    const [io, s1, s2] = names(clean);
    assert(io !== s1 && s1 === s2);
    assertEquals(names(corrupt), [io, s1, io]);
    assertEquals([answer, wrong], [` ${io}`, ` ${s1}`]);
    const range = (start: number) => ({ start, end: start + 3 });
    assertEquals(spans as unknown, {
      A: [range(0)],
      IO: [range(0)],
      B: [range(8), range(16)],
      S1: [range(8)],
      S2: [range(16)],
    });
    seen.add(String(clean));
  }
  // Of 20 clean sentences, 60 draws miss any one with a probability of 0.046: half of them at least are there.
  assert(seen.size >= 10);
});

Deno.test("the same seed makes the same pairs, another seed others", () => {
  assertEquals(first(9), first(9));
  assert(JSON.stringify(first(9)) !== JSON.stringify(first(9, { seed: 2 })));
});

Deno.test("a change may be another filler, another slot's, or one of a list", () => {
  for (
    const { clean, corrupt } of first(40, {
      corrupt: { IO: "another", S1: "another", S2: "another" },
    })
  ) {
    assertEquals(new Set([...names(clean), ...names(corrupt)]).size, 5, "three other names");
  }
  for (const { clean, corrupt } of first(20, { corrupt: { A: { slot: "B" }, B: { slot: "A" } } })) {
    const [io, s] = names(clean);
    assertEquals(names(corrupt), [s, io, io]);
  }
  for (const { clean, corrupt } of first(20, { corrupt: { B: "another" } })) {
    const [io, s] = names(clean), [same, one, two] = names(corrupt);
    assert(same === io && one === two && one !== s && one !== io, "both places change alike");
  }
  const listed = first(20, { corrupt: { S1: ["Zed", "Yan"] } });
  assertEquals(new Set(listed.map(({ corrupt }) => names(corrupt)[1]!)).size, 2);
  for (const { clean, corrupt } of listed) {
    const [io, , s2] = names(clean), [sameIo, s1, sameS2] = names(corrupt);
    assertEquals([sameIo, sameS2], [io, s2]);
    assert(s1 === "Zed" || s1 === "Yan");
  }
});

Deno.test("answers may be functions of both prompts, and templates several", () => {
  const [pair] = first(1, {
    answer: (clean, corrupt) => [` ${clean.A}`, ` ${corrupt.S2}`],
    wrong: (_, corrupt) => ` ${corrupt.B}`,
  });
  const [io, s] = names(pair!.clean);
  assertEquals([pair!.answer, pair!.wrong], [[` ${io}`, ` ${io}`], ` ${s}`]);
  const both = pairTexts(["{A} and {B:S2}", "{B:S2} or {A}"], OPTIONS);
  const words = new Set(
    Array.from({ length: 20 }, () => String(both.next().value!.clean).split(" ")[1]),
  );
  assertEquals(words.size, 2);
});

Deno.test("fillTemplate() says where each slot and label came to stand, and an empty filler stands nowhere", () => {
  assertEquals(fillTemplate("a {x:y}{z} b {x}", { x: "123", z: "" }), {
    text: "a 123 b 123",
    spans: { x: [{ start: 2, end: 5 }, { start: 8, end: 11 }], y: [{ start: 2, end: 5 }] },
  });
  assertEquals(fillTemplate("no slot", {}), { text: "no slot", spans: {} });
  assertThrows(() => fillTemplate("{x}", { y: "" }), RangeError, '"x" is none of y');
});

Deno.test("pairTexts() refuses what it cannot fill", () => {
  const refused = (change: Partial<TemplateOptions>, message: string, template = TEMPLATE) => {
    const error = assertThrows(() => first(1, change, template)) as Error;
    assert(error.message.includes(message), error.message);
  };
  const what = `Cannot fill ${JSON.stringify(TEMPLATE)} as`;
  refused({}, 'each slot must have fillers: "C" is none of A, B', "{A} {B:S2} {C}");
  refused(
    { corrupt: { S3: "another" } },
    `${what} what changes must be a slot or a label of it: "S3" is none of A, IO, B, S1, S2`,
  );
  refused(
    { slots: { ...OPTIONS.slots, C: [] } },
    `${what} the fillers of "C" must be a list of texts with at least one: current value is []`,
  );
  refused(
    { slots: { A: ["Ann"], B: ["Ann"] } },
    'Cannot fill slot "B" as it must have a filler that no other slot of the example holds: its 1 are all in use',
  );
  refused(
    { corrupt: { S2: { slot: "C" } } },
    'Cannot fill "S2" as it must take "another", a list or { slot } of a slot: current value is {"slot":"C"}',
  );
  refused({ corrupt: { S2: "other" as never } }, 'current value is "other"');
  refused(
    { answer: " {C}" },
    'Cannot fill the answer " {C}" as each slot must be one of the template: "C" is none of A, B',
  );
  refused({}, "a label must not be a slot too: current value is A", "{B:A} {A} {B:S2}");
  refused({ sed: 3 } as never, '"sed" is not, perhaps "seed" is meant');
  assertThrows(
    () => [...pairTexts([], OPTIONS)],
    RangeError,
    "there must be at least one: there is none",
  );
});
