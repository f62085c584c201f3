import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { CheckpointError, readConfig } from "../../../lib/model/files/mod.ts";
import { pathOf } from "../../../lib/model/files/config_file.ts";
import { inFolder } from "./raw_safetensors.ts";

Deno.test("readConfig() reads an object", async () => {
  await inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/config.json`, '{"n_layer": 4, "é": [null]}');
    assertEquals(readConfig(`${folder}/config.json`), { n_layer: 4, "é": [null] });
    assertEquals(readConfig(new URL(`file://${folder}/config.json`)), { n_layer: 4, "é": [null] });
  });
});

Deno.test("readConfig() refuses what is missing, no object, too long, or has a key twice", async () => {
  await inFolder((folder) => {
    const file = `${folder}/config.json`;
    const refused = (content: string, says: string): void => {
      Deno.writeTextFileSync(file, content);
      const error = assertThrows(() => readConfig(file), CheckpointError, says);
      assertEquals(error.file, file);
    };
    assertThrows(() => readConfig(file), CheckpointError, "it must exist");
    refused("", "it must be JSON");
    refused("{", "it must be JSON");
    refused("[1]", "it must be a JSON object: current value is [1]");
    refused('{"a":NaN}', "it must be JSON");
    refused('{"n_layer":4,"n_layer":5}', 'it must have each key once: current value is "n_layer"');
    refused(`{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`, "nested deeper than 64");
    refused(`{"a":"${"x".repeat(4 * 2 ** 20)}"}`, "at most 4194304 bytes long");
  });
});

Deno.test("readConfig() holds no more than 64 MB for a bad file", async () => {
  await inFolder(async (folder) => {
    const lines = Array.from(
      { length: 75_000 },
      (_, i) => `"model.layers.${i}.weight":"model-1.safetensors"`,
    );
    Deno.writeTextFileSync(`${folder}/a.json`, `{"weight_map":{${lines}},"weight_map":{}}`);
    Deno.writeTextFileSync(`${folder}/b.json`, `{"a":${"[1,".repeat(1e6)}`);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("memory_probe.ts", import.meta.url).href, "refuse"].concat(
        ["a", "b"].map((name) => `${folder}/${name}.json`),
      ),
    }).output();
    const { grown, refused } = JSON.parse(
      new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr),
    );
    assertEquals(refused, 2);
    assert(grown < 64e6, `${grown} bytes`);
  });
});

Deno.test("pathOf() decodes a file URL", () => {
  assertEquals([pathOf("a/b"), pathOf(new URL("file:///a%20b"))], ["a/b", "/a b"]);
});
