import { join } from "node:path";
import { findToken } from "../../../lib/zoo/hub/hub_settings.ts";
import { HubError, hubSettings } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { withFolder } from "../../model/fixture.ts";

Deno.test("hubSettings() finds the cache where Python's client has it", () => {
  const cache = (environment: Record<string, string>) =>
    hubSettings({ HOME: "/home/a", ...environment }).cache;
  assertEquals(cache({}), "/home/a/.cache/huggingface/hub");
  assertEquals(cache({ XDG_CACHE_HOME: "/x" }), "/x/huggingface/hub");
  assertEquals(cache({ XDG_CACHE_HOME: "/x", HF_HOME: "/h" }), "/h/hub");
  assertEquals(cache({ HF_HOME: "/h", HUGGINGFACE_HUB_CACHE: "/old" }), "/old");
  assertEquals(cache({ HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" }), "/new");
  assertEquals(cache({ HF_HUB_CACHE: "~/c" }), "/home/a/c");
  assertEquals(cache({ HF_HOME: "$BASE/${PART}x$NONE", BASE: "/b", PART: "p" }), "/b/px$NONE/hub");
  assertEquals(cache({ HF_HOME: "~/h" }), "/home/a/h/hub");
  // Python would take the working folder here.
  assertEquals(cache({ HF_HOME: "", HF_HUB_CACHE: "" }), "/home/a/.cache/huggingface/hub");
});

Deno.test("hubSettings() reads the other variables", () => {
  const plain = hubSettings({ HOME: "/home/a" });
  assertEquals(plain, {
    endpoint: "https://huggingface.co",
    cache: "/home/a/.cache/huggingface/hub",
    tokenFile: "/home/a/.cache/huggingface/token",
    offline: false,
    links: true,
    progress: true,
    patience: 10,
  });
  assertEquals(
    hubSettings({
      HF_ENDPOINT: "http://mirror.example/hf//",
      HF_HUB_CACHE: "/c",
      HF_TOKEN_PATH: "/t",
      HF_HUB_OFFLINE: "Yes",
      HF_HUB_DISABLE_SYMLINKS: "1",
      HF_HUB_DISABLE_PROGRESS_BARS: "true",
      HF_HUB_DOWNLOAD_TIMEOUT: "30",
    }),
    {
      endpoint: "http://mirror.example/hf",
      cache: "/c",
      tokenFile: "/t",
      offline: true,
      links: false,
      progress: false,
      patience: 30,
    },
  );
  assert(hubSettings({ HOME: "/", TRANSFORMERS_OFFLINE: "on" }).offline);
  for (const text of ["0", "", "no", "off", "2"]) {
    assert(!hubSettings({ HOME: "/", HF_HUB_OFFLINE: text }).offline, text);
  }
});

Deno.test("hubSettings() refuses addresses and times that are none, and shows no password", () => {
  for (
    const text of ["huggingface.co", "file:///etc", "https://a:secret@h", "https://h?x=secret", "x"]
  ) {
    const error = assertThrows(() => hubSettings({ HOME: "/", HF_ENDPOINT: text }), HubError);
    assertEquals(
      error.message,
      "Cannot use HF_ENDPOINT as it must be an http or https address without a name, password or query: it is not",
    );
  }
  for (const text of ["0", "-1", "ten", "1.5", "1e9"]) {
    assertThrows(
      () => hubSettings({ HOME: "/", HF_HUB_DOWNLOAD_TIMEOUT: text }),
      HubError,
      `must be a whole number of seconds from 1 to 86400: current value is "${text}"`,
    );
  }
});

Deno.test("findToken() takes the option, then the variables, then the file of a login", async () => {
  await withFolder(async (folder) => {
    const tokenFile = join(folder, "token");
    const settings = { ...hubSettings({ HOME: folder }), tokenFile };
    const find = (option: string | false | undefined, environment: Record<string, string>) =>
      findToken(option, settings, environment);
    assertEquals(await find(undefined, {}), null);
    Deno.writeTextFileSync(tokenFile, "hf_file\n");
    assertEquals(await find(undefined, {}), "hf_file");
    assertEquals(await find(undefined, { HUGGING_FACE_HUB_TOKEN: " hf_old\r\n" }), "hf_old");
    assertEquals(
      await find(undefined, { HF_TOKEN: "hf_new", HUGGING_FACE_HUB_TOKEN: "hf_old" }),
      "hf_new",
    );
    assertEquals(await find("hf_option", { HF_TOKEN: "hf_new" }), "hf_option");
    assertEquals(await find(false, { HF_TOKEN: "hf_new" }), null);
    const quiet = { HF_TOKEN: "hf_new", HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" };
    assertEquals([await find(undefined, quiet), await find("hf_option", quiet)], [
      null,
      "hf_option",
    ]);
    Deno.writeTextFileSync(tokenFile, " \n");
    assertEquals(await find(undefined, { HF_TOKEN: " " }), null);
  });
});

Deno.test("findToken() refuses what would break a header, and does not show it", async () => {
  const settings = hubSettings({ HOME: "/nowhere" });
  for (const token of ["two\nlines", "spa ce", "ünïcode", "", "x".repeat(5000)]) {
    const error = await assertRejects(() => findToken(token, settings, {}), HubError);
    assertEquals(
      error.message,
      "Cannot use the token of the option token as it must be a line of letters, digits and signs: it is not, and is not shown here",
    );
  }
  await assertRejects(
    () => findToken(undefined, settings, { HF_TOKEN: "a b" }),
    HubError,
    "Cannot use the token of HF_TOKEN as",
  );
});
