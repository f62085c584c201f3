import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installKernel } from "../../../mod.ts";
import { assert, assertStringIncludes } from "../../assert.ts";

const jupyter = Deno.env.get("INNERWORKS_JUPYTER");

Deno.test({
  name: "the installed kernel passes Jupyter's own tests of a kernel",
  ignore: jupyter === undefined, // needs INNERWORKS_JUPYTER, with jupyter_kernel_test installed
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await installKernel({ folder });
      const { success, stderr } = await new Deno.Command(join(jupyter!, "bin", "python"), {
        args: [fileURLToPath(import.meta.resolve("./conformance.py")), "-v"],
        env: { JUPYTER_DATA_DIR: folder, JUPYTER_CONFIG_DIR: folder },
      }).output();
      const text = new TextDecoder().decode(stderr);
      assert(success, text);
      // A pager needs a payload of a reply, which no cell of ours can make: there is nothing to sample.
      assertStringIncludes(text, "OK (skipped=1)");
      assertStringIncludes(text, "test_pager");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
