/**
 * Lists which items of the specification a test holds: those whose id begins the name of a test, such as "A-01". It fails if an
 * item of `items.json` has none.
 *
 *     deno task items [path of a list of items]
 *
 * With a list, whose items stand in lines that begin with `**A-01 · name`, it also says which items have none yet.
 *
 * @module
 */

const root = new URL("..", import.meta.url);

/** The tests below a folder whose names begin with ids. */
async function* itemTests(folder: URL): AsyncGenerator<{ id: string; test: string; file: string }> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) yield* itemTests(path);
    if (!name.endsWith("_test.ts")) continue;
    const text = await Deno.readTextFile(path);
    for (const [, test] of text.matchAll(/["'`]((?:[A-M]-\d\d[,;]? ?)+[^"'`]*)["'`]/g)) {
      for (const [id] of test!.matchAll(/[A-M]-\d\d/g)) {
        yield { id, test: test!, file: decodeURIComponent(path.href.slice(root.href.length)) };
      }
    }
  }
}

/** The items with the tests that hold them. */
export async function heldItems(): Promise<Map<string, string[]>> {
  const held = new Map<string, string[]>();
  for await (const { id, test, file } of itemTests(new URL("tests/", root))) {
    held.set(id, [...held.get(id) ?? [], `${file}: ${test}`]);
  }
  return held;
}

/** The items that must have a test: those of finished work. */
export function wantedItems(): string[] {
  return JSON.parse(Deno.readTextFileSync(new URL("items.json", import.meta.url)));
}

if (import.meta.main) {
  const held = await heldItems();
  for (const id of [...held.keys()].sort()) {
    console.log(id);
    for (const line of held.get(id)!.sort()) console.log(`    ${line}`);
  }
  console.log(`${held.size} items have a test`);
  if (Deno.args[0] !== undefined) {
    const list = await Deno.readTextFile(Deno.args[0]);
    const items = [...list.matchAll(/^\*\*([A-M]-\d\d) · (.+?)\*\*/gm)];
    const open = items.filter(([, id]) => !held.has(id!));
    console.log(`${open.length} of ${items.length} have none:`);
    for (const [, id, name] of open) console.log(`    ${id} ${name}`);
  }
  const lost = wantedItems().filter((id) => !held.has(id));
  if (lost.length > 0) {
    console.error(`Items that must have a test and have none: ${lost.join(", ")}`);
    Deno.exit(1);
  }
}
