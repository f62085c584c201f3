import { stopOf, type Stops } from "../../../lib/run/generation/stops.ts";
import { assertEquals } from "../../assert.ts";

const stops: Stops = { tokens: [7], strings: ["end", "nd."], most: 4 };
const never = () => {
  throw new Error("the text is not needed");
};

Deno.test("stopOf() goes on until something ends the text", () => {
  assertEquals(stopOf(stops, [1], () => "the e"), null);
  assertEquals(stopOf({ ...stops, strings: [] }, [1, 2, 3], never), null);
});

Deno.test("stopOf() names the token before a string, and asks for no text then", () => {
  assertEquals(stopOf(stops, [1, 7], never), { reason: "token", string: null, at: null });
  assertEquals(stopOf(stops, [7, 1], () => ""), null, "an earlier one has had its turn");
});

Deno.test("stopOf() finds a string wherever tokens part, and of several the first", () => {
  assertEquals(stopOf(stops, [1, 2], () => "the end."), { reason: "string", string: "end", at: 4 });
});

Deno.test("stopOf() counts tokens last", () => {
  assertEquals(stopOf(stops, [1, 2, 3, 4], () => ""), { reason: "length", string: null, at: null });
  assertEquals(stopOf(stops, [1, 2, 3, 4], () => "end")?.reason, "string");
});
