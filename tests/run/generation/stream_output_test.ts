import { generate } from "../../../lib/run/mod.ts";
import { DisplayedTexts, PrintedTexts } from "../../../lib/run/generation/stream_output.ts";
import { KernelClient, type ProgressOutput } from "../../../lib/notebook/mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { seedling } from "../../model/fixture.ts";

/** Keeps every state that is shown. */
function recorder(): ProgressOutput & { states: string[]; html: string; last: boolean[] } {
  return {
    states: [],
    html: "",
    last: [],
    show(drawing, last) {
      this.states.push(drawing["text/plain"]);
      this.last.push(last);
      this.html = drawing["text/html"];
    },
  };
}

const token = (text: string, prompt = 0, sample = 0) => ({
  prompt,
  sample,
  step: 0,
  token: { text },
  id: 1,
  text,
});

Deno.test("DisplayedTexts shows texts in one display, escaped, and the last state says why they ended", () => {
  const output = recorder(), shown = new DisplayedTexts(["a<b>", "c"], 2, output);
  shown.token(token(" <i>", 1, 1));
  const rows = [" x", " y", " z", " <i>"].map((text) => ({ text, note: "ended" }));
  shown.end(rows);
  assertEquals(output.states[0], "a<b>\na<b>\nc\nc");
  assertEquals(output.states.at(-1), "a<b> x [ended]\na<b> y [ended]\nc z [ended]\nc <i> [ended]");
  assertEquals(output.last.at(-1), true);
  assertStringIncludes(output.html, "c<b> &lt;i&gt;</b><i> [ended]</i></div>");
  assertStringIncludes(output.html, "a&lt;b&gt;");
});

Deno.test("DisplayedTexts does not change more often than can be read", () => {
  const start = performance.now(), output = recorder();
  const shown = new DisplayedTexts(["a"], 1, output);
  for (let i = 0; i < 1000; i++) shown.token(token("x".repeat(i)));
  // The first, and then one in a tenth of a second, however long this machine takes.
  const most = 1 + Math.floor((performance.now() - start) / 100);
  assert(output.states.length <= most, `${output.states.length} states of at most ${most}`);
});

Deno.test("PrintedTexts prints what is new, and no half characters", () => {
  let written = "";
  const shown = new PrintedTexts(["Say:"], 1, (text) => written += text);
  for (const text of [" \uFFFD", " 日", " 日\uFFFD\uFFFD", " 日本"]) shown.token(token(text));
  assertEquals(written, "Say: 日本");
  shown.end([{ text: " 日本", note: "aborted" }]);
  assertEquals(written, "Say: 日本 [aborted]\n");
});

Deno.test("PrintedTexts prints several texts when they have ended", () => {
  let written = "";
  const shown = new PrintedTexts(["a", "b"], 1, (text) => written += text);
  shown.token(token("x"));
  shown.end([{ text: "x", note: "n" }, { text: "y", note: "m" }]);
  assertEquals(written, "ax [n]\nby [m]\n");
});

Deno.test("generate() streams into a display, whose last state is the text", async () => {
  const output = recorder();
  const { text, prompts } = await generate(await seedling(), "The capital of Poland is", {
    tokens: 8,
    stopStrings: ["."],
    stream: output,
  });
  assertEquals(output.states[0], prompts[0]!.text);
  assertEquals(
    output.states.at(-1),
    `${prompts[0]!.text}${text} [ended by "."]`,
  );
});

Deno.test("generate() streams into one display of a real notebook", async () => {
  await using kernel = await KernelClient.start({ cwd: import.meta.dirname! });
  let states = 0;
  const { outputs } = await kernel.execute(
    `const { generate, load } = await import("../../../mod.ts");
    const model = await load("seedling");
    const written = await generate(model, "The capital of Poland is", { tokens: 8, stream: true });`,
    { onOutput: () => states++ },
  );
  assert(states >= 2, `${states} states`);
  assertEquals(outputs.length, 1);
  const [output] = outputs;
  assert(output?.output_type === "display_data");
  assertStringIncludes(String(output.data["text/plain"]), "The capital of Poland is Warsaw");
});
