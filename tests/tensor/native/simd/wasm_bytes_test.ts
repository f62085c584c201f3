import { assert, assertEquals } from "../../../assert.ts";
import { signed, unsigned, wasmBytes } from "../../../../lib/tensor/native/simd/wasm_bytes.ts";

Deno.test("unsigned() and signed() write seven bits a byte, as the specification's examples have them", () => {
  assertEquals(unsigned(0), [0]);
  assertEquals(unsigned(127), [127]);
  assertEquals(unsigned(128), [0x80, 1]);
  assertEquals(unsigned(624485), [0xe5, 0x8e, 0x26]);
  assertEquals(unsigned(2 ** 32 - 1), [0xff, 0xff, 0xff, 0xff, 0x0f]);
  assertEquals(signed(63), [63]);
  assertEquals(signed(64), [0xc0, 0]);
  assertEquals(signed(-1), [0x7f]);
  assertEquals(signed(-123456), [0xc0, 0xbb, 0x78]);
});

Deno.test("wasmBytes() writes a module that the engine takes, with its functions under their names", () => {
  const nothing = { parameters: 0, integers: 0, vectors: 0, body: [] };
  // Enough of them that their number takes two bytes.
  const functions = Array.from({ length: 130 }, (_, i) => ({ ...nothing, name: `f${i}` }));
  const bytes = wasmBytes([...functions, { ...nothing, name: "ä'" }]);
  assert(WebAssembly.validate(bytes));
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(bytes));
  assertEquals(exported.length, 131);
  assertEquals(exported.at(-1), { name: "ä'", kind: "function" });
  assert(!WebAssembly.validate(wasmBytes([{ ...nothing, name: "wrong", body: [0x1a] }])));
});
