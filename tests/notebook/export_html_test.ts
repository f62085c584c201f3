import {
  type CellOutput,
  exportHtml,
  type Notebook,
  parseNotebook,
} from "../../lib/notebook/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

/** Whether there is a browser that tests can drive. */
function hasBrowser(): boolean {
  try {
    return Deno.statSync(browserPath).isFile;
  } catch {
    return false;
  }
}

const browserPath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

const text = (source: string, cell_type: "markdown" | "raw" = "markdown") => ({
  cell_type,
  id: "t",
  metadata: {},
  source,
});
const code = (source: string, outputs: CellOutput[] = [], count: number | null = 1) => ({
  cell_type: "code" as const,
  id: "c",
  metadata: {},
  source,
  execution_count: count,
  outputs,
});
const shown = (data: Record<string, unknown>): CellOutput => ({
  output_type: "display_data",
  data,
  metadata: {},
});
const notebook = (...cells: Notebook["cells"]): Notebook => ({ cells, metadata: {} });

Deno.test("exportHtml() writes every output", async () => {
  const html = await exportHtml(notebook(
    text("# The title\nProse"),
    code("let x = 1;", [
      { output_type: "stream", name: "stdout", text: "printed & <b>" },
      { output_type: "stream", name: "stderr", text: "complained" },
      shown({ "text/html": "<table><script>run()</script></table>", "text/plain": "no" }),
      shown({
        "application/vnd.vegalite.v5+json": { mark: "bar" },
        "image/png": "iVBO\nRw0K",
        "text/plain": "bars\n1 2 3",
      }),
      shown({ "image/svg+xml": '<svg xmlns="x"><script/></svg>' }),
      shown({ "text/markdown": "*soft*" }),
      shown({ "text/plain": "a\n  <b>" }),
      shown({ "application/x": {} }),
      { output_type: "error", ename: "E", evalue: "v", traceback: ["E: <v>", "  at x"] },
    ]),
    text("left <i> alone", "raw"),
  ));
  for (
    const part of [
      "<title>The title</title>",
      '<h1 id="section-the-title">The title</h1>',
      '<section class="cell" aria-label="Code cell 1">',
      '<span class="keyword">let</span> x',
      ">printed &amp; &lt;b&gt;</pre>",
      ">complained</pre>",
      "<table><script>run()</script></table>",
      '<img src="data:image/png;base64,iVBORw0K" alt="bars">',
      ">bars\n1 2 3</pre>",
      '<img src="data:image/svg+xml,%3Csvg',
      "<em>soft</em>",
      ">a\n  &lt;b&gt;</pre>",
      "This output has no form that a page can show, only application/x.",
      ">E: &lt;v&gt;\n  at x</pre>",
      "left &lt;i&gt; alone",
    ]
  ) assertStringIncludes(html, part);
});

Deno.test("exportHtml() lets nothing in from the network", async () => {
  const html = await exportHtml(notebook(text("# T"), code("1")));
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)!;
  assertStringIncludes(policy!, "default-src 'none'");
  assert(html.indexOf("Content-Security-Policy") < html.indexOf("<style>"));
  assert(!/(?:src|href)="(?!data:|#)/.test(html), html);
});

Deno.test("exportHtml() escapes its title and takes it from the first heading", async () => {
  const { cells, metadata } = notebook(text("## A *b* & <script>"));
  const own = await exportHtml({ cells, metadata });
  assertStringIncludes(own, "<title>A b &amp; &lt;script&gt;</title>");
  const given = await exportHtml({ cells, metadata }, { title: "</title><script>" });
  assertStringIncludes(given, "<title>&lt;/title&gt;&lt;script&gt;</title>");
  assertStringIncludes(await exportHtml(notebook()), "<title>Notebook</title>");
});

Deno.test("exportHtml() lists the sections if there are several", async () => {
  const few = await exportHtml(notebook(text("# T\n\n## A")));
  assertEquals(few.includes("<nav"), false);
  const many = await exportHtml(notebook(text("# T\n\n## A\n\n### B"), text("## C")));
  assertStringIncludes(many, '<li class="depth-3"><a href="#section-b">B</a></li>');
});

