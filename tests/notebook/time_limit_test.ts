import { timeLimit, TimeLimitError } from "../../lib/notebook/time_limit.ts";
import { assertEquals, assertRejects } from "../assert.ts";

Deno.test("timeLimit() passes after its time", async () => {
  const limit = timeLimit({ timeout: 5 });
  assertEquals(limit.isPassed, false);
  await assertRejects(
    () => limit.passed,
    TimeLimitError,
    "Cannot run the cell as it must end within 5 ms",
  );
  assertEquals(limit.isPassed, true);
});

Deno.test("timeLimit() passes with the reason of its signal, also of one aborted before", async () => {
  const controller = new AbortController();
  const limit = timeLimit({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => limit.passed, Error, "enough");
  await assertRejects(() => timeLimit({ signal: controller.signal }).passed, Error, "enough");
});

Deno.test("timeLimit() does not pass once it is cleared", async () => {
  const controller = new AbortController();
  const limit = timeLimit({ timeout: 1, signal: controller.signal });
  limit.clear();
  controller.abort();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(limit.isPassed, false);
});
