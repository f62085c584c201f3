import { callCode, codeAt, literalCode, namedCode } from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("literalCode() writes plain data so that it is read back the same, whatever a text holds", () => {
  const hostile = ['"`${1}`\\', "{row}", "\u2028*/ </script>", "\ud800", "a\nb"];
  const value = {
    at: hostile,
    "odd name": [-0, NaN, -Infinity, 1e-9],
    none: null,
    deep: { on: true },
  };
  const code = codeAt(literalCode(value), { row: 5 });
  assertEquals(new Function(`return ${code}`)(), value);
  assertEquals(code.includes("\n"), false);
  assertEquals(literalCode({ left: undefined }), "{}");
  assertThrows(
    () => literalCode({ edit: () => 1 }),
    TypeError,
    "it must be plain data: current value is a function",
  );
  assertThrows(() => literalCode(new Map()), TypeError, "current value is Map");
});

Deno.test("callCode() leaves empty options out; namedCode() keeps a name within its comment", () => {
  assertEquals(callCode("logit", [" Mary", {}]), 'logit(" Mary")');
  assertEquals(callCode("f", []), "f()");
  assertEquals(namedCode("metric", "your */\nmetric"), "metric /* your *\\/ metric */");
});
