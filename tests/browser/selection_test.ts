import type { Page } from "../playwright.ts";
import * as library from "../../mod.ts";
import { display } from "../../lib/show/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "../assert.ts";
import { seedling } from "../model/fixture.ts";
import { ranCode } from "../copied_code.ts";
import { browserTest } from "./browser.ts";
import { pattern, views } from "./views.ts";

const PROMPT = "When Mary and John went to the store, John gave a key to";

/** The HTML of what a value shows. */
const html = async (value: library.Displayable): Promise<string> =>
  ((await value[display]()) as library.Document)["text/html"];

const copied = (page: Page, at: number): Promise<string> =>
  page.locator(".figure .copy code").nth(at).innerText();

browserTest(
  "what is copied computes what was pointed at, in every view that has an expression",
  async (open) => {
    const model = await seedling(), patterns = await library.attentionPatterns(model, PROMPT);
    const one = await library.attentionPatterns(model, PROMPT, { layers: 3 });
    const predictions = await library.tokenPredictions(model, PROMPT);
    const lens = await library.logitLens(model, PROMPT);
    const heads = library.headPatterns(patterns);
    const outputs = await Promise.all([patterns, one, predictions, lens, model.W_Q].map(html));
    const grid = await html(heads);
    await open(
      [...outputs, grid],
      { context: { viewport: { width: 1200, height: 900 } } },
      async (page) => {
        const said = page.locator(".figure output");
        const sheet = page.locator(".sheet"), maps = page.locator(".matrix");
        for (let i = 0; i < 29; i++) await sheet.press("ArrowRight");
        for (const key of ["ArrowDown", "End", "ArrowDown", "ArrowDown"]) {
          await maps.nth(0).press(key);
        }
        const weight = await ranCode(await copied(page, 0), model) as number;
        assertEquals(weight, patterns.weight(3, 5, 2, 14));
        assertMatch(
          await said.nth(0).innerText(),
          /^head 3\.5: query .2 .* attends to key .14 .*weight ≈ 0$/,
        );
        // Less another head, both are copied, and the legend of weights goes.
        const legend = page.locator(".parts ~ .legend").nth(0);
        assert(await legend.isVisible());
        await page.locator(".choices select").first().selectOption("3.2");
        await maps.nth(0).press("ArrowLeft");
        assertAlmostEquals(
          await ranCode(await copied(page, 0), model) as number,
          patterns.weight(3, 5, 2, 13) - patterns.weight(3, 2, 2, 13),
          1e-12,
        );
        assert(await legend.isHidden());
        for (const key of ["ArrowDown", "ArrowDown", "Home"]) await maps.nth(1).press(key);
        assertEquals(await ranCode(await copied(page, 1), model), one.weight(3, 0, 1, 0));
        await page.locator(".metric .strip[tabindex]").first().press("ArrowRight");
        await page.locator(".metric .strip[tabindex]").first().press("ArrowRight");
        const prediction = await ranCode(
          await copied(page, 2),
          model,
        ) as typeof predictions.tokens[0];
        assertEquals(prediction.logProbability, predictions.tokens[1]!.logProbability);
        const table = page.locator(".lens:has(+ output)");
        for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await table.press(key);
        const reading = await ranCode(await copied(page, 3), model) as typeof lens.readings[0][0];
        assertEquals(reading.top, lens.at(1, 1).top);
        await maps.nth(2).press("ArrowDown");
        const query = await ranCode(await copied(page, 4), model) as number;
        assertEquals(query, (await model.W_Q.data())[0]);
        await maps.nth(3).press("ArrowDown");
        await maps.nth(3).press("ArrowRight");
        assertAlmostEquals(
          await ranCode(await copied(page, 5), model) as number,
          heads.values.previous[1]!,
          1e-12,
        );
      },
    );
  },
);

