import { gist } from "../../lib/notebook/gist.ts";
import { assertEquals } from "../assert.ts";

Deno.test("gist() picks the first line that is neither an import nor a comment", () => {
  assertEquals(gist("\nconst a = 1;\na"), "const a = 1;");
  assertEquals(
    gist('import {\n  a,\n} from "./x.ts";\nimport "./y.ts"\n\n// Why\n/* more\n */\na();\nb'),
    "a();",
  );
  assertEquals(
    gist('const { a } = await import("./x.ts");'),
    'const { a } = await import("./x.ts");',
  );
});

Deno.test("gist() takes what there is, and cuts what is long", () => {
  assertEquals(gist('import "./x.ts";'), 'import "./x.ts";');
  assertEquals(gist(""), "");
  assertEquals(gist("x".repeat(100)), "x".repeat(72) + "…");
});
