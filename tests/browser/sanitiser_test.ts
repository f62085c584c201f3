import { Sanitizer } from "./jupyterlab.ts";
import { assert, assertEquals } from "../assert.ts";
import { withoutScripts } from "./browser.ts";
import { hostile, views } from "./views.ts";

const sanitiser = new Sanitizer();
const entities: Record<string, string> = {
  "&quot;": '"',
  "&#39;": "'",
  "&#96;": "`",
  "&#8203;": "\u200b",
  "&emsp;": "\u2003",
};

/** What is left of HTML without its scripts and tags. */
const words = (html: string): string =>
  html.replace(/<(script|style)[\s\S]*?<\/\1>/g, "").replace(/<[^>]+>/g, "|").replace(/\|+/g, "|")
    .replace(/&\w+;|&#\d+;/g, (entity) => entities[entity] ?? entity);

/** The tags of HTML. */
const tags = (html: string): string[] => [...new Set(html.match(/<[a-z]+/g))].sort();

for (const [name, view] of Object.entries(views())) {
  Deno.test(`JupyterLab's sanitiser leaves every word of ${name}, its pictures and colours`, () => {
    const html = view["text/html"];
    const clean = sanitiser.sanitize(html);
    assertEquals(
      words(clean),
      words(html),
    );
    assert(!clean.includes("<script"));
    const count = (text: string, what: RegExp): number => text.match(what)?.length ?? 0;
    for (
      const kept of [
        /src="data:image\/png;base64,/g,
        /background-color:rgb\(/g,
        /[";]color:rgb\(/g,
        /<table/g,
        /<details/g,
        /title="/g,
      ]
    ) assertEquals(count(clean, kept), count(withoutScripts(html), kept), `${kept}`);
  });
}

Deno.test("JupyterLab's sanitiser leaves hostile tokens as they are: words and nothing else", () => {
  const calm = views();
  for (const [name, view] of Object.entries(views(hostile))) {
    const clean = sanitiser.sanitize(view["text/html"]);
    assertEquals(words(clean), words(view["text/html"]));
    const own = tags(sanitiser.sanitize(calm[name]!["text/html"]));
    assertEquals(tags(clean).filter((tag) => tag !== "<br" && !own.includes(tag)), []);
  }
});
