import { join } from "node:path";
import {
  add,
  apply,
  Cache,
  type Edit,
  loadEdits,
  mean,
  meanOver,
  Means,
  ofCache,
  replace,
  resample,
  run,
  saveEdits,
  splice,
  zero,
} from "../../lib/run/mod.ts";
import { openSafetensors } from "../../lib/model/mod.ts";
import { RandomStream } from "../../lib/stats/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { fixtureModel, PROMPTS, withFolder } from "../model/fixture.ts";
import { same } from "../near.ts";
import { writeAnew } from "../write_anew.ts";
import { oneOf, randomEdit, type RandomEditsOf } from "./random_edits.ts";

const RAGGED = [PROMPTS[0]!.slice(0, 5), PROMPTS[1]!.slice(0, 3)];

/** What random edits are made of: another run of the same prompts, and means over some more. */
async function ingredients(): Promise<RandomEditsOf> {
  const model = await fixtureModel("gpt2");
  const { cache } = await run(model, RAGGED.map((ids) => ids.toReversed()), { capture: ["*"] });
  const sites = model.match("*").filter((site) => !model.axesOf(site).includes("key"));
  const means = await meanOver(model, PROMPTS.map((ids) => [...ids]), { sites });
  return { model, lengths: RAGGED.map(({ length }) => length), cache, means };
}

async function logitsOf(of: RandomEditsOf, edits: readonly Edit[]): Promise<Float32Array> {
  using result = await run(of.model, RAGGED, { edits });
  return result.logits.dataSync<"float32">().slice();
}

Deno.test("2000 random lists of edits give the same logits after a round trip through files", async () => {
  const of = await ingredients(), random = new RandomStream(11, "valid lists");
  const kinds = new Map<string, number>();
  await withFolder(async (folder) => {
    for (let i = 0; i < 2000; i++) {
      const path = join(folder, `${i}.json`);
      const edits = Array.from({ length: 1 + random.integer(3) }, () => randomEdit(random, of));
      await saveEdits(path, edits);
      const again = await loadEdits(path);
      assertEquals(
        again.map(({ kind, at }) => [kind, at]),
        edits.map(({ kind, at }) => [kind, at]),
      );
      same(await logitsOf(of, again), await logitsOf(of, edits), Deno.readTextFileSync(path));
      for (const { kind } of edits) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  });
  assertEquals(kinds.size, 11, "all kinds but those made of functions");
  assert([...kinds.values()].every((count) => count > 100), [...kinds].join("; "));
});

Deno.test("saveEdits() writes each tensor once under its SHA-256, and of caches and means what is used", async () => {
  const of = await ingredients(), row = Float32Array.of(1, 2, 3), many = tf.tensor1d(row);
  const edits = [
    add("blocks.0.mlp.post", row, { neurons: [0, 1, 2] }),
    replace("blocks.1.mlp.post", many, { neurons: Int32Array.of(4, 5, 6) as unknown as number[] }),
    resample("blocks.*.attn.z", of.cache),
    replace("embed", ofCache(of.cache, { at: "blocks.0.resid_pre", positions: 0 }), {
      positions: 1,
    }),
    mean("blocks.0.attn.hook_z", of.means),
  ];
  await withFolder(async (folder) => {
    const path = join(folder, "edits.json");
    await saveEdits(path, edits);
    const stored = openSafetensors(join(folder, "edits.safetensors"));
    // One row, three cache entries, a mean and its variance.
    assertEquals(stored.size, 6);
    assert([...stored.keys()].every((name) => /^[0-9a-f]{64}$/.test(name)));
    const [first, second, third, fourth, last] = await loadEdits(new URL(`file://${path}`));
    assertEquals((second as { neurons: unknown }).neurons, [4, 5, 6]);
    same((first as { value: tf.Tensor }).value.dataSync(), row);
    const { source } = third as { source: Cache };
    assertEquals(source.sites, ["blocks.0.attn.z", "blocks.1.attn.z", "blocks.0.resid_pre"]);
    assertEquals(source.columnsOf(1), { from: 0, to: 3 });
    assert((fourth as { value: { cache: Cache } }).value.cache === source, "one cache stays one");
    const { source: means } = last as { source: Means };
    assert(means instanceof Means && means.examples === of.means.examples);
    assertEquals(means.of("blocks.0.attn.z"), of.means.of("blocks.0.attn.z"));
    same(await logitsOf(of, await loadEdits(path)), await logitsOf(of, edits));
  });
});

Deno.test("saveEdits() refuses functions, caches without the site, and other names of files", async () => {
  const of = await ingredients(),
    coder = { encode: (x: tf.Tensor) => x, decode: (x: tf.Tensor) => x };
  const cases: [path: string, edit: Edit, message: string][] = [
    [
      "a.json",
      apply("embed", (x) => x),
      "Cannot save apply embed as an edit in a file must be data alone: its change is made of functions",
    ],
    [
      "a.json",
      splice("embed", coder),
      "Cannot save splice embed as an edit in a file must be data alone: its coder is made of functions",
    ],
    [
      "a.json",
      resample("embed", new Cache()),
      "Cannot save an edit at embed as its source must hold the site: it holds none",
    ],
    [
      "a.txt",
      zero("embed"),
      'Cannot save or read edits as their path must end in .json: current value is "a.txt"',
    ],
  ];
  for (const [path, edit, message] of cases) {
    assertEquals((await assertRejects(() => saveEdits(path, [edit]), Error)).message, message);
  }
  of.cache.dispose();
});

Deno.test("loadEdits() refuses tensors that are not what their name says", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "edits.json"), other = join(folder, "other.json");
    await saveEdits(path, [add("embed", [1, 2])]);
    await saveEdits(other, [add("embed", [1, 3])]);
    const file = join(folder, "edits.safetensors"), bytes = Deno.readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    Deno.writeFileSync(file, bytes);
    const broken = await assertRejects(() => loadEdits(path), SyntaxError);
    assert(/each tensor must be what its SHA-256 says: [0-9a-f]{64} is not$/.test(broken.message));
    Deno.copyFileSync(join(folder, "other.safetensors"), file);
    const missing = await assertRejects(() => loadEdits(path), SyntaxError);
    assert(
      missing.message.includes("value of edit 0 must be the hash of a tensor in edits.safetensors"),
    );
  });
});

