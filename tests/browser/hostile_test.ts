import { lines, table, tokenStrip, tokenText } from "../../lib/show/mod.ts";
import type { Page } from "../playwright.ts";
import { assert, assertEquals } from "../assert.ts";
import { browserTest, withoutScripts } from "./browser.ts";
import { hostile, sentence, stream, views } from "./views.ts";

/** The names of all elements and attributes of a page, shadow roots included, and what went wrong in it. */
async function census(page: Page): Promise<{ names: string[]; broken: unknown }> {
  return await page.evaluate(() => {
    // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
    const scope = globalThis as any;
    const names = new Set<string>();
    // deno-lint-ignore no-explicit-any -- the same
    const visit = (node: any): void => {
      for (const element of node.querySelectorAll("*")) {
        names.add(element.localName);
        for (const { name } of element.attributes) names.add(`${element.localName} ${name}`);
        if (element.shadowRoot) visit(element.shadowRoot);
      }
    };
    visit(scope.document);
    return { names: [...names].sort(), broken: scope.broken ?? null };
  });
}

const html = (tokens: typeof sentence): string[] =>
  Object.values(views(tokens)).map((view) => view["text/html"]);

browserTest(
  "hostile tokens make no element, no attribute and run nothing, with scripts and without",
  async (open) => {
    for (const change of [(text: string) => text, withoutScripts]) {
      let expected: string[] = [];
      await open(html(sentence).map(change), {}, async (page) => {
        expected = (await census(page)).names;
      });
      await open(html(hostile).map(change), {}, async (page) => {
        // Point at everything once: what is said about a token is text as well.
        for (
          const strip of await page.locator(".strip[tabindex], .matrix, .lens:has(+ output)").all()
        ) {
          await strip.press("ArrowRight");
          await strip.press("ArrowRight");
        }
        const { names, broken } = await census(page);
        // A line break after a newline is ours, and the sentence has none.
        assertEquals(
          names.filter((name) => !expected.includes(name) && !name.startsWith("br")),
          [],
        );
        assertEquals(broken, null);
      });
    }
  },
);

/** Strings of any code units: markup, controls, halves of characters, marks, letters of every script. */
function randomTexts(count: number): string[] {
  const random = stream(11);
  const letters = [
    "<",
    ">",
    "&",
    '"',
    "'",
    "`",
    "</",
    "<!--",
    "-->",
    "]]>",
    "${",
    "\\",
    "\n",
    "\r",
  ];
  return Array.from(
    { length: count },
    () =>
      Array.from(
        { length: 1 + Math.floor(random() * 12) },
        () =>
          random() < 0.4
            ? letters[Math.floor(random() * letters.length)]!
            : random() < 0.1
            ? String.fromCodePoint(0x10000 + Math.floor(random() * 0xfffff))
            : String.fromCharCode(Math.floor(random() ** 2 * 0xffff)),
      ).join(""),
  );
}

browserTest(
  "1,000 random strings are never markup and never lost: as tokens, labels and cells",
  async (open) => {
    const texts = randomTexts(1000), tokens = texts.map((text, id) => ({ text, id }));
    const drawn = (list: typeof tokens, words: readonly string[]) => [
      tokenStrip({ tokens: list, label: "x", values: list.map((_, i) => i) })["text/html"],
      table({
        title: "t",
        columns: [{ name: "a" }],
        rows: words.map((word) => [word]),
      })["text/html"],
    ];
    const html = drawn(tokens, texts);
    const calm = drawn(texts.map((_, id) => ({ text: "a", id })), texts.map(() => "a"));
    let expected: string[] = [];
    await open(calm, {}, async (page) => {
      expected = (await census(page)).names;
    });
    await open(html, {}, async (page) => {
      const { names, broken } = await census(page);
      assertEquals(names.filter((name) => !expected.includes(name) && !/^(br|i)\b/.test(name)), []);
      assertEquals(broken, null);
      const chips = await page.locator(".strip[tabindex] .token").allTextContents();
      assertEquals(chips, tokens.map(tokenText));
    });
    // What is copied is the very text, half characters aside, which no page can hold.
    const payload = /<script type="application\/json">(.*?)<\/script>/s.exec(html[0]!)![1]!;
    assertEquals(JSON.parse(payload).texts, texts);
    const chart = await lines({
      title: texts[0]!,
      x: { name: "x" },
      y: { name: texts[1]! },
      series: texts.slice(0, 10).map((name, i) => ({ name: `${i}${name}`, y: [1, 2] })),
    });
    assert(chart["image/png"].length > 1000);
  },
);

browserTest(
  "every hostile token is read as its visible form",
  (open) =>
    open(html(hostile).slice(0, 1), {}, async (page) => {
      const chips = await page.locator(".strip[tabindex] .token").allTextContents();
      assertEquals(chips.length, hostile.length);
      assertEquals(chips[0], "</script><script>window.broken = 1</script>");
      assertEquals(chips[4], "a⟨U+2028⟩b⟨U+2029⟩c");
      assertEquals(chips[15], "∅");
    }),
);
