/**
 * What keeps the tree easy to read, held by tests.
 *
 * @module
 */

import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "./assert.ts";

/** Folders of lib, lowest first. A folder may import only from lines above its own. */
const layers = [
  ["show", "text"],
  ["stats"],
  ["tensor"],
  ["model", "data", "notebook"],
  ["run"],
  ["zoo"],
  ["decompose", "lens"],
  ["circuits"],
];

/** Files without a test of their own: types alone, or a command whose work is tested elsewhere. */
const excused = [
  "model/architecture.ts",
  // Cut out of attention; attention_test.ts and packed_test.ts go through them.
  "model/blocks/attention_norm.ts",
  "model/blocks/mixed.ts",
  "model/families/usual_modules.ts",
  "model/family.ts",
  "model/law.ts",
  "model/observer.ts",
  "model/pass.ts",
  "notebook/demo.ts",
  "notebook/execute.ts",
  "notebook/install_kernel.ts",
  // Parts of one process, which mean something only together: kernel_proxy_test.ts, front_end_test.ts, main_test.ts and
  // comm_test.ts, live_test.ts and help_desk_test.ts drive them through the sockets of a page.
  "notebook/kernel/cell_queue.ts",
  "notebook/kernel/cell_signals.ts",
  "notebook/kernel/code_help.ts",
  "notebook/kernel/collect_garbage.ts",
  "notebook/kernel/comm_relay.ts",
  "notebook/kernel/control.ts",
  "notebook/kernel/guardian.ts",
  "notebook/kernel/head_picker.ts",
  "notebook/kernel/hold_ends.ts",
  "notebook/kernel/inner_kernel.ts",
  "notebook/kernel/inside.ts",
  "notebook/kernel/kernel_command.ts",
  "notebook/kernel/kernel_info.ts",
  "notebook/kernel/kernel_link.ts",
  "notebook/kernel/language_server.ts",
  "notebook/kernel/live_run.ts",
  "notebook/kernel/output_relay.ts",
  "notebook/kernel/outputs_aside.ts",
  "notebook/kernel/replay_guard.ts",
  "notebook/kernel/side_channel.ts",
  "notebook/kernel/side_names.ts",
  "notebook/kernel/side_socket.ts",
  "notebook/kernel/slider.ts",
  "notebook/kernel/stop_button.ts",
  "notebook/kernel/string_at.ts",
  "notebook/kernel/text_field.ts",
  "notebook/kernel/type_note.ts",
  "notebook/kernel/widget_output.ts",
  "notebook/kernel/widgets.ts",
  "notebook/kernel/zmtp_server.ts",
  "notebook/import_statements.ts",
  "notebook/lab.ts",
  "notebook/start_kernel.ts",
  "run/edit_kind.ts",
  // Driven through sweep() and planSweep(): sweep_test.ts, sweep_file_test.ts, plan_sweep_test.ts, wave_test.ts.
  "run/sweep/packed_block.ts",
  "run/sweep/prepare_sweep.ts",
  "run/sweep/sweep_options.ts",
  "run/sweep/sweep_plan.ts",
  "run/sweep/sweep_values.ts",
  "show/payload.ts",
  "tensor/fetch_blas.ts",
  "text/token.ts",
  "text/tokenizer_options.ts",
  "zoo/tasks/definition.ts",
];

const root = new URL("..", import.meta.url);
const lib = fileURLToPath(new URL("lib", root));

/** The source files below a folder by their path under it, e.g. "run/cache.ts". */
function* sources(base: URL, folder = ""): Generator<[path: string, text: string]> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, base))) {
    const path = `${folder}${name}`;
    if (isDirectory) yield* sources(base, `${path}/`);
    else if (name.endsWith(".ts")) yield [path, Deno.readTextFileSync(new URL(path, base))];
  }
}

/** Whether a file only passes a dependency on. */
const passesOn = (text: string) =>
  /^export (?:\*|\{[^}]*\}) from "npm:[^"]+";$/.test(
    text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "").trim(),
  );

const all = [...sources(new URL("lib/", root))];
const written = all.filter(([path]) => !path.endsWith(".generated.ts"));
const layerOf = (folder: string) => layers.findIndex((line) => line.includes(folder));

/** What a file imports by relative paths, as paths under lib. */
function imported(path: string, text: string): string[] {
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^;]*?from\s+"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gms,
  );
  return [...found].map(([, target, dynamic]) =>
    relative(lib, fileURLToPath(new URL(target ?? dynamic!, new URL(`lib/${path}`, root))))
      .replaceAll("\\", "/")
  );
}

