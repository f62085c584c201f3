import { fileURLToPath } from "node:url";
import { chromium, type Page } from "../playwright.ts";
import { assert, assertEquals } from "../assert.ts";
import { startJupyter } from "./jupyter_server.ts";
import { testTutorial } from "./tutorial.ts";

await testTutorial("09_live.ipynb");

const jupyter = Deno.env.get("INNERWORKS_JUPYTER");
const browser = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** Reads the first view: the slider's value, and the first two rows of what is drawn. */
function state(page: Page): Promise<{ value: number; drawn: string; took: number }> {
  return page.evaluate(() => {
    // deno-lint-ignore no-explicit-any -- the page's own types are not those of this file
    const { document, took = 0 } = globalThis as any;
    const view = document.querySelector(".innerworks-live");
    const figure = view.querySelector("[class^='innerworks-']:not(.innerworks-live)");
    const text = (figure?.shadowRoot ?? view).textContent.replace(/\s+/g, " ");
    return { value: Number(view.querySelector("input").value), drawn: text, took };
  });
}

/** Waits until what is drawn is of the slider's value. */
async function settled(page: Page): Promise<Awaited<ReturnType<typeof state>>> {
  for (let tries = 0; tries < 60; tries++) {
    await page.waitForTimeout(50);
    const now = await state(page);
    if (now.drawn.includes(`times ${now.value} `)) return now;
  }
  throw new Error(
    `Cannot see a drawing of the slider's value: ${JSON.stringify(await state(page))}`,
  );
}

/** Notes how long the last change of a control took to be drawn. */
function watchTimes(page: Page): Promise<void> {
  return page.evaluate(() => {
    // deno-lint-ignore no-explicit-any -- the same
    const world = globalThis as any;
    const view = world.document.querySelector(".innerworks-live");
    view.addEventListener("input", () => world.moved ??= performance.now());
    new world.MutationObserver(() => {
      if (world.moved !== undefined) world.took = performance.now() - world.moved;
      world.moved = undefined;
    }).observe(view.lastChild, { childList: true });
  });
}

Deno.test({
  name:
    "a live view is moved by mouse and keyboard in JupyterLab and in Notebook 7, and found again",
  ignore: jupyter === undefined, // needs INNERWORKS_JUPYTER, a folder with bin/jupyter in it
  sanitizeOps: false, // the browser's pipes belong to its driver
  sanitizeResources: false,
  async fn() {
    await using server = await startJupyter(jupyter!);
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const text = await Deno.readTextFile(`${root}/notebooks/09_live.ipynb`);
    await Deno.writeTextFile(
      `${server.folder}/live.ipynb`,
      text.replaceAll("../mod.ts", `${root}/mod.ts`),
    );
    const chrome = await chromium.launch({ executablePath: browser, args: ["--no-sandbox"] });
    try {
      const page = await chrome.newPage({ viewport: { width: 1200, height: 1000 } });
      await page.goto(server.address("lab/tree/live.ipynb"));
      await page.locator(".jp-Notebook .jp-Cell").first().click({ timeout: 60_000 });
      // Before the notebook has its kernel, JupyterLab takes this command for done and runs no cell.
      await page.getByText("Deno (Innerworks) | Idle").waitFor({ timeout: 60_000 });
      await page.getByRole("menuitem", { name: "Run", exact: true }).click();
      await page.getByText("Run All Cells", { exact: true }).click();
      const slider = page.locator(".innerworks-live input[type=range]");
      await slider.scrollIntoViewIfNeeded({ timeout: 60_000 });
      assertEquals((await settled(page)).value, 0.3);
      await watchTimes(page);

      const box = (await slider.boundingBox())!;
      const at = (share: number) => [box.x + box.width * share, box.y + box.height / 2] as const;
      await page.mouse.move(...at(0.3));
      await page.mouse.down();
      for (let i = 1; i <= 20; i++) await page.mouse.move(...at(0.3 + 0.02 * i));
      await page.mouse.up();
      const dragged = await settled(page);
      assert(dragged.value > 0.6 && dragged.value < 0.8, `${dragged.value}`);
      assert(dragged.drawn.includes("1·John"), dragged.drawn);
      // Some 30 ms on a quiet machine; the tests' may be busy with others.
      assert(dragged.took < 3000, `the numbers changed after ${dragged.took} ms`);
      for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
      const pressed = await settled(page);
      assertEquals(pressed.value, Math.round(100 * dragged.value + 3) / 100);
      await page.getByRole("button", { name: "layer 3 head 2" }).click();
      const silenced = page.locator(".innerworks-live").nth(1);
      await silenced.getByText("97.1%").first().waitFor({ state: "attached", timeout: 5000 });

      // Elsewhere in the notebook: now its outputs hold the last state.
      await page.mouse.move(5, 5);
      await page.locator(".jp-Notebook .jp-Cell").first().click();
      await page.waitForTimeout(500);
      await page.keyboard.press("Control+s");
      const saved = async () => await Deno.readTextFile(`${server.folder}/live.ipynb`);
      for (let i = 0; i < 50 && !(await saved()).includes(`strength: ${pressed.value}`); i++) {
        await page.waitForTimeout(100);
      }
      assert((await saved()).includes(`strength: ${pressed.value}`), "the last state is saved");
      assert((await saved()).includes("silenced: none"));

      // A page that is loaded anew, and another front end on the same kernel.
      await page.goto(server.address("notebooks/live.ipynb"));
      await slider.scrollIntoViewIfNeeded({ timeout: 60_000 });
      assertEquals(await settled(page), { ...pressed, took: 0 });
      await slider.focus();
      await page.keyboard.press("ArrowLeft");
      assertEquals((await settled(page)).value, Math.round(100 * pressed.value - 1) / 100);
    } finally {
      await chrome.close();
    }
  },
});
