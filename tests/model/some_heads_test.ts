/** Heads that are run alone, each row's own. */

import {
  headsStandAlone,
  mixOfHeads,
  nobody,
  type Observer,
  type Site,
} from "../../lib/model/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { largestGap } from "../near.ts";
import { fixtureModel } from "./fixture.ts";
import { watched } from "./watched_pass.ts";

const numbers = (x: tf.Tensor) => x.dataSync<"float32">();

for (const family of ["gpt2", "llama", "gpt_neox", "qwen3", "olmo"]) {
  Deno.test(`mixOfHeads() mixes what the block's own heads of ${family} do, looked at or not, made of the stream or given`, async () => {
    const model = await fixtureModel(family), { headWidth } = model.architecture;
    tf.tidy(() => {
      const { sites } = watched(model, { ids: [[3, 17, 24, 40, 9, 61]], stop: 2 });
      const at = (name: string) => sites.get(`blocks.1.attn.${name}` as Site)!;
      const rows = [{ rows: 1, queries: [3], keys: [0] }, { rows: 1, queries: [1], keys: [0] }];
      const of = model.architecture.keyValueHeads / model.architecture.heads;
      const heads = rows.map((own) => ({ ...own, keys: [Math.floor(own.queries[0]! * of)] }));
      const cut = (name: string, list: "queries" | "keys", from: number, to: number) =>
        tf.concat(
          heads.map((own) =>
            at(name).slice([own[list][0]!, 0, from, 0], [1, 1, to - from, headWidth])
          ),
          1,
        );
      const turned = sites.has("blocks.1.attn.rot_k") ? "rot_k" : "k";
      const clipped = sites.has("blocks.1.attn.v_clipped") ? "v_clipped" : "v";
      const stream = tf.tile(sites.get("blocks.1.resid_pre")!.slice([0, 2, 0], [1, 4, -1]), [
        2,
        1,
        1,
      ]);
      const some = {
        layer: 1,
        heads,
        first: 2,
        length: 6,
        parts: {
          q: cut("q", "queries", 2, 6),
          k: cut("k", "keys", 2, 6),
          v: cut("v", "keys", 2, 6),
        },
        past: { key: cut(turned, "keys", 0, 2), value: cut(clipped, "keys", 0, 2) },
        stream,
      };
      const wanted = numbers(cut("z", "queries", 2, 6));
      const looks: RegExp[] = [/none/, /pattern/, /_input/];
      for (const look of looks) {
        const observer: Observer = { ...nobody, watches: (site) => look.test(site) };
        // Heads that are made of the stream need no queries, keys and values.
        const parts = look.test("_input")
          ? Object.fromEntries(Object.entries(some.parts).map(([name, x]) => [name, x.mul(0)]))
          : some.parts;
        const found = mixOfHeads(model, { ...some, parts: parts as typeof some.parts }, observer);
        const gap = largestGap(numbers(found), wanted);
        assert(gap < (look.test("_input") ? 1e-5 : 1e-6), `${look}: ${gap}`);
      }
      tf.dispose([...sites.values()]);
    });
  });
}

Deno.test("heads stand alone unless a norm measures several, or they have weights beside the projections", async () => {
  const found = await Promise.all(
    ["llama", "qwen3", "olmo2", "bloom", "gpt_oss"].map(async (family) =>
      headsStandAlone((await fixtureModel(family)).architecture)
    ),
  );
  assertEquals(found, [true, true, false, false, false]);
});
