import { changedLetters, nearestNames, quotedNames } from "../../lib/show/nearest_names.ts";
import { assertEquals } from "../assert.ts";

const sites = ["embed", "resid_pre", "resid_mid", "resid_post", "attn.q", "attn.k"];

Deno.test("nearestNames() prefers other capitals, then what begins as the name does, then few changes", () => {
  for (
    const [given, found] of [
      ["EMBED", ["embed"]],
      ["resid", ["resid_pre", "resid_mid", "resid_post"]],
      ["Resid_p", ["resid_pre", "resid_post"]],
      ["resid_pst", ["resid_post"]],
      ["a", ["attn.q", "attn.k"]],
      // Nothing of it is in any name, so that none is near.
      ["0000", []],
      ["", []],
    ] as const
  ) assertEquals([given, nearestNames(given, sites)], [given, found]);
  assertEquals([nearestNames("cmap", ["scale", "code"]), nearestNames("patern", ["embed"])], [
    [],
    [],
  ]);
  const many = ["one", "one_1", "one_2", "one_3", "one_4", "one_5"];
  assertEquals(nearestNames("one_", many), ["one"]);
  assertEquals(nearestNames("x".repeat(1e6), ["xyz"]), ["xyz"]);
});

Deno.test("quotedNames() lists names as an error does, and changedLetters() counts", () => {
  assertEquals(quotedNames(["a"]), '"a"');
  assertEquals(quotedNames(["a", "b", "c"]), '"a", "b" or "c"');
  assertEquals(quotedNames(["a", "b"], "and"), '"a" and "b"');
  assertEquals([changedLetters("", "ab"), changedLetters("kitten", "sitting")], [2, 3]);
});
