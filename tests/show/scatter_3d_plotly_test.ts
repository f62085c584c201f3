import { all, display, save, scatter3d, showFor } from "../../lib/show/mod.ts";
import { apartFromOutputs } from "../../lib/show/plotly_carrier.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

const cloud = (title: string) =>
  scatter3d({
    title,
    points: [{ at: [0, 0, 0], label: "here" }, { at: [1, 2, 3], label: "there" }],
    axes: ["x", "y", "z"],
  });
/** How many copies of the library some HTML holds. */
const copies = (html: string): number =>
  html.match(/application\/gzip">[\w+/=]{1000}/g)?.length ?? 0;
const shown = async (value: { [display](): unknown }): Promise<Record<string, string>> =>
  await value[display]() as Record<string, string>;
const htmlOf = async (value: { [display](): unknown }): Promise<string> =>
  (await shown(value))["text/html"]!;

Deno.test("plotly() of a cloud: the first output carries plotly.js, again when its cell is run again", () =>
  apartFromOutputs(async () => {
    const [first, second] = [cloud("first"), cloud("second")];
    const alone = await first.plotly();
    assertEquals(copies(alone["text/html"]), 1);
    assertEquals(alone["text/plain"], first["text/plain"]);
    const outputs = [
      await htmlOf(first.plotly()),
      await htmlOf(second.plotly()),
      await htmlOf(second.plotly({ carry: true })),
      await htmlOf(cloud("first").plotly()),
    ];
    assertEquals(outputs.map(copies), [1, 0, 1, 1]);
    // What it adds to a cloud that nobody asked of: the place, and the script that looks for the library.
    const more = outputs[1]!.length - second["text/html"].length;
    assert(more < 10_000, `an output that carries nothing is ${more} characters longer`);
    assertEquals(copies(await htmlOf(all([alone, first.plotly(), second.plotly()]))), 1);
  }));

Deno.test("plotly() of a cloud: what save() writes carries one copy, and is no output of the notebook", () =>
  apartFromOutputs(async () => {
    const folder = await Deno.makeTempDir(), path = `${folder}/c.html`;
    try {
      const [first, second] = [await cloud("first").plotly(), await cloud("second").plotly()];
      await save(second, path);
      assertEquals(copies(await Deno.readTextFile(path)), 1);
      assertEquals(copies(await htmlOf(first)), 1);
      await save(all([cloud("plain"), second, first]), path);
      assertEquals(copies(await Deno.readTextFile(path)), 1);
      await second.save(`${folder}/c.svg`);
      await save(cloud("plain"), path);
      assertEquals(copies(await Deno.readTextFile(path)), 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }));

Deno.test("plotly() of a cloud: no profile carries plotly.js", () =>
  apartFromOutputs(async () => {
    const view = await cloud("first").plotly();
    try {
      showFor("offline");
      assertEquals(copies(await htmlOf(view)), 0);
      assertEquals(copies(await htmlOf(all([view]))), 0);
      showFor("github");
      assertEquals(Object.keys(await shown(view)), ["image/png", "text/plain"]);
      showFor("screen reader");
      assertEquals(Object.keys(await shown(view)), ["text/markdown", "text/plain"]);
    } finally {
      showFor("everybody");
    }
    assertEquals(copies(await htmlOf(view)), 1);
  }));

Deno.test("plotly() of a cloud refuses what it does not know", async () => {
  const error = await assertRejects(
    async () => await cloud("first").plotly({ cary: true } as never),
    TypeError,
  );
  assertEquals(
    error.message,
    'Cannot draw points by plotly.js as its options must be among carry: "cary" is not, perhaps "carry" is meant',
  );
});
