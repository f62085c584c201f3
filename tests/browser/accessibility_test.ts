import { faults } from "./axe.ts";
import { assertEquals } from "../assert.ts";
import { browserTest, hosts, withoutScripts } from "./browser.ts";
import { hostile, views } from "./views.ts";

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
