import { TokenBytes } from "../../lib/text/token_bytes.ts";
import { assertEquals } from "../assert.ts";
import { seedling } from "../model/fixture.ts";

Deno.test("bytes of tokens are hexadecimal digits in JSON, which read back", async () => {
  assertEquals(JSON.stringify({ bytes: TokenBytes.of(0, 255, 10) }), '{"bytes":"00ff0a"}');
  const { tokens } = (await seedling()).tokenize("a café")[0]!;
  const read = JSON.parse(JSON.stringify(tokens)) as { bytes: string }[];
  const joined = read.slice(1).map(({ bytes }) => bytes).join("");
  assertEquals(new TextDecoder().decode(Uint8Array.fromHex(joined)), "a café");
});
