import { highlight } from "../../lib/notebook/highlight.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("highlight() marks comments, strings, numbers and keywords", () => {
  assertEquals(
    highlight('const a1 = "x" + 2.5; // why'),
    '<span class="keyword">const</span> a1 = <span class="string">&quot;x&quot;</span> + ' +
      '<span class="number">2.5</span>; <span class="comment">// why</span>',
  );
  assertEquals(highlight("object.default"), "object.default");
  assertEquals(highlight('`a\n"b`'), '<span class="string">&#96;a\n&quot;b&#96;</span>');
});

Deno.test("highlight() keeps every character and lets none be markup", () => {
  const hostile = [
    "</script><img src=x onerror=alert(1)>",
    '"</pre>\n`</code>${"<b>"}`/* <i> \n */ 1e9 \ud800 \u2028',
    "/a'b/.test(x) // <!-- it's",
    "`",
    "/*",
  ];
  for (const code of hostile) {
    const html = highlight(code);
    const text = html.replace(/<\/?span(?: class="[a-z]+")?>/g, "");
    assert(!/[<>"']/.test(text), html);
    const plain = text.replace(
      /&(lt|gt|quot|#39|#96|amp);/g,
      (_, name) =>
        ({ lt: "<", gt: ">", quot: '"', "#39": "'", "#96": "`", amp: "&" })[name as string]!,
    );
    assertEquals(plain, code.toWellFormed());
  }
});
