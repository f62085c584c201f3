import { run, type RunJson, save, zero } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { seedling } from "../model/fixture.ts";
import { parseCsv } from "../csv.ts";

const model = await seedling();
const PROMPTS = ["When Mary and John went to the store, John gave a key to", "The café is"];
const edits = [zero("blocks.3.attn.z", { heads: 5, examples: 1 })];
const folder = await Deno.makeTempDir();
const saved = async (value: unknown, name: string): Promise<string> => {
  await save(value, `${folder}/${name}`);
  return await Deno.readTextFile(`${folder}/${name}`);
};

Deno.test("the .csv of a run says of each row which example it is of", async () => {
  using result = await run(model, PROMPTS, { edits });
  const rows = parseCsv(await saved(result, "run.csv"));
  assertEquals(
    Object.keys(rows[0]!),
    "part example position token id loss rank probability logit".split(" "),
  );
  const losses = rows.filter(({ part }) => part === "loss");
  assertEquals(
    losses.map(({ example, position, id, loss }) => [example, position, id, loss].map(Number)),
    result.tokens.flatMap(({ ids }, example) =>
      ids.map((id, position) => [example, position, id, result.loss[example]![position]!])
    ),
  );
  for (const example of [0, 1]) {
    const { position, tokens } = result.nextTokens({ example });
    const own = rows.filter((row) => row.part === "next token" && row.example === `${example}`);
    assertEquals(
      own.map((row) => [Number(row.position), Number(row.id), Number(row.logit), row.token]),
      tokens.map(({ id, logit, token }) => [position, id, logit, token.text]),
    );
  }
  using stopped = await run(model, PROMPTS, { stop: 2 });
  const short = parseCsv(await saved(stopped, "stopped.csv"));
  assertEquals(Object.keys(short[0]!), ["example", "position", "token", "id"]);
  assertEquals(short.length, losses.length);
  assertEquals((stopped.toJSON() as RunJson).loss, null);
});

Deno.test("the .json of a run is its numbers, without a page", async () => {
  using result = await run(model, PROMPTS, { edits, capture: ["embed"] });
  const json = JSON.parse(await saved(result, "run.json"));
  assertEquals(json.prompts, PROMPTS);
  assertEquals(json.captured, ["embed"]);
  assertEquals(json.edits, ["zero blocks.3.attn.z heads 5; examples 1"]);
  assertEquals(json.loss[1], [null, ...result.loss[1]!.slice(1)]);
  assertEquals(json.next[1][0].logit, result.nextTokens({ example: 1 }).tokens[0]!.logit);
  assert(!JSON.stringify(json).includes("<"), JSON.stringify(json).slice(0, 200));
  await Deno.remove(folder, { recursive: true });
});
