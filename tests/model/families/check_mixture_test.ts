import { ConfigReader } from "../../../lib/model/config_reader.ts";
import { checkMixture } from "../../../lib/model/families/check_mixture.ts";
import { CheckpointError } from "../../../lib/model/mod.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("a token uses at most as many experts as there are", () => {
  const config = new ConfigReader("c.json", {}), rest = { normalised: true, routerBias: false };
  checkMixture(config, { experts: 2, chosen: 2, ...rest });
  const { message } = assertThrows(
    () => checkMixture(config, { experts: 2, chosen: 3, ...rest }),
    CheckpointError,
  );
  assertEquals(
    message,
    "Cannot read c.json as a token must use at most as many experts as there are: current value is [3, 2]",
  );
});
