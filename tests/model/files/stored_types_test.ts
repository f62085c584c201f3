import { assertEquals, assertStrictEquals, assertThrows } from "../../assert.ts";
import { integerAt, isFloat, isStoredType, widen } from "../../../lib/model/files/stored_types.ts";

Deno.test("widen() turns every float16 into the float32 of the same value", () => {
  const codes = Uint16Array.from({ length: 1 << 16 }, (_, code) => code);
  const result = new Float32Array(codes.length);
  widen("F16", new Uint8Array(codes.buffer), result, 0);
  for (const code of codes) {
    const [sign, exponent, fraction] = [code >> 15, code >> 10 & 31, code & 1023];
    const size = exponent === 31
      ? fraction === 0 ? Infinity : NaN
      : exponent === 0
      ? fraction * 2 ** -24
      : (1 + fraction / 1024) * 2 ** (exponent - 15);
    assertStrictEquals(result[code], sign === 1 ? -size : size);
  }
});

Deno.test("widen() turns every bfloat16 into the float32 that begins with its bits", () => {
  const codes = Uint16Array.from({ length: 1 << 16 }, (_, code) => code);
  const result = new Float32Array(codes.length);
  widen("BF16", new Uint8Array(codes.buffer), result, 0);
  const bits = new Uint32Array(result.buffer);
  for (const code of codes) assertStrictEquals(bits[code], code << 16 >>> 0);
});

Deno.test("widen() writes where it is told", () => {
  const result = new Float32Array(4);
  widen("F64", new Uint8Array(Float64Array.of(0.1).buffer), result, 1);
  widen("F32", new Uint8Array(Float32Array.of(5).buffer), result, 2);
  widen("BF16", Uint8Array.of(0x80, 0x3F), result, 3);
  assertEquals([...result], [0, Math.fround(0.1), 5, 1]);
  assertThrows(() => widen("U8", Uint8Array.of(1), result, 0), TypeError, "floating-point");
});

Deno.test("integerAt() reads every integer type and says where 32 bits are too few", () => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, -2n, true);
  assertEquals(integerAt("I64", view, 0), -2);
  assertEquals(integerAt("I32", view, 0), -2);
  assertEquals(integerAt("I16", view, 0), -2);
  assertEquals(integerAt("I8", view, 0), -2);
  assertEquals(integerAt("U8", view, 0), 254);
  view.setBigInt64(0, 2n ** 31n, true);
  assertEquals(integerAt("I64", view, 0), null);
  assertThrows(() => integerAt("F32", view, 0), TypeError, "must hold integers");
});

Deno.test("isStoredType() and isFloat() know the types", () => {
  assertEquals(["F32", "BF16", "F8_E4M3", "toString", 3].map(isStoredType), [
    true,
    true,
    false,
    false,
    false,
  ]);
  assertEquals([isFloat("F16"), isFloat("I64")], [true, false]);
});
