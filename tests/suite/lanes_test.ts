import { assertEquals, assertRejects } from "../assert.ts";
import { inLanes, InTurn } from "./lanes.ts";

/** Works that end when they are told to, and what began and ended. */
function works(names: string) {
  const events: string[] = [], ends = new Map<string, (goesOn: boolean) => void>();
  const run = async (name: string, index: number) => {
    events.push(`${name}${index}`);
    const goesOn = await new Promise<boolean>((end) => ends.set(name, end));
    events.push(`-${name}`);
    return goesOn;
  };
  const end = async (name: string, goesOn = true) => {
    ends.get(name)!(goesOn);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { all: [...names], run, end, events };
}

Deno.test("inLanes() begins works in order, each as soon as a lane is free, and none after one that says so", async () => {
  const { all, run, end, events } = works("abcde");
  const left = inLanes(all, 2, run);
  await end("b");
  await end("c");
  assertEquals(events, ["a0", "b1", "-b", "c2", "-c", "d3"]);
  await end("d", false);
  await end("a");
  assertEquals(await left, ["e"]);
  assertEquals(events.slice(6), ["-d", "-a"]);

  const few = works("ab");
  const none = inLanes(few.all, 5, few.run);
  await few.end("b");
  await few.end("a");
  assertEquals(await none, []);
  assertEquals(await inLanes([], 2, () => Promise.resolve(true)), []);
  await assertRejects(() => inLanes([1], 2, () => Promise.reject(new Error("broken"))));
});

Deno.test("InTurn writes one work's words at once and those of others behind it, in order, whole", () => {
  let written = "";
  const turns = new InTurn((text) => written += text);
  turns.say(1, "b1 ");
  turns.say(0, "a1 ");
  turns.say(2, "c1 ");
  turns.say(1, "b2 ");
  assertEquals(written, "a1 ");
  turns.end(1);
  turns.say(0, "a2 ");
  turns.end(0);
  assertEquals(written, "a1 a2 b1 b2 c1 ");
  turns.say(2, "c2 ");
  turns.end(2);
  turns.say(3, "d1 ");
  turns.end(3);
  assertEquals(written, "a1 a2 b1 b2 c1 c2 d1 ");
});
