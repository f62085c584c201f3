import { pageHash, pages } from "../../lib/show/page.generated.ts";
import { buildPage } from "../../widgets/build.ts";
import { pictureFont } from "../../lib/show/picture_font.ts";
import { smallFont } from "../../widgets/build_font.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("page.generated.ts is what widgets/ builds", async () => {
  const file = new URL("../../lib/show/page.generated.ts", import.meta.url);
  // If this fails, run `deno task widgets`.
  assertEquals(await Deno.readTextFile(file), await buildPage());
});

Deno.test("the script of a kind is the base of at most 5 KB packed and its view, ASCII, and cannot end its element", async () => {
  for (const [kind, page] of Object.entries(pages)) {
    const packed = new Blob([page]).stream().pipeThrough(new CompressionStream("gzip"));
    const size = (await new Response(packed).arrayBuffer()).byteLength;
    // The tree has next to nothing of its own, the sheet of a model the most.
    const most = kind === "tree" ? 5_120 : 11_520;
    assert(size <= most, `the script of ${kind} is ${size} bytes packed`);
    assert(/^[\x20-\x7e\n]*$/.test(page));
    assert(!/<\/script|<!--/i.test(page));
    assert(page.includes(`innerworks-${pageHash}-${kind}`));
  }
});

Deno.test("no script asks for anything over the network or evaluates text", () => {
  for (
    const word of [
      "fetch(",
      "XMLHttpRequest",
      "import(",
      "eval(",
      "new Function",
      "http",
      "WebSocket",
    ]
  ) {
    for (const [kind, page] of Object.entries(pages)) {
      assert(!page.includes(word), `the script of ${kind} holds ${word}`);
    }
  }
});

Deno.test("smallFont() of the small font is a font again", async () => {
  const { bytes } = await pictureFont();
  assertEquals(await smallFont(await smallFont(bytes)), await smallFont(bytes));
  assert(bytes.length > 100_000 && bytes.length < 160_000);
});
