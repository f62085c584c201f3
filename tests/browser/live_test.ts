import { livePage } from "../../lib/notebook/kernel/live_page.generated.ts";
import { buildLivePage } from "../../widgets/build.ts";
import { assert, assertEquals } from "../assert.ts";
import { source } from "./axe.ts";
import { browserTest } from "./browser.ts";

/** A page that stands in for anywidget: a model that keeps its state and notes what is sent. */
const page = `<div id="view"></div><script>
  const listeners = {};
  const state = {
    controls: [
      { kind: "slider", name: "x", label: "<b>x</b>", from: 0, to: 9, step: 1 },
      { kind: "heads", name: "heads", label: "heads", layers: 2, heads: 3, several: true },
      { kind: "text", name: "text", label: "text" },
    ],
    values: { x: 4, heads: [{ layer: 1, head: 0 }], text: "<i>" },
    html: "<p id=drawn>first</p><script>globalThis.ran = (globalThis.ran ?? 0) + 1<\\/script>",
    state: "shown", error: "",
  };
  globalThis.sent = [];
  globalThis.model = {
    get: (name) => state[name],
    set(name, value) { state[name] = value; for (const f of listeners["change:" + name] ?? []) f(); },
    save_changes() { sent.push(structuredClone(state.values)); },
    send(content) { sent.push(content); },
    on(event, f) { (listeners[event] ??= new Set()).add(f); },
    off(event, f) { listeners[event]?.delete(f); },
  };
</script>`;

Deno.test("live_page.generated.ts is what widgets/ builds, and asks for nothing", async () => {
  // If this fails, run `deno task widgets`.
  const file = new URL("../../lib/notebook/kernel/live_page.generated.ts", import.meta.url);
  assertEquals(await Deno.readTextFile(file), await buildLivePage());
  assert(!/fetch\(|import\(|eval\(|https?:|new Function/.test(livePage));
  assert(/^[\x20-\x7e\n]*$/.test(livePage));
});

browserTest("a live view is moved by mouse and keyboard, and says what was moved", async (open) => {
  await open([page], {}, async (page) => {
    const url = `data:text/javascript,${encodeURIComponent(livePage)}`;
    await page.evaluate(async (url) => {
      const { default: widget } = await import(url);
      // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
      const { model, document } = globalThis as any;
      widget.render({ model, el: document.querySelector("#view") });
    }, url);
    // deno-lint-ignore no-explicit-any -- the same
    const sent = () => page.evaluate(() => (globalThis as any).sent.splice(0));
    const set = (name: string, value: unknown) =>
      page.evaluate(
        // deno-lint-ignore no-explicit-any -- the same
        ([name, value]) => (globalThis as any).model.set(name, value),
        [name, value] as const,
      );
    const slider = page.locator("input[type=range]");
    assertEquals(await page.locator("label span").first().textContent(), "<b>x</b>");
    assertEquals(await slider.inputValue(), "4");
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    assertEquals((await sent()).at(-1).x, 5);
    assertEquals(await slider.getAttribute("data-lm-suppress-shortcuts"), "true");
    // What comes back must not move what a hand holds.
    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    const held = await slider.inputValue();
    await set("values", { x: 0, heads: [], text: "" });
    assertEquals(await slider.inputValue(), held);
    await page.mouse.up();

    await set("values", { x: 5, heads: [{ layer: 1, head: 0 }], text: "<i>" });
    await sent();
    const head = (layer: number, head: number) =>
      page.getByRole("button", { name: `layer ${layer} head ${head}` });
    assertEquals(await head(1, 0).getAttribute("aria-pressed"), "true");
    await head(0, 2).click();
    assertEquals((await sent()).at(-1).heads, [{ layer: 1, head: 0 }, { layer: 0, head: 2 }]);
    await head(0, 0).focus();
    for (const key of ["ArrowDown", "ArrowLeft", "ArrowRight", "Space"]) {
      await page.keyboard.press(key);
    }
    assertEquals((await sent()).at(-1).heads.at(-1), { layer: 1, head: 1 });
    const text = page.locator("input[type=text]");
    assertEquals(await text.inputValue(), "<i>");
    await text.fill("Mary");
    assertEquals(await sent(), [], "not while it is being written");
    await page.keyboard.press("Enter");
    assertEquals((await sent()).at(-1).text, "Mary");

    // deno-lint-ignore no-explicit-any -- the same
    assertEquals(await page.evaluate(() => (globalThis as any).ran), 1, "its script ran");
    await set("html", "<p id=drawn>second</p>");
    assertEquals(await page.locator("#drawn").textContent(), "second");
    await set("error", "<b>no</b>");
    await set("state", "failed");
    assertEquals(await page.getByRole("status").textContent(), "<b>no</b>");
    const faults = await page.evaluate(`(async () => {
      ${source};
      const { violations } = await axe.run("#view", { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] });
      return violations.map(({ id }) => id);
    })()`);
    assertEquals(faults, []);
    // When hand and focus have left, the kernel is told once.
    await sent();
    await page.mouse.move(0, 700);
    // deno-lint-ignore no-explicit-any -- the same
    await page.evaluate(() => (globalThis as any).document.activeElement.blur());
    await page.waitForTimeout(50);
    assertEquals(await sent(), [{ event: "left" }]);
  });
});
