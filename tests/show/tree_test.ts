import { tree } from "../../lib/show/tree.ts";
import { assert, assertEquals } from "../assert.ts";

const root = {
  name: "model",
  note: "2 parts",
  children: [{ name: "<embed>", detail: "two\nlines" }, {
    name: "blocks",
    children: [{ name: "0" }],
  }],
};

Deno.test("tree() indents as text what it nests as HTML", () => {
  const document = tree({ title: "A model", root });
  assertEquals(
    document["text/plain"],
    `A model
model  2 parts
  <embed>
      two lines
  blocks
    0`,
  );
  assert(!document["text/html"].includes("<embed>"));
});

Deno.test("tree() opens as many levels as asked", () => {
  const opened = (open: number): number =>
    tree({ title: "A model", root, open })["text/html"].match(/<details open/g)?.length ?? 0;
  assertEquals([0, 1, 2].map(opened), [0, 1, 3]);
});
