import { assertEquals } from "../assert.ts";
import { closingLine, failuresIn, tallyOf } from "./tally.ts";

const folder = new URL("../", import.meta.url);

/** What Deno itself says of a module, and whether it ended well. */
async function say(code: string): Promise<{ output: string; success: boolean }> {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, code);
  try {
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--no-lock", "--no-config", path],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { output: out! + error!, success };
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("tallyOf() and failuresIn() read what deno test says, and count as failed what ends without a word", async () => {
  const good = await say('Deno.test("a", () => {});\nDeno.test.ignore("b", () => {});\n');
  assertEquals(tallyOf(good.output, good.success), { passed: 1, failed: 0, ignored: 1 });
  assertEquals(failuresIn(good.output), "");

  const bad = await say(
    'Deno.test("a", () => console.log("ok | 7 passed | 0 failed (1s)"));\n' +
      'for (const name of "bc") Deno.test(name, () => { throw new Error(name + " is wrong") });\n',
  );
  assertEquals(tallyOf(bad.output, bad.success), { passed: 1, failed: 2, ignored: 0 });
  const failures = failuresIn(bad.output);
  for (const words of ["b is wrong", "c is wrong", "FAILURES"]) {
    assertEquals(failures.includes(words), true, failures);
  }
  assertEquals(/7 passed|FAILED \|/.test(failures), false, failures);

  const ended = await say('Deno.test("a", () => {});\nDeno.test("b", () => Deno.exit(0));\n');
  assertEquals(tallyOf(ended.output, ended.success).failed, 1, ended.output);
  const broken = await say('throw new Error("no module");\n');
  assertEquals(tallyOf(broken.output, broken.success), { passed: 0, failed: 1, ignored: 0 });
  assertEquals(failuresIn(broken.output).includes("no module"), true, broken.output);
  assertEquals(tallyOf("Killed\n", false), { passed: 0, failed: 1, ignored: 0 });
  assertEquals(tallyOf("", true), { passed: 0, failed: 1, ignored: 0 });
});

Deno.test("closingLine() adds up, in the words of deno test", () => {
  const tally = { passed: 2, failed: 0, ignored: 0 };
  assertEquals(closingLine([tally, tally], 59.7), "ok | 4 passed | 0 failed (1m0s)");
  assertEquals(
    closingLine([tally, { passed: 1, failed: 1, ignored: 3 }], 7.2),
    "FAILED | 3 passed | 1 failed | 3 ignored (7s)",
  );
});