Deno.test("exportHtml() is the same for the same notebook", async () => {
  const same = notebook(text("# T"), code("1", [shown({ "text/plain": "1" })]));
  assertEquals(await exportHtml(same), await exportHtml(same));
});

Deno.test({
  name:
    "exportHtml() opens from a file: drawings run, hostile text does not, and nothing is fetched",
  ignore: !hasBrowser(), // needs Chromium, that of CHROMIUM or /usr/bin/chromium
  sanitizeOps: false, // the driver keeps a socket to the browser
  sanitizeResources: false,
  async fn() {
    const fetched: string[] = [];
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
      fetched.push(url);
      return new Response("");
    });
    const outside = `http://127.0.0.1:${server.addr.port}`;
    const attack = (where: string) => `</script><img src=x onerror="window.broken = '${where}'">`;
    const html = await exportHtml(notebook(
      text(`# ${attack("heading")}\n\n${attack("prose")}\n\n[a](javascript:broken=1)`),
      code(attack("source"), [
        { output_type: "stream", name: "stdout", text: attack("stream") },
        { output_type: "error", ename: "E", evalue: "", traceback: [attack("error")] },
        shown({ "text/plain": attack("plain") }),
        shown({ "image/png": attack("png"), "text/plain": attack("alt") }),
        shown({ "text/html": "<p id=drawn>no</p><script>drawn.textContent = 'yes'</script>" }),
        shown({
          "text/html": `<img src="${outside}/img"><link rel="stylesheet" href="${outside}/css">` +
            `<script src="${outside}/js"></script><iframe src="${outside}/frame"></iframe>` +
            `<script>fetch("${outside}/fetch").catch(() => window.refused = true)</script>`,
        }),
      ]),
    ));
    const folder = await Deno.makeTempDir();
    const { chromium } = await import("../playwright.ts");
    const browser = await chromium.launch({
      executablePath: browserPath,
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      await Deno.writeTextFile(`${folder}/page.html`, html);
      const page = await browser.newPage();
      await page.goto(`file://${folder}/page.html`);
      assertEquals(await page.locator("#drawn").textContent(), "yes");
      assertEquals(await page.evaluate("window.broken"), undefined);
      await page.waitForFunction("window.refused");
      assertEquals(fetched, []);
      assertEquals(await page.locator("main > .prose a").count(), 0);
    } finally {
      await browser.close();
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("exportHtml() puts nothing of hostile metadata, names or counts into the page", async () => {
  const evil = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>';
  const hostile = (metadata: object, id: string, count: unknown, type: string) =>
    parseNotebook(JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata,
      cells: [
        { cell_type: "markdown", id: `${id}m`, metadata, source: "# A title" },
        {
          cell_type: "code",
          id: `${id}c`,
          metadata,
          source: "1",
          execution_count: count,
          outputs: [
            { output_type: "display_data", data: { "text/plain": "one", [type]: "two" }, metadata },
            { output_type: "stream", name: type === "a/b" ? "stdout" : evil, text: "three" },
          ],
        },
      ],
    }));
  const metadata = {
    title: evil,
    language_info: { name: evil, file_extension: evil },
    kernelspec: { name: evil, display_name: evil, language: evil },
    widgets: { [evil]: { state: evil } },
    tags: [evil],
    [evil]: evil,
  };
  let pages = 0;
  for (const count of [1, evil]) {
    let found: string;
    try {
      found = await exportHtml(hostile(metadata, "x", count, evil));
    } catch (error) {
      // A file that is no notebook may be refused, with an error that says so.
      assert(error instanceof SyntaxError || error instanceof TypeError, String(error));
      continue;
    }
    assert(!/onerror|alert\(/.test(found), found.match(/.{80}(onerror|alert\().{40}/)?.[0]);
    assertStringIncludes(found, "three");
    pages++;
  }
  assert(pages > 0, "names alone make no notebook unreadable");
});
