import { type CellOutput, proseNumbers } from "../../lib/notebook/mod.ts";
import { assertEquals } from "../assert.ts";

/** The unfounded numbers of prose that stands below a cell with the given outputs. */
function unfounded(prose: string, outputs: CellOutput[], source = ""): string[] {
  const cells = [
    {
      cell_type: "code" as const,
      id: "c",
      metadata: {},
      source,
      execution_count: 1,
      outputs,
    },
    { cell_type: "markdown" as const, id: "m", metadata: {}, source: prose },
  ];
  return proseNumbers({ cells, metadata: {} }).map(({ number }) => number);
}

const result = (data: Record<string, unknown>): CellOutput => ({
  output_type: "execute_result",
  data,
  metadata: {},
  execution_count: 1,
});

Deno.test("proseNumbers() finds a number that no output above shows", () => {
  const outputs = [result({ "text/plain": "logit 12.53, 4 heads, -0.5, 1e-7, 86%" })];
  assertEquals(unfounded("It is 12.53; 4 of them; −0.5 (1e-7), 86%.", outputs), []);
  assertEquals(unfounded("It is 12.5; 3 of them; 0.5 and 53, 86.", outputs), [
    "12.5",
    "3",
    "0.5",
    "53",
    "86",
  ]);
});

Deno.test("proseNumbers() reads what a page shows, not what is in its tags", () => {
  const html =
    '<style>a{b:7}</style><td width="9">1</td><td>2&minus;3</td><script>[5]</script>&#52; −6';
  const outputs = [result({ "text/html": html, "text/plain": "8" })];
  assertEquals(unfounded("1 2 4 8 -6", outputs), []);
  assertEquals(unfounded("5 7 9 12", outputs), ["5", "7", "9", "12"]);
});

Deno.test("proseNumbers() takes printed text, errors and code above as shown", () => {
  const outputs: CellOutput[] = [
    { output_type: "stream", name: "stdout", text: "1,234 tokens\n" },
    { output_type: "error", ename: "RangeError", evalue: "layer 17", traceback: [] },
  ];
  assertEquals(unfounded("1234 tokens, layer 17, head 5", outputs, "zero(at, { heads: [5] })"), []);
});

Deno.test("proseNumbers() does not take outputs below", () => {
  const code = {
    cell_type: "code" as const,
    id: "c",
    metadata: {},
    source: "x",
    execution_count: 1,
    outputs: [result({ "text/plain": "5" })],
  };
  const prose = {
    cell_type: "markdown" as const,
    id: "m",
    metadata: {},
    source: "First\n\nIt is 5.",
  };
  assertEquals(proseNumbers({ cells: [prose, code], metadata: {} }), [
    { cell: "m", number: "5", line: "It is 5." },
  ]);
  assertEquals(proseNumbers({ cells: [code, prose], metadata: {} }), []);
});

Deno.test("proseNumbers() skips what is no claim", () => {
  const prose = `# 3. A heading
1. One
2) Two
GPT-2, W_4, layer5, v1.2.3, x86
[Elhage et al. 2021](https://transformer-circuits.pub/2021/framework) https://a.b/77
\`\`\`ts
run(99)
\`\`\`
`;
  assertEquals(unfounded(prose, []), []);
  assertEquals(unfounded("## With 6 heads", []), ["6"]);
});
