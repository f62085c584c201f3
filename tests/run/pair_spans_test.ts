import { spanPositions } from "../../lib/run/pair_spans.ts";
import type { SpanPlace } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { seedling } from "../model/fixture.ts";

/** "<|endoftext|>", "When", " Mary", " and", " John", " met", " John", ... */
const prompt = async () => (await seedling()).tokenize("When Mary and John went, John gave")[0]!;

Deno.test("spanPositions() finds positions, texts and stretches of the prompt", async () => {
  const clean = await prompt(), find = (place: SpanPlace) => spanPositions(clean, { a: place }).a;
  assertEquals(clean.tokens.map(({ text }) => text), [
    "<|endoftext|>",
    "When",
    " Mary",
    " and",
    " John",
    " went",
    ",",
    " John",
    " gave",
  ]);
  assertEquals(find([-1, 0, 3]), [8, 0, 3], "the order given");
  assertEquals(find("Mary"), [2]);
  assertEquals(find("ry and J"), [2, 3, 4]);
  assertEquals(find({ start: 0, end: 4 }), [1]);
  assertEquals(find([{ start: 25, end: 29 }, { start: 14, end: 18 }]), [4, 7]);
  assertEquals(find([{ start: 14, end: 16 }, { start: 16, end: 18 }]), [4], "one token, once");
  assertEquals(find({ start: 4, end: 5 }), [2], "the space belongs to the word after it");
});

Deno.test("spanPositions() refuses what is not in the prompt, or more than once", async () => {
  const clean = await prompt();
  const refused = (place: unknown, message: string) => {
    const error = assertThrows(() => spanPositions(clean, { a: place as SpanPlace })) as Error;
    assert(error.message.includes(message), error.message);
  };
  refused("Anna", 'Cannot find span "a" as the prompt must hold it: current value is "Anna"');
  refused("", "the prompt must hold it");
  refused(
    "John",
    'Cannot find span "a" as the prompt must hold it once; give its positions: current value is "John"',
  );
  refused([9], 'Cannot find span "a" as positions must be from -9 to 8: current value is 9');
  refused(
    [8, -1],
    'Cannot find span "a" as its positions must differ: 8 stands there twice: current value is [8,-1]',
  );
  refused([0.5], "current value is 0.5");
  refused([], 'Cannot find span "a" as it must hold a token: current value is []');
  refused(
    { start: 3, end: 99 },
    'as a stretch must lie in the prompt\'s 34 characters: current value is {"start":3,"end":99}',
  );
  refused({ start: 3, end: 3 }, "a stretch must lie");
  refused({ from: 3 }, "a stretch must lie");
  refused([null], "current value is null");
  refused(
    3,
    'Cannot find span "a" as it must be text, positions or stretches of text: current value is 3',
  );
  refused(null, "current value is null");
});
