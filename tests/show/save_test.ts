import { all, bars, heatMap, save, table } from "../../lib/show/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

const TEXT = "<script>alert(1)</script> ``` =1+1";
const chart = () => bars({ title: TEXT, labels: [TEXT, "b"], values: [1, -2], label: "size" });
const document = () => table({ title: TEXT, columns: [{ name: "a" }], rows: [[TEXT]] });

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("save() writes a page that stands alone, whatever it holds, and replaces what was there", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a page.html`;
    await Deno.writeTextFile(path, "old");
    for (const value of [chart(), document(), Promise.resolve(document()), TEXT]) {
      assertEquals(await save(value, path), ["a page.html"]);
      const page = await Deno.readTextFile(path);
      assert(page.startsWith("<!DOCTYPE html>") && page.includes("default-src 'none'"));
      assert(!page.includes("<script>alert"));
      assert(page.includes("&lt;script&gt;alert(1)"));
      assert(!/(src|href)="(?!data:)/.test(page.replace(/<script>.*<\/script>/s, "")));
    }
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  }));

Deno.test("save() writes charts as pictures, rows and their specification", () =>
  inFolder(async (folder) => {
    await save(chart(), new URL(`file://${folder}/c.svg`));
    assert((await Deno.readTextFile(`${folder}/c.svg`)).startsWith("<svg"));
    await save(chart(), `${folder}/c.png`);
    assertEquals([...(await Deno.readFile(`${folder}/c.png`)).subarray(1, 4)], [0x50, 0x4e, 0x47]);
    await save(chart(), `${folder}/c.csv`);
    const lines = (await Deno.readTextFile(`${folder}/c.csv`)).trimEnd().split("\r\n");
    assertEquals(lines.length, 3);
    await save(chart(), `${folder}/c.JSON`);
    const json = JSON.parse(await Deno.readTextFile(`${folder}/c.JSON`));
    assertEquals(json.$schema, "https://vega.github.io/schema/vega-lite/v5.json");
  }));

Deno.test("save() draws documents, and lists of drawings, as SVG that names nothing outside, and as pictures", () =>
  inFolder(async (folder) => {
    await document().save(`${folder}/d.svg`);
    const svg = await Deno.readTextFile(`${folder}/d.svg`);
    assert(svg.startsWith("<svg") && svg.includes("&lt;script&gt;") && !svg.includes("<script"));
    assert(!/href="(?!data:)/.test(svg));
    await save(all([document(), await chart(), "x"]), `${folder}/l.png`);
    const file = new DataView((await Deno.readFile(`${folder}/l.png`)).buffer);
    assert(file.getUint32(16) >= 1800 && file.getUint32(20) > 300);
    assertEquals(await save(all([document(), await chart()]), `${folder}/l.md`), [
      "l.md",
      "l_1.png",
    ]);
  }));

Deno.test("save() writes Markdown with a chart's picture beside it, in a fence that nothing closes", () =>
  inFolder(async (folder) => {
    assertEquals(await save(chart(), `${folder}/r.md`), ["r.md", "r.png"]);
    const text = await Deno.readTextFile(`${folder}/r.md`);
    assert(text.startsWith("![the chart whose numbers follow](<r.png>)\n\n````text\n"));
    assert(text.endsWith("\n````\n"));
    assertEquals(await save(document(), `${folder}/d.md`), ["d.md"]);
    await save({ toJSON: () => ({ own: 1 }) }, `${folder}/own.json`);
    assertEquals(await Deno.readTextFile(`${folder}/own.json`), '{"own":1}\n');
    await save({ csv: () => "a\r\n1\r\n" }, `${folder}/own.csv`);
    assertEquals(await Deno.readTextFile(`${folder}/own.csv`), "a\r\n1\r\n");
  }));

Deno.test("save() says what it cannot write, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const message = async (value: unknown, name: string) =>
      (await assertRejects(() => save(value, `${folder}/${name}`), RangeError)).message;
    assertEquals(
      await message(chart(), "x.gif"),
      `Cannot save a drawing as the name of its file must end in .html, .md, .txt, .svg, .png, .json, .csv: current value is "${folder}/x.gif"`,
    );
    // The name of the file and the value, changed over.
    await assertRejects(
      () => save(`${folder}/x.csv`, document() as unknown as string),
      TypeError,
      "; the value comes first and the name of the file after it",
    );
    const missing = await assertRejects(
      () => save(document(), `${folder}/none/x.html`),
      Deno.errors.NotFound,
    );
    assertEquals(
      missing.message,
      `Cannot save "${folder}/none/x.html" as its folder must exist: ${folder}/none/ does not`,
    );
    await Deno.mkdir(`${folder}/y.html`);
    const taken = await assertRejects(
      () => save(document(), new URL(`file://${folder}/y.html`)),
      Deno.errors.IsADirectory,
    );
    assertEquals(
      taken.message,
      `Cannot save "${folder}/y.html" as it must be a file: it is a folder`,
    );
    await Deno.remove(`${folder}/y.html`);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("save() puts the numbers of a bare drawing beside it in .json, also where some parts have none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const third = 1 / 3,
      rows = { name: "r", labels: ["a"] },
      columns = { name: "c", labels: ["b"] };
    const map = heatMap({ values: [third], rows, columns, label: "v" });
    const json = async (value: unknown) => {
      await save(value, `${folder}/x.json`);
      return JSON.parse(await Deno.readTextFile(`${folder}/x.json`));
    };
    const one = await json(map);
    assertEquals([one.columns, one.rows], [["r", "c", "v"], [["a", "b", third]]]);
    assertEquals(one["text/html"], map["text/html"]);
    assertEquals((await json(all([map, "Words"]))).rows, [["a", "b", third]]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
