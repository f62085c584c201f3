import { jsonLines, textFile, Texts } from "../../lib/data/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { drawings } from "../run/drawings.ts";
import { withFile } from "./files.ts";

Deno.test("jsonLines() gives the field of each line, again and again", async () => {
  const content = '{"text": "One\\nday", "n": 1}\n\n  \n{"n": [2], "text": ""}\n{"text":"é漢🙂"}';
  await withFile(content, async (path) => {
    const texts = jsonLines(path);
    for (let time = 0; time < 2; time++) {
      assertEquals(await Array.fromAsync(texts), ["One\nday", "", "é漢🙂"]);
    }
    assertEquals(await texts.first(2), ["One\nday", ""]);
    assertEquals(await texts.first(0), []);
    assertEquals(await texts.first(9), ["One\nday", "", "é漢🙂"]);
  });
  await withFile('{"body": "a"}', async (path) => {
    assertEquals(await jsonLines(path, { field: "body" }).first(1), ["a"]);
  });
});

Deno.test("jsonLines() names file, line and field of what it cannot read", async () => {
  const cases: [line: string, message: string][] = [
    ['{"txt": "a", "id": 3}', 'must have a field "text": its fields are "txt", "id"'],
    ["{}", 'must have a field "text": its fields are none'],
    ['{"__proto__": {"text": "a"}}', 'must have a field "text": its fields are "__proto__"'],
    ['{"text": 3}', 'field "text" must hold text: it holds a number, 3'],
    ['{"text": null}', 'field "text" must hold text: it holds null'],
    ['{"text": ["a"]}', 'field "text" must hold text: it holds a list'],
    ['{"text": {"a": 1}}', 'field "text" must hold text: it holds an object'],
    ['["a"]', "must hold a JSON object: it is a list"],
    ['"a"', "must hold a JSON object: it is a string, a"],
    ["null", "must hold a JSON object: it is null"],
    [
      '{"text": "a \\ud83d b"}',
      'field "text" must be well formed: half of a surrogate pair stands alone in it',
    ],
  ];
  for (const [line, message] of cases) {
    await withFile(`{"text": "fine"}\n${line}\n`, async (path) => {
      const error = await assertRejects(() => Array.fromAsync(jsonLines(path)), SyntaxError);
      const rule = message.startsWith("must") ? `it ${message}` : message;
      assertEquals(error.message, `Cannot read line 2 of ${path} as ${rule}`);
    });
  }
  for (const line of ['{"text": NaN}', '{"text": "a"', "not json", '{"text": "a"} {"text": "b"}']) {
    await withFile(`\n${line}`, async (path) => {
      await assertRejects(
        () => Array.fromAsync(jsonLines(path)),
        SyntaxError,
        `Cannot read line 2 of ${path} as it must be JSON: `,
      );
    });
  }
});

Deno.test("a reader has the texts before a bad line", async () => {
  await withFile('{"text": "a"}\n{"text": "b"}\noops\n', async (path) => {
    assertEquals(await jsonLines(path).first(2), ["a", "b"]);
    await assertRejects(() => jsonLines(path).first(3), SyntaxError);
  });
});

Deno.test("textFile() gives lines, paragraphs or the file, without empty ones", async () => {
  await withFile("\none\ntwo\n \n\nthree\n\n", async (path) => {
    const read = (each: "line" | "paragraph" | "file") => Array.fromAsync(textFile(path, { each }));
    assertEquals(await Array.fromAsync(textFile(path)), ["one", "two", "three"]);
    assertEquals(await read("paragraph"), ["one\ntwo", "three"]);
    assertEquals(await read("file"), ["\none\ntwo\n \n\nthree\n"]);
  });
  await withFile("\n \n", async (path) => {
    assertEquals(await Array.fromAsync(textFile(path, { each: "file" })), []);
  });
});

Deno.test("files and options that cannot be meant are refused", async () => {
  assertThrows(
    () => jsonLines("a.jsonl", { feild: "x" } as never),
    TypeError,
    'Cannot read JSON lines as its options must be among field, longestLine: "feild" is not, perhaps "field" is meant',
  );
  assertThrows(
    () => textFile("a", { each: "word" as never }),
    TypeError,
    'Cannot read a text file as each must be "line", "paragraph" or "file": current value is "word"',
  );
  assertThrows(
    () => jsonLines(["a"] as never),
    TypeError,
    "Cannot read JSON lines as the file must be a path or a file: address: current value is a list",
  );
  assertThrows(
    () => textFile(new URL("https://example.com/a.txt")),
    TypeError,
    "current value is https://example.com/a.txt",
  );
  assertThrows(
    () => textFile("a", { longestLine: 0 }),
    RangeError,
    "Cannot read a text file as longestLine must be a positive number of bytes: current value is 0",
  );
  await assertRejects(() => jsonLines("there/is/none.jsonl").first(1), Deno.errors.NotFound);
});

Deno.test("texts draw the first of them, or what keeps them from being read", async () => {
  const texts = new Texts("<b>a list</b>", () => ["<script>one</script>", "y".repeat(500)]);
  const { html, plain } = await drawings(texts);
  assert(plain.startsWith("2 texts of <b>a list</b>\n"), plain);
  assert(
    plain.includes("<script>one</script>") && plain.includes("yyy...") && plain.includes("500"),
  );
  assert(!html.includes("<script>one") && html.includes("&lt;script&gt;one"));
  assertEquals(Deno.inspect(texts), "Texts of <b>a list</b>");
  const many = new Texts("numbers", () => Array.from({ length: 50 }, (_, i) => String(i)));
  assert((await drawings(many)).plain.startsWith("The first 10 texts of numbers\n"));
  const broken = await drawings(jsonLines("there/is/none.jsonl"));
  assert(broken.plain.includes("which cannot be read"), broken.plain);
});
