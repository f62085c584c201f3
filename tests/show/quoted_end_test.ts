import * as library from "../../mod.ts";
import { quotedEnd } from "../../lib/show/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { seedling } from "../model/fixture.ts";

const MARY = "When Mary and John went to the store, John gave a key to";
const model = await seedling();
const titleOf = (value: object) => Deno.inspect(value).split("\n")[0]!;

Deno.test("quotedEnd() begins with an ellipsis where it is cut, between letters", () => {
  assertEquals(quotedEnd("The cat"), '"The cat"');
  assertEquals(quotedEnd("a😀", 2), '"…😀"');
  assertEquals(quotedEnd("a😀", 1), '"…"');
  assertEquals(quotedEnd("👩‍👩‍👧b", 3), '"…b"');
  assertEquals(quotedEnd("x".repeat(99) + "e\u0301nd", 3), '"…nd"');
  assertEquals(quotedEnd("x".repeat(99) + "e\u0301nd", 4), '"…e\u0301nd"');
  assertEquals(quotedEnd("a\u202eb\n\tc\u2028 ", 90), '"a⟨U+202E⟩b↵⇥c⟨U+2028⟩ "');
  assertEquals(quotedEnd("I ❤️ 👩‍👩‍👧"), '"I ❤️ 👩‍👩‍👧"');
  const tokens = [{ text: "<s>", special: true }, { text: "hi" }, { text: "</s>", special: true }];
  assertEquals(quotedEnd({ text: "<s>hi</s>", tokens }), '"hi</s>"');
  assertEquals(quotedEnd({ text: "hi</s>", tokens }), '"hi</s>"');
});

Deno.test("titles decode a prompt whole, say that they cut it, and hold nothing that turns text round", async () => {
  const next = async (prompt: library.Prompt) => titleOf(await library.nextTokens(model, prompt));
  assertEquals(await next("The café is"), 'Next tokens after "The café is"');
  assertEquals(await next("שלום ❤"), 'Next tokens after "שלום ❤"');
  using run = await library.run(model, ["The café is", "I ❤ it"]);
  const { "text/plain": plain } = await run[library.display]() as library.Document;
  assert(plain.includes('Example 1: next tokens after "I ❤ it"'), plain);
  assert(!/after.*\uFFFD/.test(plain), plain);
  const lens = async (prompt: library.Prompt) => titleOf(await library.logitLens(model, prompt));
  assertEquals(await lens("a\u202eb"), 'Logit lens on "a⟨U+202E⟩b"');
  const long = await lens("The cat sat on the mat. ".repeat(6) + MARY);
  assert(/^Logit lens on "….*a key to"$/.test(long), long);
  const emoji = await lens("😀".repeat(50) + "a");
  assertEquals(emoji, `Logit lens on "…${"😀".repeat(44)}a"`);
  // The same prompt as ids has the same title.
  assertEquals(await lens(model.tokenize(MARY)[0]!.ids), await lens(MARY));
  const written = await library.generate(model, model.tokenize(MARY)[0]!.ids, { tokens: 1 });
  assert(Deno.inspect(written).includes(`\n"${MARY}" → `), Deno.inspect(written));
  const followed = await library.logitLens(model, "The café is", { track: " a" });
  const drawing = await followed.trajectory(" a")[library.display]();
  const text = JSON.stringify(drawing);
  assert(text.includes("The café is") && !text.includes("caf\uFFFD"), text.slice(0, 300));
});
