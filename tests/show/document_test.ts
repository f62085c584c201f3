import { documentOf } from "../../lib/show/document.ts";
import { valueScale } from "../../lib/show/value_scale.ts";
import { pageHash, pages } from "../../lib/show/page.generated.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

const hostile = '</script><img src=x onerror="alert(1)">\u2028';

Deno.test("documentOf() lets neither title nor caption nor data out", () => {
  const html = documentOf({
    title: hostile,
    body: "",
    text: "",
    caption: hostile,
    payload: {
      kind: "attention",
      by: valueScale([]),
      layer: 0,
      tokens: [hostile],
    },
  })["text/html"];
  const own = html.replace(pages.attention!, "");
  assertEquals(own.match(/<\/script>/g)?.length, 2);
  assert(!own.includes("<img"));
  const json = own.match(/<script type="application\/json">(.*?)<\/script>/s)![1]!;
  assert(!json.includes("\u2028"));
  assertEquals(JSON.parse(json).tokens, [hostile]);
});

Deno.test("documentOf() is read without scripts and styles: no template, id, variable or drawing", () => {
  const html = documentOf({ title: "t", body: "<p>b</p>", text: "", payload: { kind: "table" } });
  const still = html["text/html"].replace(pages.table!, "");
  const style = /<style>(.*?)<\/style>/.exec(still)![1]!;
  assert(style.startsWith("@media print{") && style.endsWith("}"), "it has a style on paper alone");
  for (const absent of ["<template", "<svg", "var(", " id=", "http"]) {
    assert(!still.replace(style, "").includes(absent), `the static layer holds ${absent}`);
  }
  assertStringIncludes(still, `class="innerworks-${pageHash}-table"`);
});

Deno.test("documentOf() writes title, text and caption as lines without lone surrogates", () => {
  const document = documentOf({
    title: "t\ud800",
    body: "",
    text: "a\nb",
    payload: { kind: "table" },
    caption: "c",
  });
  assertEquals(document["text/plain"], "t\ufffd\na\nb\nc");
});
