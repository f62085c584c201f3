import { assert, assertEquals } from "../../assert.ts";
import { isAlive } from "../../../lib/notebook/kernel/guardian.ts";
import { LanguageServer } from "../../../lib/notebook/kernel/language_server.ts";
import { type Answer, type Front, withKernel } from "./front.ts";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again until the language service is warm, for what it says only then. */
async function patiently<T>(ask: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  for (let tries = 0; tries < 40 && !enough(answer); tries++) {
    await wait(250);
    answer = await ask();
  }
  return answer;
}

async function inNotebook(use: (front: Front) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${cwd}/zoo.ts`,
    "/** The beasts, by their numbers. */\nexport const zoo = { lion: 1, tiger: 2 };\n" +
      "/** Feeds a beast. @param beast Which. */\nexport function feed(beast: keyof typeof zoo): void {}\n",
  );
  try {
    await withKernel(use, { cwd, diagnostics: true });
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("HelpDesk completes, explains and notes type errors, and the cell runs all the same", async () => {
  await inNotebook(async (front) => {
    const complete = (code: string): Promise<Answer> =>
      front.ask("complete_request", { code, cursor_pos: [...code].length });
    const wrong = front.cell(
      'import { feed, zoo } from "./zoo.ts";\nconst x: string = zoo.lion;\nx',
    );
    const done = await front.done(wrong);
    assertEquals(front.outputs(wrong), ["1"]);
    assertEquals(done.at(-1)!.type === "execute_reply" || done.at(-1)!.type === "status", true);
    const note = await front.find(({ type, parent }) =>
      type === "display_data" && parent.msg_id === wrong
    );
    const data = note.content.data as Record<string, string>;
    assertEquals(
      data["text/plain"],
      "Types (the cell ran all the same)\nline 2: Type 'number' is not assignable to type 'string'.",
    );
    assert(data["text/html"]!.includes("&#39;number&#39;"), "what the service says is escaped");

    const { matches, cursor_start, cursor_end, metadata } = await patiently(
      () => complete("'𝔘' + zoo."),
      ({ matches }) => matches.length === 2,
    );
    assertEquals([matches, cursor_start, cursor_end], [["lion", "tiger"], 10, 10]);
    assertEquals(metadata._jupyter_types_experimental[0], {
      text: "lion",
      type: "property",
      start: 10,
      end: 10,
    });
    assertEquals((await complete("zoo.ti")).matches, ["tiger"]);
    assertEquals((await complete('feed("')).matches, ["lion", "tiger"]);
    assertEquals((await complete('import { fe } from "./zoo.t')).matches, ["./zoo.ts"]);
    // What only exists while it runs is asked of the kernel itself.
    await front.run("globalThis.made = { upTo: 1 }");
    assertEquals((await complete("globalThis.made.up")).matches, ["upTo"]);
    // Names in strings that no type knows.
    const link = "globalThis[Symbol.for('innerworks.kernel')]";
    await front.run(`${link}.offerNames("sites", ["blocks.0.attn.z", "blocks.1.attn.z", "embed"])`);
    assertEquals((await complete('f("blocks.1')).matches, ["blocks.1.attn.z"]);
    assertEquals((await complete('f("blocks.*.')).matches, ["blocks.*.attn.z"]);

    const inspect = (code: string, at: number): Promise<Answer> =>
      front.ask("inspect_request", { code, cursor_pos: at, detail_level: 0 });
    for (const [code, at] of [["feed", 4], ["feed(", 5], ["feed(zoo.lion, ", 15]] as const) {
      const { found, data } = await inspect(code, at);
      assert(
        found && data["text/plain"].includes("Feeds a beast."),
        `${code}: ${data["text/plain"]}`,
      );
    }
    assertEquals((await inspect("1 + 1", 5)).found, false);

    // Nothing waits for the service, also while a cell runs.
    const busy = front.cell("const end = Date.now() + 600; while (Date.now() < end);");
    await front.find((m) => m.parent.msg_id === busy && m.type === "execute_input");
    assertEquals((await complete("zoo.ti")).matches, ["tiger"]);
    assert(!front.of(busy).some(({ type }) => type === "execute_reply"));
    await front.done(busy);

    await front.run(`${link}.set({ diagnostics: false })`);
    const quiet = front.cell("const y: string = zoo.tiger; y");
    await front.done(quiet);
    await complete("zoo.");
    await wait(300);
    assertEquals(front.outputs(quiet), ["2"], "the setting silences it");
  });
});

Deno.test("LanguageServer ends when it is told to, and says so to whoever waits", async () => {
  const server = await LanguageServer.start({ cwd: import.meta.dirname! });
  const uri = "file:///nowhere.ts";
  const textDocument = { uri, languageId: "typescript", version: 1, text: "const a = 1; a" };
  server.tell("textDocument/didOpen", { textDocument });
  const position = { line: 0, character: 13 };
  const waiting = server.ask("textDocument/hover", { textDocument: { uri }, position });
  await server.close();
  const outcome = await waiting.then(() => "answered", (error: Error) => error.message);
  assert(["answered", "The language server has ended"].includes(outcome), outcome);
  assert(isAlive(Deno.pid));
});
