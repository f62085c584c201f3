import { markdownRenderer } from "../../lib/notebook/render_markdown.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

Deno.test("markdownRenderer() renders prose, tables and code", async () => {
  const { render } = await markdownRenderer();
  assertEquals(render("A *b* `c`"), "<p>A <em>b</em> <code>c</code></p>\n");
  assertStringIncludes(render("| a | b |\n|---|---|\n| 1 | 2 |"), "<td>1</td>");
  assertStringIncludes(render("```ts\na < b\n```"), "a &lt; b");
});

Deno.test("markdownRenderer() shows HTML as text", async () => {
  const { render } = await markdownRenderer();
  const hostile = [
    "<script>alert(1)</script>",
    "a <img src=x onerror=alert(1)> b",
    "<div onclick='x'>\n\n</div>",
    "<!-- c --><?php ?><![CDATA[ x ]]>",
    "# <b onclick=x>h</b>",
    "| <i> |\n|---|\n| </table><script> |",
    '```"><script>\nx\n```',
    "[a<script>](https://x 't<script>')",
  ];
  for (const text of hostile) {
    const html = render(text);
    assert(!/<(?:script|img|div|b|i|!|\?)[^a-z]/i.test(html), html);
    assert(!/<[^>]*\son[a-z]+=/i.test(html.replace(/&[^;]+;/g, "")), html);
  }
});

Deno.test("markdownRenderer() links to the web and within the page only", async () => {
  const { render } = await markdownRenderer();
  assertEquals(
    render('[a](https://x.org/?a=1&b=2 "tip")'),
    '<p><a href="https://x.org/?a=1&amp;b=2" title="tip" rel="noreferrer">a</a></p>\n',
  );
  assertStringIncludes(render("[a](#section-b)"), 'href="#section-b"');
  for (
    const address of [
      "javascript:alert(1)",
      "JaVaScRiPt:x",
      "data:text/html,x",
      "vbscript:x",
      "file:///x",
    ]
  ) {
    assertEquals(render(`[a](${address})`), "<p>a</p>\n");
    assertEquals(render(`<${address}>`).includes("href"), false);
  }
});

Deno.test("markdownRenderer() shows only pictures that the notebook holds", async () => {
  const { render } = await markdownRenderer();
  const attachments = { "a b.png": { "image/png": "AAAA" }, "x.html": { "text/html": "x" } };
  assertEquals(
    render("![alt <b>](attachment:a%20b.png)", attachments),
    '<p><img src="data:image/png;base64,AAAA" alt="alt &lt;b&gt;"></p>\n',
  );
  assertStringIncludes(
    render("![a](data:image/png;base64,AAAA)"),
    'src="data:image/png;base64,AAAA"',
  );
  for (
    const address of [
      "attachment:x.html",
      "attachment:none",
      "https://x.org/a.png",
      "data:text/html,x",
    ]
  ) {
    assertEquals(render(`![a](${address})`, attachments), "<p><em>[a]</em></p>\n");
  }
});

Deno.test("markdownRenderer() gives every heading an id of its own", async () => {
  const { render, headings } = await markdownRenderer();
  assertStringIncludes(render("## A [b](https://x.org)"), '<h2 id="section-a-b');
  render("# Wörter & *more*\n\n# Wörter & *more*");
  assertEquals(new Set(headings.map(({ id }) => id)).size, headings.length);
  assertEquals(headings.at(-1), {
    depth: 1,
    id: "section-wörter-more-1",
    html: "Wörter &amp; <em>more</em>",
  });
  assertEquals(headings[0]!.html, "A b");
});
