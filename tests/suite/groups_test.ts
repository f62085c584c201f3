import { assert, assertEquals } from "../assert.ts";
import { groupOf, groups, LONGEST } from "./groups.ts";

const tests = new URL("../", import.meta.url);

/** Every file below a folder, found by itself so that `groups.ts` cannot miss one unseen. */
function everyFile(folder: URL): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = new URL(isDirectory ? `${name}/` : name, folder);
    return isDirectory ? everyFile(path) : [decodeURIComponent(path.href.slice(tests.href.length))];
  });
}

Deno.test("every test file runs in one group, and in one only", () => {
  const grouped = groups().flatMap(({ files }) => files);
  const files = everyFile(tests).filter((path) => path.endsWith("_test.ts"));
  assertEquals(grouped.toSorted(), files.toSorted());
  assert(files.length > 500);
});

Deno.test("the longest groups begin first, and each of their names is that of a group", () => {
  assertEquals(groups().slice(0, LONGEST.length).map(({ name }) => name), [...LONGEST]);
});

Deno.test("a file with tests is called after them, so that it is found", () => {
  // What is run by a test of its own: on other backends, and in other folders.
  const apart = ["model/every_backend.ts"];
  const others = everyFile(tests).filter((path) =>
    path.endsWith(".ts") && !path.endsWith("_test.ts") && !path.startsWith("fixtures/") &&
    !path.startsWith(".suite_") && !apart.includes(path)
  );
  // Helpers declare tests inside functions, which files of tests call.
  const lost = others.filter((path) =>
    /^Deno\.test\(/m.test(Deno.readTextFileSync(new URL(path, tests)))
  );
  assertEquals(lost, []);
});

Deno.test("a group has one backend, and what measures the heap is alone", () => {
  for (const { name, files } of groups()) {
    const texts = files.map((path) => Deno.readTextFileSync(new URL(path, tests)));
    const backends = new Set(texts.map((text) => groupOf("folder/a_test.ts", text)));
    assertEquals(backends.size, 1, `${name}: ${[...backends]}`);
    if (texts.some((text) => /\.memoryUsage\(/.test(text))) assertEquals(files.length, 1, name);
  }
});

Deno.test("groupOf() reads the backend of a file, and whether it must be alone", () => {
  const cases: [text: string, group: string][] = [
    ["", "run"],
    ["await startBackend();", "run"],
    ['const code = `await startBackend("wasm")`;', "run"],
    ['import "a";\nawait startBackend("float64");\n', "float64"],
    ['import { testOn } from "../tensor/on_backends.ts";\n', "each-backend"],
    ['import { likeCpu } from "./like_cpu.ts";\n', "each-backend"],
    ["// Alone: it starts a worker that nothing stops.\n", "run-edits-add"],
    ["const { rss } = Deno.memoryUsage();\n", "run-edits-add"],
  ];
  for (const [text, group] of cases) assertEquals(groupOf("run/edits/add_test.ts", text), group);
  assertEquals(groupOf("structure_test.ts", ""), "project");
});
