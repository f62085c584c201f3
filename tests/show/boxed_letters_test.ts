import { bars, save, table } from "../../lib/show/mod.ts";
import { boxedLetters } from "../../lib/show/boxed_letters.ts";
import { pictureFont } from "../../lib/show/picture_font.ts";
import { staticLayer } from "../../lib/show/static_layer.ts";
import { assert, assertEquals } from "../assert.ts";
import { views } from "../browser/views.ts";

const around = (inside: string): string =>
  `<svg width="400" height="30" viewBox="0 0 400 30">${inside}</svg>`;

Deno.test("boxedLetters() boxes what the font lacks, a character as a reader counts it, and says how many", async () => {
  const { letters } = await pictureFont();
  const drawn = (inside: string) => boxedLetters(around(inside), letters, "the text or .svg");
  // Hebrew with points, Arabic, accents by themselves, and what has no form: nothing is missing.
  const fine = around(
    "<text>שָׁלוֹם العربية русский ελληνικά e\u0301 a\u200d ▪ &lt; Ǒ Ệ</text><title>中</title>",
  );
  assertEquals(boxedLetters(fine, letters, "x"), fine);
  const boxed = drawn(
    "<text>a中👨‍👩‍👧&amp;<title>中</title></text><text><tspan x='0'>日</tspan></text>",
  );
  assert(boxed.includes("<text>a▯▯&amp;<title>中</title>") && boxed.includes("'>▯</tspan>"));
  const words = boxed.match(/fill="#1a1c1f">[^<]*/g)!.map((text) => text.slice(15)).join(" ");
  assertEquals(
    words,
    "3 characters that the font of this picture lacks are boxes (▯); see the text or .svg for them",
  );
  assert(boxed.startsWith('<svg width="400" height="70" viewBox="0 0 400 70">'));
  assert(drawn("<text>中</text>").includes("1 character that"));
});

Deno.test("every character that a view writes of itself is in the font of its picture", async () => {
  const { letters } = await pictureFont();
  const missing = new Set<string>();
  const look = (text: string) => {
    for (const letter of text) {
      if (letter !== "\n" && !letters.has(letter.codePointAt(0)!)) missing.add(letter);
    }
  };
  for (const view of Object.values(views())) {
    look(view["text/plain"]);
    look(
      JSON.stringify(staticLayer(view["text/html"]), (key, value) => key === "source" ? "" : value),
    );
  }
  // Words of results in other folders: what stands in the code itself and is no comment.
  for (const file of await sources(new URL("../../lib/", import.meta.url))) {
    const code = (await Deno.readTextFile(file)).replace(
      /\/\*.*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gms,
      "",
    );
    look(code.replace(/\\u[0-9a-f]{4}/g, ""));
  }
  assertEquals([...missing], []);
});

/** The files of code in a folder, but for those that are made. */
async function sources(folder: URL): Promise<URL[]> {
  const found: URL[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) found.push(...await sources(new URL(`${name}/`, folder)));
    else if (/(?<!\.generated)\.ts$/.test(name)) found.push(new URL(name, folder));
  }
  return found;
}

Deno.test("save() draws marks, Greek and Cyrillic in a .png, and higher where it has boxes", async () => {
  const folder = await Deno.makeTempDir();
  const size = async (value: unknown) => {
    await save(value, `${folder}/x.png`);
    const file = new DataView((await Deno.readFile(`${folder}/x.png`)).buffer);
    return [file.getUint32(16), file.getUint32(20)];
  };
  const chart = (label: string) => bars({ title: "t", labels: [label], values: [1], label: "v" });
  const words = (cell: string) => table({ title: "t", columns: [{ name: "n" }], rows: [[cell]] });
  try {
    const [, low] = await size(words("abc"));
    assertEquals((await size(words("русский ελληνικά ▪")))[1], low);
    assertEquals((await size(words("日本語")))[1], low! + 48);
    const [plain, boxes] = [(await size(chart("ab")))[1]!, (await size(chart("日本")))[1]!];
    assert(boxes > plain, `${boxes} pixels are no more than ${plain}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
