import { page, pageHash } from "../../lib/show/page.generated.ts";
import { buildPage } from "../../widgets/build.ts";
import { smallFont } from "../../widgets/build_font.ts";
import { font } from "../../lib/show/font.generated.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("page.generated.ts is what widgets/ builds", async () => {
  const file = new URL("../../lib/show/page.generated.ts", import.meta.url);
  // If this fails, run `deno task widgets`.
  assertEquals(await Deno.readTextFile(file), await buildPage());
});

Deno.test("the page's script is at most 10 KB packed, ASCII, and cannot end its element", async () => {
  const packed = new Blob([page]).stream().pipeThrough(new CompressionStream("gzip"));
  const size = (await new Response(packed).arrayBuffer()).byteLength;
  assert(size <= 10_240, `the script is ${size} bytes packed`);
  assert(/^[\x20-\x7e\n]*$/.test(page));
  assert(!/<\/script|<!--/i.test(page));
  assert(page.includes(`innerworks-${pageHash}`));
});

Deno.test("the page's script asks for nothing over the network and evaluates no text", () => {
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
    assert(!page.includes(word), `the script holds ${word}`);
  }
});

Deno.test("smallFont() of the small font is a font again", async () => {
  const again = await smallFont(Uint8Array.fromBase64(font));
  assert(again.length > 10_000);
});