Deno.test("every folder of lib stands in one layer", () => {
  const folders = [...Deno.readDirSync(new URL("lib", root))].map(({ name }) => name);
  assertEquals(folders.sort(), layers.flat().sort());
});

Deno.test("imports point down the layers, through mod.ts", () => {
  const wrong: string[] = [];
  let crossing = 0;
  for (const [path, text] of written) {
    for (const to of imported(path, text)) {
      const [here, there] = [path, to].map((p) => p.split("/")[0]!) as [string, string];
      if (here === there) continue;
      crossing++;
      if (layerOf(there) < 0) wrong.push(`${path} leaves lib for ${to}`);
      else if (layerOf(there) >= layerOf(here)) wrong.push(`${path} imports ${to}`);
      else if (to !== `${there}/mod.ts`) wrong.push(`${path} reaches into ${to}`);
    }
  }
  assertEquals(wrong, []);
  assert(crossing > 20, "the test sees the imports that it judges");
});

Deno.test("every source file has a test file of its name", () => {
  const tests = new Set([...sources(new URL("tests/", root))].map(([path]) => path));
  const missing = written.filter(([, text]) => !passesOn(text)).map(([path]) => path)
    .filter((path) => !path.endsWith("mod.ts") && !excused.includes(path))
    // Families are data; one test reads a checkpoint of each.
    .filter((path) => !/: Family = \{/.test(all.find(([other]) => other === path)![1]))
    .filter((path) => !tests.has(path.replace(/\.ts$/, "_test.ts")));
  assertEquals(missing, []);
});

Deno.test("every excuse names a file that exists", () => {
  const paths = new Set(all.map(([path]) => path));
  assertEquals(excused.filter((path) => !paths.has(path)), []);
});

Deno.test("no source file is longer than 300 lines, and none is a drawer for leftovers", () => {
  const everywhere = [
    ...written,
    ...[...sources(new URL("widgets/", root))].map(([path, text]) =>
      [`widgets/${path}`, text] as const
    ),
  ];
  assertEquals(
    everywhere.filter(([, text]) => text.split("\n").length > 301).map(([path]) => path),
    [],
  );
  assertEquals(everywhere.filter(([path]) => /(utils?|helpers?|common|misc)\.ts$/.test(path)), []);
});

Deno.test("npm packages are named with exact versions, each in one file of the library", () => {
  const owners = new Map<string, Set<string>>();
  for (const [path, text] of written) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    for (
      const [, name, version] of code.matchAll(/["']npm:((?:@[^/"']+\/)?[^@/"']+)(?:@([^/"']+))?/g)
    ) {
      assert(/^\d+\.\d+\.\d+$/.test(version ?? ""), `${path} names ${name}@${version}`);
      owners.set(name!, (owners.get(name!) ?? new Set()).add(path));
    }
    assert(!/from "(?!\.|npm:|node:)/.test(code), `${path} needs an import map`);
  }
  assertEquals([...owners].filter(([, files]) => files.size > 1).map(([name]) => name), []);
});

Deno.test("families stand in their own files only", () => {
  const named = written.filter(([path, text]) =>
    !path.startsWith("model/families/") && path.startsWith("model/") &&
    /["'`](gpt2|llama|gpt_neox)["'`]/.test(text.replace(/\/\*[\s\S]*?\*\//g, ""))
  );
  assertEquals(named.map(([path]) => path), []);
});

Deno.test("the library neither draws chance nor reads the clock for its results", () => {
  const calls = /Math\.random\(|Date\.now\(|new Date\(\)/;
  const guilty = written.filter(([path, text]) =>
    calls.test(text) && !path.startsWith("notebook/")
  );
  assertEquals(guilty.map(([path]) => path), []);
});

/** Views of what is no number of a model. */
const sourceless = ["run/capture.ts", "run/sweep/sweep_plan.ts"];

Deno.test("whatever draws numbers of a model says where they come from", () => {
  const drawn = written.filter(([path, text]) =>
    /^(run|lens|decompose|circuits)\//.test(path) && /^ {2}(async )?\[display\]\(/m.test(text)
  );
  assert(drawn.length > 40, "the test sees the results that it judges");
  const silent = drawn.filter(([, text]) =>
    !/sourceOf\(|source = model|\bsource\b[,.]|\.source\b/.test(text)
  )
    .map(([path]) => path);
  assertEquals(silent.filter((path) => !sourceless.includes(path)), []);
  assertEquals(sourceless.filter((path) => !silent.includes(path)), []);
});
