import {
  refuseMissingOptions,
  refuseUnknownOptions,
  refuseUnknownWord,
} from "../../lib/show/known_options.ts";
import { assertThrows } from "../assert.ts";

Deno.test("refuseUnknownOptions() lets known names pass, undefined ones too", () => {
  refuseUnknownOptions("run a model", {}, ["capture", "edits"]);
  refuseUnknownOptions("run a model", { edits: undefined }, ["capture", "edits"]);
});

Deno.test("refuseUnknownOptions() names the nearest, whatever its case", () => {
  for (const [given, meant] of [["edit", "edits"], ["Capture", "capture"]] as const) {
    assertThrows(
      () => refuseUnknownOptions("run a model", { [given]: [] }, ["capture", "edits"]),
      TypeError,
      `Cannot run a model as its options must be among capture, edits: "${given}" is not, perhaps "${meant}" is meant`,
    );
  }
});

Deno.test("refuseUnknownOptions() refuses any name where none is known", () => {
  assertThrows(
    () => refuseUnknownOptions("stop", { edit: [] }, []),
    TypeError,
    'Cannot stop as its options must be none: current value is "edit"',
  );
});

Deno.test("refuseUnknownOptions() refuses what is no object", () => {
  for (
    const [given, said] of [[null, "null"], [undefined, "undefined"], [["edits"], "a list"], [
      3,
      "3",
    ]]
  ) {
    assertThrows(
      () => refuseUnknownOptions("run a model", given as object, ["edits"]),
      TypeError,
      `Cannot run a model as its options must be an object: current value is ${said}`,
    );
  }
});

Deno.test("refuseUnknownWord() lets known words pass, and none", () => {
  refuseUnknownWord("draw", "align", undefined, ["left", "right"]);
  refuseUnknownWord("draw", "align", "left", ["left", "right"]);
});

Deno.test("refuseUnknownWord() names the nearest", () => {
  const rule = "Cannot draw a table as align must be among left, right:";
  for (
    const [given, said] of [["rigt", '"rigt" is not, perhaps "right" is meant'], [
      null,
      '"null" is not',
    ]]
  ) {
    assertThrows(
      () => refuseUnknownWord("draw a table", "align", given, ["left", "right"]),
      TypeError,
      `${rule} ${said}`,
    );
  }
});

Deno.test("refuseMissingOptions() names all that is missing, and lets the rest pass", () => {
  refuseMissingOptions("draw", { title: "", values: [] }, ["title", "values"]);
  assertThrows(
    () => refuseMissingOptions("draw", { title: "a", label: null }, ["title", "values", "label"]),
    TypeError,
    'Cannot draw as its options must have "title", "values" and "label": "values" and "label" are missing',
  );
});
