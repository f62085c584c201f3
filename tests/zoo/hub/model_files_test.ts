import {
  extraTextFiles,
  fileLimit,
  olderTextFiles,
  textFiles,
} from "../../../lib/zoo/hub/model_files.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("fileLimit() bounds every kind of file", () => {
  assertEquals(fileLimit("config.json"), 4 * 2 ** 20);
  assertEquals(fileLimit("tokenizer_config.json"), 16 * 2 ** 20);
  assertEquals(fileLimit("model-00001-of-00002.safetensors"), 2 ** 40);
  assertEquals(fileLimit("toString"), 16 * 2 ** 20);
  assert(fileLimit("tokenizer.json") > 64 * 2 ** 20, "those of 256 000 tokens have 33 MB");
});

Deno.test("textFiles are settings: nothing that could be run", () => {
  const all = [...textFiles, ...olderTextFiles, ...extraTextFiles];
  assert(all.every((name) => /\.(json|txt|model|jinja)$/.test(name)));
});
