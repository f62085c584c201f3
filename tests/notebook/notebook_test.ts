import { formatNotebook, parseNotebook } from "../../lib/notebook/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const file = (cells: unknown[], more: object = {}) =>
  JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5, ...more });
const markdown = (source: unknown, more: object = {}) => ({
  cell_type: "markdown",
  id: "m",
  metadata: {},
  source,
  ...more,
});

Deno.test("formatNotebook() writes what Jupyter writes", () => {
  const notebook = parseNotebook(file([
    markdown("# Title\nText"),
    {
      cell_type: "code",
      id: "c",
      metadata: { tags: ["b", "a"] },
      source: ["1\r\n", "2\n"],
      execution_count: 1,
      outputs: [
        { output_type: "stream", name: "stdout", text: ["a\n", "b"] },
        {
          output_type: "execute_result",
          execution_count: 1,
          metadata: {},
          data: { "text/plain": "x\u2028y\n", "application/json": "one\ntwo" },
        },
        { output_type: "error", ename: "E", evalue: "v", traceback: ["E: v"] },
      ],
    },
  ]));
  const text = formatNotebook(notebook);
  assertEquals(
    text,
    `{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "m",
   "metadata": {},
   "source": [
    "# Title\\n",
    "Text"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "c",
   "metadata": {
    "tags": [
     "b",
     "a"
    ]
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "a\\n",
      "b"
     ]
    },
    {
     "data": {
      "application/json": "one\\ntwo",
      "text/plain": [
       "x\u2028",
       "y\\n"
      ]
     },
     "execution_count": 1,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "ename": "E",
     "evalue": "v",
     "output_type": "error",
     "traceback": [
      "E: v"
     ]
    }
   ],
   "source": [
    "1\\r\\n",
    "2\\n"
   ]
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`,
  );
  assertEquals(parseNotebook(text), notebook);
});

Deno.test("parseNotebook() gives cells ids that are the same every time and never twice", () => {
  const ids = () =>
    parseNotebook(file([
      markdown("a", { id: undefined }),
      markdown("b", { id: "same" }),
      markdown("c", { id: "same" }),
      markdown("d", { id: "not valid" }),
      markdown("e", { id: "cell-5" }),
      markdown("f", { id: undefined }),
    ])).cells.map(({ id }) => id);
  assertEquals(ids(), ["cell-0", "same", "cell-2", "cell-3", "cell-5", "cell-5-1"]);
  assertEquals(ids(), ids());
});

Deno.test("parseNotebook() keeps attachments and raw cells", () => {
  const attachments = { "a.png": { "image/png": "AAAA" } };
  const notebook = parseNotebook(file([
    markdown("![a](attachment:a.png)", { attachments }),
    { cell_type: "raw", id: "r", metadata: {}, source: "raw" },
  ]));
  const [first, second] = notebook.cells;
  assert(first?.cell_type === "markdown" && second?.cell_type === "raw");
  assertEquals(first.attachments, attachments);
  assertEquals(parseNotebook(formatNotebook(notebook)), notebook);
});

Deno.test("parseNotebook() refuses what is no notebook", () => {
  const refused: [string, string][] = [
    ["{", "Cannot read x.ipynb as it must be JSON: "],
    ["[]", "Cannot read x.ipynb as it must be a JSON object: current value is []"],
    [
      file([], { nbformat: 3 }),
      "Cannot read x.ipynb as its nbformat must be 4: current value is 3",
    ],
    [file([], { cells: 1 }), "Cannot read x.ipynb as its cells must be a list: current value is 1"],
    [file([null]), "Cannot read x.ipynb as cell 0 must be an object: current value is null"],
    [file([markdown([1])]), "Cannot read x.ipynb as cell 0 must have text: current value is [1]"],
    [
      file([markdown("", { cell_type: "heading" })]),
      'Cannot read x.ipynb as cell 0 must be code, markdown or raw: current value is "heading"',
    ],
    [
      file([{ cell_type: "code", source: "", outputs: [{ output_type: "pyout" }] }]),
      "Cannot read x.ipynb as an output of cell 0 must be of a known type: current value is ",
    ],
  ];
  for (const [text, message] of refused) {
    assertThrows(() => parseNotebook(text, "x.ipynb"), SyntaxError, message);
  }
});
