import { assert, assertEquals, assertRejects } from "../assert.ts";
import { runTemplate, TemplateRefusal } from "../../lib/text/chat_template.ts";
import { processorTime } from "../processor_time.ts";

const grow =
  "{% set ns = namespace(x='a') %}{% for i in range(21) %}{% set ns.x = ns.x + ns.x %}{% endfor %}";

/** What a template must not do, and what it is told. */
const hostile: Record<string, [template: string, says: string]> = {
  "loops in loops": [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "two million steps",
  ],
  "a range of 10¹²": ["{{ range(10**12) | length }}", "count no further than 100000"],
  "an endless range": ["{{ range(1, 5, 0) | length }}", "count no further"],
  "a text that doubles": [
    "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "at most 4194304 characters",
  ],
  "a list of lists of lists": [
    "{% set ns = namespace(x=[1,2]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
    "no more than 4194304",
  ],
  "a macro that calls itself twice": [
    "{% macro f(n) %}{% if n > 0 %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "two million steps",
  ],
  "a macro that calls itself": [
    "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
    "Cannot write a chat as its template must",
  ],
  "a deep indent": ["{{ [1] | tojson(indent=100000000) }}", "indent by at most 1000"],
  "a wide indent": ["{{ 'a\nb' | indent(width=100000000) }}", "indent by at most 1000"],
  "a replacement that explodes": [
    `${grow}{{ ns.x.replace('a', ns.x) }}`,
    "Cannot write a chat as its template must",
  ],
  "a join that explodes": [
    `${grow}{{ range(99999) | join(ns.x) }}`,
    "Cannot write a chat as its template must",
  ],
  "brackets without end": [
    "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}",
    "not recur",
  ],
  "white space without end": [
    "{% if x %}" + " ".repeat(200_000) + "{% endif %}",
    "no 500 white spaces in a row",
  ],
  "a template of a megabyte": ["x".repeat(1e6), "at most 300000 characters"],
  "a constructor": ["{{ ''.constructor.constructor('return 1')() }}", "which is undefined"],
  "a prototype": ["{{ messages['__proto__'].x }}", "Cannot write a chat"],
  "an import": ["{% import 'x' as y %}", "Unknown statement type: import"],
  "a file": ["{% include '/etc/passwd' %}", "Unknown statement type: include"],
  "nothing that it can read": [
    "{% if %}",
    "Cannot write a chat as its template must be one that can be run",
  ],
};

for (const [what, [template, says]] of Object.entries(hostile)) {
  Deno.test(`runTemplate() is not held up by ${what}`, async () => {
    const start = processorTime();
    await assertRejects(() => runTemplate(template, { messages: [{ role: "user" }] }), Error, says);
    assert(processorTime() - start < 20_000, "without a bound it would not end");
  });
}

Deno.test("runTemplate() gives a template nothing but what it is given", async () => {
  const names = ["Deno", "globalThis", "process", "self", "window", "Function", "strftime_now"];
  const source = names.map((name) => `{{ ${name} is defined }}`).join("");
  assertEquals(await runTemplate(source, {}), "False".repeat(names.length));
});

Deno.test("runTemplate() throws what raise_exception says", async () => {
  await assertRejects(
    () => runTemplate("a{{ raise_exception('no') }}", {}),
    TemplateRefusal,
    "no",
  );
});

Deno.test("runTemplate() gives each round of a loop its own names, and keeps what was written before a break", async () => {
  // What Jinja 3.1.6 writes.
  const texts: Record<string, string> = {
    "{% for i in [1,2] %}{{ x is defined }}{% set x = 1 %}{% endfor %}": "FalseFalse",
    "{% for i in [1,2,3] %}a{{ i }}{% if i == 2 %}b{% break %}{% endif %}c{% endfor %}d": "a1ca2bd",
    "{% for i in [1,2,3] %}a{% if i == 2 %}b{% continue %}{% endif %}c{% endfor %}d": "acabacd",
    "{% for i in [1,2] %}{% for j in [1,2] %}{{ i }}{{ j }},{% if j == 1 %}{% break %}{% endif %}{% endfor %}{% endfor %}":
      "11,21,",
    "{% for i in [] %}x{% else %}none{% endfor %}": "none",
    "{{ 'ab' if false }}|{{ 5 % -3 }}|{{ '👩' | length }}|{{ ' x\n' | trim }}": "|-1|1|x",
  };
  for (const [source, expected] of Object.entries(texts)) {
    assertEquals(await runTemplate(source, {}), expected, source);
  }
});

Deno.test("runTemplate() says what is read of nothing", async () => {
  await assertRejects(
    () => runTemplate("{{ messages[0].a.b.c }}", { messages: [{}] }),
    SyntaxError,
    "something is read of messages[0].a, which is undefined",
  );
});
