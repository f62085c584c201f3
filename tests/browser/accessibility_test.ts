import { source } from "./axe.ts";
import type { Page } from "../playwright.ts";
import { assertEquals } from "../assert.ts";
import { browserTest, hosts, withoutScripts } from "./browser.ts";
import { hostile, views } from "./views.ts";

/** What of WCAG 2.2 AA a page breaks, as far as a machine can see. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(source);
  return await page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any -- axe lives in the page
    const { violations } = await (globalThis as any).axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
    });
    // deno-lint-ignore no-explicit-any -- the same
    return violations.flatMap(({ id, nodes }: any) =>
      // deno-lint-ignore no-explicit-any -- the same
      nodes.map((node: any) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)
    );
  });
}

const outputs = Object.values(views()).map((view) => view["text/html"]);
const odd = Object.values(views(hostile)).map((view) => view["text/html"]);

for (const [name, host] of Object.entries(hosts)) {
  browserTest(
    `every drawing is free of axe's faults: ${name}`,
    (open) =>
      open(outputs, host, async (page) => {
        assertEquals(await faults(page), []);
      }),
  );
}

browserTest(
  "every drawing is free of axe's faults: without scripts",
  (open) =>
    open(outputs.map(withoutScripts), {}, async (page) => {
      assertEquals(await faults(page), []);
    }),
);

browserTest(
  "every drawing of hostile tokens is free of axe's faults: light and dark",
  async (open) => {
    for (const host of [hosts.light, hosts["lab dark"]]) {
      await open(odd, host, async (page) => {
        assertEquals(await faults(page), []);
      });
    }
  },
);

browserTest(
  "faults() finds a planted fault",
  (open) =>
    open(['<p style="color:#999;background:#fff">grey</p>'], {}, async (page) => {
      assertEquals((await faults(page)).length, 1);
    }),
);
