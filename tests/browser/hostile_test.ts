import type { Page } from "../playwright.ts";
import { assertEquals } from "../assert.ts";
import { browserTest, withoutScripts } from "./browser.ts";
import { hostile, sentence, views } from "./views.ts";

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
