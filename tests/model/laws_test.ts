/** What must hold between the sites of one run, and between sites and weights, whatever the weights are. */

import { run } from "../../lib/run/mod.ts";
import type { LayerWeightName, Site, Transformer } from "../../lib/model/mod.ts";
import { activate, einsum, tf } from "../../lib/tensor/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { near, same } from "../near.ts";
import { FAMILIES, fixtureModel, PROMPTS } from "./fixture.ts";

/** Runs a body with everything that a run captured, and frees what it makes. */
async function withSites(
  model: Transformer,
  body: (get: (site: string) => tf.Tensor, logits: tf.Tensor) => void,
): Promise<void> {
  using result = await run(model, PROMPTS, { capture: ["*"] });
  tf.tidy(() => body((site) => result.cache.get(site), result.logits));
}

const close = (actual: tf.Tensor, expected: tf.Tensor, what: string) => {
  assertEquals(actual.shape, expected.shape, what);
  near(actual.dataSync(), expected.dataSync(), 1e-5, what);
};

for (const family of FAMILIES) {
  Deno.test(`A-07 A-11 A-25 ${family}: what blocks write adds up to the stream`, async () => {
    const model = await fixtureModel(family);
    await withSites(model, (get) => {
      const first = model.match("*").includes("pos_embed")
        ? get("embed").add(get("pos_embed"))
        : get("embed");
      same(get("blocks.0.resid_pre").dataSync(), first.dataSync());
      for (const at of ["blocks.0", "blocks.1"]) {
        const after = get(`${at}.resid_pre`).add(get(`${at}.attn_out`));
        if (family === "gpt_neox") {
          same(get(`${at}.mlp_in`).dataSync(), get(`${at}.resid_pre`).dataSync(), "side by side");
        } else {
          same(get(`${at}.resid_mid`).dataSync(), after.dataSync(), `${at}.resid_mid`);
          same(get(`${at}.mlp_in`).dataSync(), after.dataSync(), `${at}.mlp_in`);
        }
        close(get(`${at}.resid_post`), after.add(get(`${at}.mlp_out`)), `${at}.resid_post`);
      }
      same(get("blocks.1.resid_pre").dataSync(), get("blocks.0.resid_post").dataSync());
      for (const input of ["q_input", "k_input", "v_input"]) {
        for (const copy of tf.unstack(get(`blocks.1.attn.${input}`))) {
          same(copy.dataSync(), get("blocks.1.resid_pre").dataSync(), input);
        }
      }
    });
  });

  Deno.test(`A-09 A-11 ${family}: heads add up to what attention writes, with one bias a layer`, async () => {
    const model = await fixtureModel(family);
    await withSites(model, (get) => {
      for (const layer of [0, 1]) {
        const at = `blocks.${layer}`, bias = model.layerWeight(layer, "b_O")!.tensor();
        close(get(`${at}.attn.result`).sum(0).add(bias), get(`${at}.attn_out`), "sum of heads");
        const value = get(`${at}.attn.v`);
        const grouped = tf.gather(value, heads(model, value.shape[0]!), 0);
        close(tf.matMul(get(`${at}.attn.pattern`), grouped), get(`${at}.attn.z`), "z");
        const W_O = model.layerWeight(layer, "W_O")!.tensor();
        const written = einsum("h b p e, h e d -> h b p d", get(`${at}.attn.z`), W_O);
        close(written, get(`${at}.attn.result`), "result");
      }
    });
  });

  Deno.test(`A-10 ${family}: each row of the pattern sums to 1 and stops at its own position`, async () => {
    const model = await fixtureModel(family);
    await withSites(model, (get) => {
      for (const at of ["blocks.0.attn", "blocks.1.attn"]) {
        const pattern = get(`${at}.pattern`);
        near(pattern.sum(-1).dataSync(), Array(4 * 2 * 11).fill(1), 1e-6);
        const scores = get(`${at}.scores`).dataSync();
        pattern.dataSync().forEach((weight, cell) => {
          const later = cell % 11 > Math.floor(cell / 11) % 11;
          assert(later ? weight === 0 && scores[cell] === -Infinity : weight > 0, `${cell}`);
        });
      }
    });
  });

  Deno.test(`A-12 ${family}: queries, keys and values are what the weight views make of the normed stream`, async () => {
    const model = await fixtureModel(family);
    await withSites(model, (get) => {
      for (const layer of [0, 1]) {
        const at = `blocks.${layer}`, read = normed(model, get, `${at}.ln1`);
        for (const letter of ["Q", "K", "V"] as const) {
          const W = model.layerWeight(layer, `W_${letter}`)!.tensor();
          const b = model.layerWeight(layer, `b_${letter}`)!.tensor();
          const made = einsum("b p d, h d e -> h b p e", read, W).add(
            b.expandDims(1).expandDims(1),
          );
          close(made, get(`${at}.attn.${letter.toLowerCase()}`), `${at} ${letter}`);
        }
        const rotated = family !== "gpt2";
        const [q, k] = ["q", "k"].map((name) => get(`${at}.attn.${rotated ? "rot_" : ""}${name}`));
        const keys = tf.gather(k!, heads(model, k!.shape[0]!), 0);
        const products = tf.matMul(q!, keys, false, true).mul(1 / Math.sqrt(8));
        const mask = tf.linalg.bandPart(tf.ones([11, 11]), -1, 0).cast("bool");
        const shown = (x: tf.Tensor) => tf.where(mask, x, tf.zerosLike(x));
        close(shown(products), shown(get(`${at}.attn.scores`)), "scores");
      }
    });
  });

  Deno.test(`A-13 A-14 ${family}: neurons are what the weight views make of the normed stream`, async () => {
    const model = await fixtureModel(family), { gated, activation } = model.architecture;
    await withSites(model, (get) => {
      for (const layer of [0, 1]) {
        const at = `blocks.${layer}`, read = normed(model, get, `${at}.ln2`);
        const weight = (name: LayerWeightName) => model.layerWeight(layer, name)!.tensor();
        const map = (x: tf.Tensor, part: "in" | "gate" | "out") =>
          einsum("b p i, i o -> b p o", x, weight(`W_${part}`)).add(weight(`b_${part}`));
        close(map(read, gated ? "gate" : "in"), get(`${at}.mlp.pre`), "pre");
        const active = activate(get(`${at}.mlp.pre`), activation);
        if (gated) {
          close(map(read, "in"), get(`${at}.mlp.pre_linear`), "pre_linear");
          close(active, get(`${at}.mlp.gate`), "gate");
          close(active.mul(get(`${at}.mlp.pre_linear`)), get(`${at}.mlp.post`), "post");
        } else {
          close(active, get(`${at}.mlp.post`), "post");
        }
        close(map(get(`${at}.mlp.post`), "out"), get(`${at}.mlp_out`), "mlp_out");
      }
    });
  });

  Deno.test(`A-01 A-03 ${family}: normed streams have the size that their norm says; logits are read off the last`, async () => {
    const model = await fixtureModel(family);
    const { kind, epsilon } = model.architecture.norm;
    await withSites(model, (get, logits) => {
      for (
        const [norm, stream] of [["blocks.0.ln1", "blocks.0.resid_pre"], [
          "blocks.1.ln2",
          "blocks.1.mlp_in",
        ], ["ln_final", "blocks.1.resid_post"]]
      ) {
        const x = get(stream!), centred = kind === "layer" ? x.sub(x.mean(-1, true)) : x;
        const scale = centred.square().mean(-1, true).add(epsilon).sqrt();
        close(get(`${norm}.scale`), scale, `${norm}.scale`);
        close(get(`${norm}.normalized`), centred.div(scale), `${norm}.normalized`);
        if (kind === "layer") {
          near(get(`${norm}.normalized`).sum(-1).dataSync(), Array(22).fill(0), 1e-4);
        }
      }
      const read = normed(model, get, "ln_final");
      close(einsum("b p d, d v -> b p v", read, model.W_U.tensor()), logits, "logits");
      same(get("logits").dataSync(), logits.dataSync());
    });
  });
}

/** For each query head the key head that it shares. */
function heads(model: Transformer, groups: number): tf.Tensor1D {
  const { heads } = model.architecture;
  const list = Array.from({ length: heads }, (_, head) => Math.floor(head * groups / heads));
  return tf.tensor1d(list, "int32");
}

/** A normalised stream with the norm's gain and bias. */
function normed(model: Transformer, get: (site: string) => tf.Tensor, norm: string): tf.Tensor {
  const { gain, bias } = model.weights.norm(norm);
  const scaled = get(`${norm}.normalized` as Site).mul(gain);
  return bias ? scaled.add(bias) : scaled;
}