browserTest(
  "a cell of a patching grid that is picked by key is copied as the sweep of that cell alone",
  async (open) => {
    const model = await seedling(), corrupt = PROMPT.replace("John gave", "Mary gave");
    const pair = library.promptPair(model, {
      clean: PROMPT,
      corrupt,
      answer: " Mary",
      wrong: " John",
    });
    const metric = library.logitDifference(" Mary", " John");
    const grid = await library.sweep(model, pair, library.layersByPositions("resid_pre"), metric);
    await open([await html(grid)], {}, async (page) => {
      const map = page.locator(".matrix");
      for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "End"]) await map.press(key);
      assertMatch(
        await page.locator(".figure output").innerText(),
        /^layer .2.*, position .14 .*effect \(nats\) 0\.827;/,
      );
      const code = await copied(page, 0);
      assertEquals(code, await page.locator(".figure .copy code").textContent());
      const value = await ranCode(code, model) as number;
      assertAlmostEquals(value, grid.means()[2 * 15 + 14]!, 1e-5);
      const line = await page.locator(".figure .copy").boundingBox();
      assert(line!.height < 140, `the line is ${line!.height} pixels high`);
    });
  },
);

browserTest(
  "rows of tables and nodes of graphs are copied, by key and by click, also of a sorted table",
  async (open) => {
    const model = await seedling();
    const next = await library.nextTokens(model, PROMPT, { count: 4 });
    const scores = await library.compositionScores(model, { kinds: ["V"], samples: 2 });
    await open([await html(next), await html(scores)], {}, async (page) => {
      const table = page.locator("table[tabindex]").first();
      const graph = page.locator(".graph:has(.node)");
      for (const key of ["ArrowDown", "ArrowDown"]) await table.press(key);
      assertEquals(await ranCode(await copied(page, 0), model), next.tokens[1]);
      await table.locator(".sort").nth(0).click();
      await table.locator("tbody tr").nth(0).locator("td").nth(1).click();
      const last = await ranCode(await copied(page, 0), model) as library.NextToken;
      assertEquals(last.rank, next.tokens[3]!.rank);
      await table.press("Escape");
      assertEquals(await page.locator("tr.at").count(), 0);
      await graph.press("ArrowRight");
      const head = await page.locator(".node.on title").textContent();
      const edges = await ranCode(await copied(page, 1), model) as ReturnType<typeof scores.edges>;
      const [, layer, number] = /(\d+)\.(\d+)/.exec(head!)!;
      assertEquals(edges, scores.edges({ layer: Number(layer), head: Number(number) }));
      assert(edges.length > 0);
    });
  },
);

browserTest(
  "a token that is pinned in one output is pinned in every output of the same text, and let go in all",
  (open) => {
    const all = views(), names = ["sheet", "attention", "metrics", "strip", "lens", "tokenMap"];
    return open(names.map((name) => all[name]!["text/html"]), {}, async (page) => {
      const pinned = () => page.locator(".figure .pinned").count();
      await page.locator(".metric .strip[tabindex] .token").nth(4).click();
      // Chips of the sheet, the attention, both metrics and the strip; cells of the lens, 5 stages and 5 ranks.
      assertEquals(await pinned(), 15);
      assertEquals(
        await page.locator(".strip[tabindex]:not(.metric .strip) .pinned").allInnerTexts(),
        [
          "·John",
        ],
      );
      await page.locator(".metric .strip[tabindex] .token").nth(4).click();
      assertEquals(await pinned(), 0);
      // Another text's tokens are left alone.
      await page.locator(".sheet").press("ArrowRight");
      assertEquals(await page.locator("output").first().innerText() === "", false);
    });
  },
);

browserTest(
  "12 layers of 12 heads on 128 tokens, and one head on 1,024, are drawn in few elements and bytes",
  (open) => {
    const tokens = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ text: ` word${i}`, id: i }));
    const whole = library.attentionSheet({
      patterns: Array.from({ length: 12 }, () => pattern(12, 128)),
      heads: 12,
      tokens: tokens(128),
    });
    const one = library.attentionSheet({
      patterns: [pattern(1, 1024)],
      heads: 1,
      tokens: tokens(1024),
    });
    return open([whole["text/html"], one["text/html"]], {}, async (page) => {
      const counts = await page.locator(".matrix").evaluateAll((maps) =>
        // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
        maps.map((map) => (map as any).getRootNode().querySelectorAll("*").length)
      );
      assert(counts[0]! <= 1000, `12 × 12 × 128: ${counts[0]} elements`);
      assert(counts[1]! <= 2000, `1,024: ${counts[1]} elements`);
      assert(whole["text/html"].length <= 1e6, `${whole["text/html"].length} bytes`);
      assert(one["text/html"].length <= 1.5e6, `${one["text/html"].length} bytes`);
    });
  },
);
