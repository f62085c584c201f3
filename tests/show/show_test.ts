import { drawable } from "../../lib/show/display.ts";
import { show, showIn } from "../../lib/show/show.ts";
import { assertEquals } from "../assert.ts";

/** Collects what is printed while work is done. */
async function printed(work: () => Promise<void>): Promise<unknown[]> {
  const lines: unknown[] = [];
  const { log } = console;
  console.log = (line: unknown) => lines.push(line);
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines;
}

const page = drawable({ "text/html": "<p>page</p>", "text/plain": "page" });
const late = new Promise((resolve) => setTimeout(resolve, 5, page));

Deno.test("show() prints the text of each value in a terminal, in the order given", async () => {
  assertEquals(await printed(() => show(late, "text", [1, 2])), ["page", "text", "[ 1, 2 ]"]);
});

Deno.test("showIn() broadcasts each bundle in a kernel", async () => {
  const sent: unknown[] = [];
  const kernel = {
    broadcast: (...message: unknown[]) => Promise.resolve(void sent.push(message)),
  };
  assertEquals(await printed(() => showIn(kernel, [page, 1])), []);
  assertEquals(sent, [
    ["display_data", { data: page, metadata: {}, transient: {} }],
    ["display_data", { data: { "text/plain": "1" }, metadata: {}, transient: {} }],
  ]);
});