type Json = Record<string, unknown>;

/** Ways to spoil a field, with what the error then names: the field itself unless it says otherwise. */
const SPOILT: Readonly<Record<string, readonly unknown[]>> = {
  kind: ["zer", 3, null, "apply"],
  at: ["blocks.0.attn.zz", "blocks.7.attn_out", 7, null, "resid_post"],
  heads: [99, [0, 0], "x", 1.5, [], { from: 0, end: 1 }, null],
  neurons: [99999, [1, 1], "x", [], true],
  positions: [5, [0, 0], "nospan", { from: 0, to: 99 }, { form: 1 }, [], [0.5], null],
  keys: [9, [1, 1], "nospan", { to: -9 }, false],
  examples: [2, [0, 0], "first", [-3], {}, null].slice(0, 4),
  steps: ["later", "generated", 0, { from: -1 }, null],
  features: [0],
  value: ["text", [1, 2], { tensor: "00" }, { cache: 99 }, null, true, { from: "run", head: 1 }],
  scale: [null, "2", [1]],
  factor: [null, "2", {}],
  deviation: [-1, null, "a"],
  seed: [0.5, null, "a"],
  basis: ["text", { tensor: "00" }, 3, null],
  mode: ["drop", null, 1],
  source: ["text", { cache: 99 }, { means: 99 }, { seed: 0.5 }, null].slice(0, 4),
  pairs: [[[0]], [[0, 99]], [], "all", [[1, 0.5]]],
};

const WHERE = ["heads", "neurons", "positions", "keys", "examples", "steps", "features"];
const MISSPELT = ["head", "neuron", "position", "key", "example", "step", "scle", "Value", "where"];

