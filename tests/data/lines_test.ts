import { fileName, readLines } from "../../lib/data/lines.ts";
import { assertEquals, assertRejects } from "../assert.ts";
import { toFileUrl, withFile } from "./files.ts";

/** All lines of a file. */
async function lines(path: string | URL, longestLine = 1e6): Promise<string[]> {
  const found: string[] = [];
  for await (const { number, text } of readLines(path, { longestLine })) {
    found.push(text);
    assertEquals(number, found.length);
  }
  return found;
}

Deno.test("readLines() gives what splitting the whole text gives, wherever a piece of the file ends", async () => {
  // Lines of every length round the 65,536 bytes of a piece, in letters of several bytes.
  const texts = [0, 1, 65_534, 65_535, 65_536, 65_537, 3, 0, 200_000].map((length, i) =>
    "aé漢"[i % 3]!.repeat(length)
  );
  await withFile(texts.join("\n"), async (path) => {
    assertEquals(await lines(path), texts);
    assertEquals(await lines(toFileUrl(path)), texts);
  });
});

Deno.test("readLines() takes either line end, and passes over a byte order mark and the end of the last line", async () => {
  await withFile("\uFEFFone\r\ntwo\n\nthree\r\n", async (path) => {
    assertEquals(await lines(path), ["one", "two", "", "three"]);
  });
  await withFile("", async (path) => assertEquals(await lines(path), []));
  await withFile("\uFEFF", async (path) => assertEquals(await lines(path), [""]));
});

Deno.test("readLines() names file and line of what is no UTF-8 or too long", async () => {
  await withFile(new Uint8Array([0x61, 0x0a, 0x62, 0xc3, 0x28, 0x0a]), async (path) => {
    await assertRejects(
      () => lines(path),
      SyntaxError,
      `Cannot read line 2 of ${path} as it must be UTF-8: some of its 3 bytes are not`,
    );
  });
  await withFile("ok\n" + "x".repeat(300_000), async (path) => {
    await assertRejects(
      () => lines(path, 100_000),
      RangeError,
      `Cannot read line 2 of ${path} as it must have at most 100000 bytes: it has more; raise longestLine if it is meant to`,
    );
  });
});

Deno.test("readLines() does not hold a file without line ends", async () => {
  // A gigabyte of zeros that takes no room on the disk.
  await withFile("", async (path) => {
    await Deno.truncate(path, 2 ** 30);
    const before = Deno.memoryUsage().rss;
    await assertRejects(() => lines(path, 2 ** 20), RangeError, "at most 1048576 bytes");
    const grown = Deno.memoryUsage().rss - before;
    // The line may be held up to its bound of 1 MiB; 100 MB leave room for whatever else the process does.
    assertEquals(grown < 1e8, true, `${grown} bytes more`);
  });
});

Deno.test("readLines() closes the file when its reader stops, and when a signal does", async () => {
  await withFile("a\nb\nc\n", async (path) => {
    for await (const { text } of readLines(path, { longestLine: 10 })) {
      assertEquals(text, "a");
      break;
    }
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(
      () => Array.fromAsync(readLines(path, { longestLine: 10, signal })),
      Error,
      "enough",
    );
  });
});

Deno.test("fileName() is a path for an address of a file", () => {
  assertEquals(fileName(new URL("file:///a/b%20c.txt")), "/a/b c.txt");
  assertEquals(fileName("a/b.txt"), "a/b.txt");
});
