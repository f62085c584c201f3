import { assertEquals, assertRejects } from "../assert.ts";
import { runTemplate } from "../../lib/text/chat_template.ts";

/** What Jinja 3.1.6 writes, with the settings of transformers. */
const written: Record<string, string> = {
  "{{ 'a b' | title }} {{ \"they're bill's\" | title }} {{ 'x-y z'.title() }}":
    "A B They're Bill's X-Y Z",
  "{{ 'aBC' | capitalize }} {{ 'aBC'.capitalize() }}": "Abc Abc",
  "{{ 'xxaxx'.strip('x') }}|{{ 'xa '.lstrip('x') }}|{{ ' a\n'.rstrip('\n') }}|{{ ' a '.strip() }}|":
    "a|a | a|a|",
  "{{ '\n a \n' | trim }}|{{ 'xax' | trim('x') }}": "a|a",
  "{{ [1, true, none] | join('-') }} {{ [{'a': 1}] | join }} {{ 'abc' | join('.') }}":
    "1-True-None {'a': 1} a.b.c",
  "{{ [{'n': 1}, {'n': 2}, {}] | join(',', attribute='n') }} {{ [1, 2] | join(d=';') }}":
    "1,2, 1;2",
  "{{ 'a' ~ 1 ~ none ~ true ~ [1] }} {{ -7 % 3 }} {{ 5.5 % 2 }}": "a1NoneTrue[1] 2 1.5",
  "{{ '1' == 1 }} {{ true == 1 }} {{ [1] == [1] }} {{ none == x }}": "False True True False",
  "{% set z = 1 %}{% macro f() %}{{ z }}{% endmacro %}{% for z in [7] %}{{ f() }}{% endfor %}": "1",
  "{% macro f() %}{{ caller() }}!{% endmacro %}{% call f() %}hi{% endcall %}": "hi!",
  "{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(2) }}": "210",
  "x{% set a = 1 %}\r\ny\rz{{ '\\r\\n' }}": "xy\nz\r\n",
};

Deno.test("A-28 operations() compute what Jinja computes", async () => {
  for (const [source, expected] of Object.entries(written)) {
    assertEquals(await runTemplate(source, {}), expected, source);
  }
});

Deno.test("operations() refuse what Jinja refuses", async () => {
  const refused: Record<string, string> = {
    "{{ 'a' + 1 }}": "a text and a IntegerValue are added",
    "{{ 'a' + none }}": "a text and a NullValue are added",
    "{{ x.y }}": "something is read of x, which is undefined",
    "{{ messages[0].a.b }}": "something is read of messages[0].a, which is undefined",
  };
  for (const [source, says] of Object.entries(refused)) {
    await assertRejects(() => runTemplate(source, { messages: [{}] }), SyntaxError, says);
  }
});
