import { join } from "node:path";
import { seedling } from "../../lib/zoo/cards/seedling.ts";
import { shippedFiles } from "../../lib/zoo/shipped_files.ts";
import { load } from "../../mod.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

const models = new URL("../../lib/zoo/models/seedling/", import.meta.url);

/** Serves the files of seedling on this machine; `change` may put other bytes in a file's place. */
async function served(
  work: (folder: URL, asked: string[]) => Promise<void>,
  change: (name: string) => Response | null = () => null,
): Promise<void> {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async ({ url }) => {
    const name = new URL(url).pathname.slice("/seedling/".length);
    asked.push(name);
    return change(name) ?? new Response(await Deno.readFile(new URL(name, models)));
  });
  try {
    await work(new URL(`http://127.0.0.1:${server.addr.port}/seedling/`), asked);
  } finally {
    await server.shutdown();
  }
}

const inCache = async (work: (cache: string) => Promise<void>) => {
  const cache = await Deno.makeTempDir();
  try {
    await work(cache);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
};

Deno.test("shippedFiles() finds files that lie beside the library where they are", async () => {
  assertEquals(await shippedFiles(models, {}), decodeURIComponent(models.pathname));
});

Deno.test("shippedFiles() fetches each file once, and a model loads from there", async () => {
  await inCache((cache) =>
    served(async (folder, asked) => {
      const first = await shippedFiles(folder, seedling.files, { cache });
      assertEquals(asked.sort(), Object.keys(seedling.files).sort());
      assertEquals(await shippedFiles(folder, seedling.files, { cache }), first);
      assertEquals(asked.length, Object.keys(seedling.files).length);
      const model = await load(first);
      assertEquals(model.architecture.layers, 4);
    })
  );
});

Deno.test("shippedFiles() fetches a file again that was cut in the cache", async () => {
  await inCache((cache) =>
    served(async (folder, asked) => {
      const path = await shippedFiles(folder, seedling.files, { cache });
      await Deno.truncate(join(path, "config.json"), 10);
      await shippedFiles(folder, seedling.files, { cache });
      assertEquals(asked.filter((name) => name === "config.json").length, 2);
      assert((await Deno.stat(join(path, "config.json"))).size > 10);
    })
  );
});

Deno.test("shippedFiles() refuses a file that is not the one that shipped, and keeps none of it", async () => {
  await inCache((cache) =>
    served(
      async (folder) => {
        await assertRejects(
          () => shippedFiles(folder, { "config.json": seedling.files["config.json"]! }, { cache }),
          Error,
          `Cannot use ${folder}config.json as its SHA-256 must be ${seedling.files["config.json"]}`,
        );
        const kept = [...Deno.readDirSync(cache)].flatMap((
          { name },
        ) => [...Deno.readDirSync(join(cache, name))]);
        assertEquals(kept, []);
      },
      () => new Response("{}"),
    )
  );
});

Deno.test("shippedFiles() says which address has no such file", async () => {
  await inCache((cache) =>
    served(
      async (folder) => {
        await assertRejects(
          () => shippedFiles(folder, { "config.json": "00" }, { cache }),
          Error,
          `Cannot fetch ${folder}config.json as its status must be 200: current value is 404`,
        );
      },
      () => new Response("no", { status: 404 }),
    )
  );
});

Deno.test("the hashes of the card are those of the files", async () => {
  for (const [name, hash] of Object.entries(seedling.files)) {
    const digest = await crypto.subtle.digest(
      "SHA-256",
      await Deno.readFile(new URL(name, models)),
    );
    assertEquals(
      Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join(""),
      hash,
    );
  }
});
