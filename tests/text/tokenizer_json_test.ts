import { assertEquals, assertThrows } from "../assert.ts";
import { Tokenizer } from "../../lib/text/mod.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";

const part = Part.whole("t.json", {
  a: "x",
  n: 1,
  f: false,
  none: null,
  o: { p: {} },
  l: [{ q: 2 }],
});

Deno.test("Part gives values of the kind asked for, or the fallback", () => {
  assertEquals([part.text("a"), part.number("n"), part.flag("f")], ["x", 1, false]);
  assertEquals([part.text("z", "y"), part.number("none", 2), part.flag("z", true)], ["y", 2, true]);
  assertEquals([part.has("f"), part.has("none"), part.has("z")], [true, false, false]);
  assertEquals([part.part("none"), part.parts("none")], [null, []]);
  assertEquals(part.value("toString"), undefined);
});

Deno.test("Part names file and path of what it refuses", () => {
  const refused = (read: () => unknown, says: string): void => {
    assertThrows(read, SyntaxError, says);
  };
  refused(() => part.text("n"), "Cannot read t.json as n must be a string: current value is 1");
  refused(() => part.text("z"), "Cannot read t.json as z must be a string: there is none");
  refused(() => part.text("n", ""), "n must be a string: current value is 1");
  refused(
    () => part.part("o")!.part("p")!.flag("f"),
    "as o.p.f must be true or false: there is none",
  );
  refused(() => part.parts("l")[0]!.text("q"), "as l[0].q must be a string: current value is 2");
  refused(() => part.parts("a"), 'as a must be a list: current value is "x"');
  refused(() => part.part("l"), 'as l must be an object: current value is [{"q":2}]');
  refused(() => Part.whole("t.json", "{}"), 'as it must be an object: current value is "{}"');
  const long = Part.whole("t.json", { a: "x".repeat(1e6) });
  refused(() => long.number("a"), `current value is "${"x".repeat(59)}…`);
});

Deno.test("Part refuses nesting that would overflow the stack", () => {
  let settings: unknown = { type: "NFC" };
  for (let i = 0; i < 100_000; i++) settings = { type: "Sequence", normalizers: [settings] };
  const model = { type: "WordLevel", vocab: { a: 0 }, unk_token: "a" };
  assertThrows(
    () => Tokenizer.fromJson({ normalizer: settings, model }),
    SyntaxError,
    "Cannot read tokenizer.json as it must not be nested so deep: normalizer.normalizers[0].",
  );
});