Deno.test("2000 random lists with one wrong field are each refused by an error that names the field", async () => {
  const of = await ingredients(), random = new RandomStream(12, "invalid lists");
  const spoilt = new Map<string, number>();
  await withFolder(async (folder) => {
    for (let i = 0; i < 2000; i++) {
      const path = join(folder, `${i}.json`);
      const edits = Array.from({ length: 1 + random.integer(3) }, () => randomEdit(random, of));
      await saveEdits(path, edits);
      const content = JSON.parse(Deno.readTextFileSync(path)) as { edits: Json[] };
      const edit = oneOf(random, content.edits), { field, named } = spoil(edit, random);
      spoilt.set(field, (spoilt.get(field) ?? 0) + 1);
      writeAnew(path, JSON.stringify(content));
      const what = `${field} of ${JSON.stringify(edit)}`;
      let error: Error | null = null;
      try {
        using _ = await run(of.model, RAGGED, { edits: await loadEdits(path) });
      } catch (thrown) {
        error = thrown as Error;
      }
      assert(error && /^(Type|Range|Syntax)Error$/.test(error.name), `${what} passes: ${error}`);
      // Before the "as" an error tells the edit as it was given, where any field may stand.
      const told = error.message.slice(error.message.indexOf(" as ") + 4);
      assert(named.test(told), `${what} is refused without its name: ${error.message}`);
    }
  });
  for (const field of [...Object.keys(SPOILT), "misspelt", "missing"]) {
    assert((spoilt.get(field) ?? 0) > 10, `${field}: ${spoilt.get(field)}`);
  }
});

/** Makes one field of an edit wrong, and tells what the error must name. */
function spoil(edit: Json, random: RandomStream): { field: string; named: RegExp } {
  const own = Object.keys(edit), choice = random.integer(10);
  if (choice === 0) {
    const name = oneOf(random, MISSPELT);
    edit[name] = oneOf(random, [0, [0], "x"]);
    return { field: "misspelt", named: new RegExp(`\\b${name}\\b`) };
  }
  const needed = own.filter((name) => !WHERE.includes(name) && name !== "pairs");
  if (choice === 1) {
    const name = oneOf(
      random,
      needed.filter((name) => name !== "source" || edit.kind !== "freeze"),
    );
    delete edit[name];
    return { field: "missing", named: new RegExp(`\\b${name}\\b`) };
  }
  // Where a site has no such axis, or a kind no such field, naming it is wrong by itself.
  const field = choice < 6 ? oneOf(random, own) : oneOf(
    random,
    Object.keys(SPOILT).filter((name) => WHERE.includes(name) || own.includes(name)),
  );
  const value = oneOf(random, SPOILT[field]!);
  if (JSON.stringify(value) === JSON.stringify(edit[field])) return spoil(edit, random);
  edit[field] = value;
  const names = field === "at" ? "at|site" : field === "value" ? "value|numbers|head" : field;
  return { field, named: new RegExp(`\\b(${names})\\b`) };
}

Deno.test("saveEdits() says in which order it takes path and edits, and which folder does not exist", async () => {
  const edits = [replace("embed", new Float32Array(48)), zero("embed")];
  const swapped = await assertRejects(
    () => saveEdits(edits as unknown as string, "edits.json" as unknown as Edit[]),
    TypeError,
  );
  assertEquals(
    swapped.message,
    'Cannot save edits as the path must come first and the list of edits after it: saveEdits(path, edits): current second value is "edits.json"',
  );
  await withFolder(async (folder) => {
    const missing = join(folder, "missing");
    for (const some of [edits, edits.slice(1)]) {
      const error = await assertRejects(
        () => saveEdits(join(missing, "edits.json"), some),
        RangeError,
      );
      assertEquals(
        error.message,
        `Cannot save edits as the folder must exist: current value is ${JSON.stringify(missing)}`,
      );
    }
  });
});
