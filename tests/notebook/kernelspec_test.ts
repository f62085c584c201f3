import { fileURLToPath } from "node:url";
import { installKernel, uninstallKernel } from "../../lib/notebook/mod.ts";
import { installByArguments } from "../../lib/notebook/install_kernel.ts";
import { jupyterDataFolder } from "../../lib/notebook/kernelspec.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("installKernel() writes a kernelspec that is interrupted by message", async () => {
  await withFolder(async (folder) => {
    const other = `${folder}/kernels/deno/kernel.json`;
    await Deno.mkdir(`${folder}/kernels/deno`, { recursive: true });
    await Deno.writeTextFile(other, "{}");
    const installed = await installKernel({ folder, denoPath: "/opt/deno" });
    assertEquals(installed, {
      name: "innerworks-deno",
      path: `${folder}/kernels/innerworks-deno/kernel.json`,
      denoPath: "/opt/deno",
      inNpxCache: false,
    });
    assertEquals(JSON.parse(await Deno.readTextFile(installed.path)), {
      argv: [
        "/opt/deno",
        ...["run", "--allow-all", "--quiet", "--no-config", "--no-lock"],
        `${folder}/kernels/innerworks-deno/launch.js`,
        "--conn",
        "{connection_file}",
      ],
      display_name: "Deno (Innerworks)",
      language: "typescript",
      interrupt_mode: "message",
      env: { NO_COLOR: "1" },
      metadata: { innerworks: true, debugger: false },
    });
    const launcher = await Deno.readTextFile(`${folder}/kernels/innerworks-deno/launch.js`);
    const main = import.meta.resolve("../../lib/notebook/kernel/main.ts");
    assert(launcher.includes(main) && launcher.includes(fileURLToPath(main)));
    const again = await installKernel({ folder });
    const { argv } = JSON.parse(await Deno.readTextFile(again.path));
    assertEquals(argv[0], Deno.execPath());
    assertEquals(await Deno.readTextFile(other), "{}");
  });
});

Deno.test("installKernel() refuses to overwrite a kernel that is not its own", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/kernels/innerworks-deno/kernel.json`;
    await Deno.mkdir(`${folder}/kernels/innerworks-deno`, { recursive: true });
    for (
      const [content, value] of [['{"display_name":"Mine"}', '"Mine"'], ["{", "not a kernelspec"]]
    ) {
      await Deno.writeTextFile(path, content!);
      await assertRejects(
        () => installKernel({ folder }),
        Error,
        `Cannot install the kernel as "${path}" must be "Deno (Innerworks)": current value is ${value}`,
      );
      assertEquals(await Deno.readTextFile(path), content);
    }
  });
});

Deno.test("installKernel() says that a Deno of npx may go away", async () => {
  await withFolder(async (folder) => {
    const denoPath = "/home/me/.npm/_npx/05aa/node_modules/@deno/linux-x64/deno";
    assert((await installKernel({ folder, denoPath })).inNpxCache);
  });
});

Deno.test("jupyterDataFolder() is where Jupyter looks on each system", () => {
  const folders = [
    jupyterDataFolder("linux", {}, "/home/me"),
    jupyterDataFolder("linux", { XDG_DATA_HOME: "/data" }, "/home/me"),
    jupyterDataFolder("darwin", { XDG_DATA_HOME: "/data" }, "/Users/me"),
    jupyterDataFolder("darwin", { JUPYTER_DATA_DIR: "/own" }, "/Users/me"),
    jupyterDataFolder("windows", { APPDATA: "C:/me/Roaming" }, "C:/me"),
  ].map((folder) => folder.replaceAll("\\", "/"));
  assertEquals(folders, [
    "/home/me/.local/share/jupyter",
    "/data/jupyter",
    "/Users/me/Library/Jupyter",
    "/own",
    "C:/me/Roaming/jupyter",
  ]);
});

Deno.test("installKernel() takes another name and arguments, and uninstallKernel() removes what is ours", async () => {
  await withFolder(async (folder) => {
    const options = { folder, name: "mine", arguments: ["--unstable-webgpu"] };
    const { path } = await installKernel(options);
    const spec = JSON.parse(await Deno.readTextFile(path));
    assertEquals([spec.display_name, spec.argv.at(-3)], [
      "Deno (Innerworks): mine",
      "--unstable-webgpu",
    ]);
    await installKernel(options);
    assertEquals(await uninstallKernel({ folder, name: "mine" }), true);
    assertEquals(await uninstallKernel({ folder, name: "mine" }), false);
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
    await assertRejects(
      () => installKernel({ folder, name: "../mine" }),
      RangeError,
      'its name must be of letters, digits, ".", "_" and "-": current value is "../mine"',
    );
    await Deno.mkdir(`${folder}/kernels/deno`, { recursive: true });
    await Deno.writeTextFile(`${folder}/kernels/deno/kernel.json`, '{"display_name":"Deno"}');
    await assertRejects(() => uninstallKernel({ folder, name: "deno" }), Error, 'value is "Deno"');
    await assertRejects(() => installByArguments(["--nmae", "x"]), RangeError, 'value is "--nmae"');
  });
});
