import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelCommand } from "../../../lib/notebook/kernel/kernel_command.ts";
import { isAlive } from "../../../lib/notebook/kernel/guardian.ts";
import { assert, assertEquals, assertStringIncludes } from "../../assert.ts";
import { freshConnection, Front } from "./front.ts";

const linux = Deno.build.os === "linux";
const cwd = import.meta.dirname!;

/** Starts the kernel as Jupyter does. */
async function started(folder: string, script?: string) {
  const connection = freshConnection();
  const file = `${folder}/connection.json`;
  await Deno.writeTextFile(file, JSON.stringify({ ...connection, transport: "tcp" }));
  const process = new Deno.Command(Deno.execPath(), {
    args: [...kernelCommand(script), "--conn", file],
    cwd: script === undefined ? cwd : folder, // where no lock file takes note of the address
    env: {
      TMPDIR: folder,
      ...script && { DENO_DIR: `${folder}/cache` },
      JPY_PARENT_PID: String(Deno.pid),
      INNERWORKS_DIAGNOSTICS: "off",
    },
    stderr: "piped",
  }).spawn();
  return { connection, process };
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until none of the processes is there; says how many are left after so many seconds. */
async function gone(pids: readonly number[], seconds: number): Promise<number> {
  for (let tries = 0; tries < seconds * 20 && pids.some(isAlive); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return pids.filter(isAlive).length;
}

/** The sockets that some processes listen on: addresses in hexadecimal digits, and paths. */
function listening(pids: readonly number[]): string[] {
  const inodes = new Set(
    pids.flatMap((pid) =>
      [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(Deno.readLinkSync(`/proc/${pid}/fd/${name}`))?.[1];
        } catch {
          return undefined; // closed meanwhile
        }
      })
    ),
  );
  const rows = (table: string) =>
    Deno.readTextFileSync(`/proc/net/${table}`).split("\n").slice(1).map((row) =>
      row.trim().split(/\s+/)
    );
  const internet = [...rows("tcp"), ...rows("tcp6")]
    .filter((row) => row[3] === "0A" && inodes.has(row[9])).map((row) => row[1]!);
  // The flag of a socket that listens.
  const local = rows("unix").filter((row) => row[3] === "00010000" && inodes.has(row[6]));
  return [...internet, ...local.map((row) => row[7]!)];
}

Deno.test({
  name: "runKernel() listens on this machine alone, keeps its files private and leaves nothing",
  ignore: !linux, // reads /proc
  async fn() {
    await withFolder(async (folder) => {
      const { connection, process } = await started(folder);
      const front = await Front.connect(connection);
      const [pids] = await front.run("console.log(Deno.pid, Deno.ppid)");
      const [inner, proxy] = pids!.split(" ").map(Number) as [number, number];
      assertEquals(proxy, process.pid);
      const sockets = listening([inner, proxy]);
      assertEquals(sockets.length, 10, "five for the page, five behind it, none for the module");
      for (const socket of sockets) assert(socket.startsWith("0100007F:"), socket);
      const [secret] = await front.run(
        "Object.keys(Deno.env.toObject()).filter((name) => name.startsWith('INNERWORKS_KERNEL'))",
      );
      assertEquals(secret, "[]");
      // The folders are private, the connection file of the inner kernel is gone again, and cells make files as usual.
      const folders = [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory);
      assert(folders.length > 0);
      for (const { name } of folders) {
        assertEquals(Deno.statSync(`${folder}/${name}`).mode! & 0o777, 0o700);
        for (const { name: file } of Deno.readDirSync(`${folder}/${name}`)) {
          assertEquals([file, Deno.statSync(`${folder}/${name}/${file}`).mode! & 0o077], [file, 0]);
        }
      }
      const mask = Deno.umask();
      assertEquals(await front.run("Deno.umask()"), [String(mask)]);
      assertEquals(
        (await front.ask("shutdown_request", { restart: true }, "control")).restart,
        true,
      );
      const { code } = await process.output();
      await front.close();
      assertEquals([code, await gone([inner, proxy], 3)], [0, 0]);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["connection.json"]);
    });
  },
});

Deno.test("runKernel() takes SIGINT for the stop button", async () => {
  await withFolder(async (folder) => {
    const { connection, process } = await started(folder);
    const front = await Front.connect(connection);
    await front.run("let kept = 3");
    const id = front.cell("console.log(1); while (true);");
    await front.find((m) => m.parent.msg_id === id && m.type === "stream");
    process.kill("SIGINT");
    await front.done(id);
    assertEquals(await front.run("kept"), ["3"]);
    process.kill("SIGTERM");
    const { code } = await process.output();
    assertEquals(code, 0);
    await front.close();
  });
});

Deno.test("runKernel() ends with its parent, and the kernel behind it even when it computes", async () => {
  await withFolder(async (folder) => {
    const connection = freshConnection();
    const file = `${folder}/connection.json`;
    await Deno.writeTextFile(file, JSON.stringify(connection));
    const script = `new Deno.Command(Deno.execPath(), {
      args: ${
      JSON.stringify([...kernelCommand(), "--conn", file])
    }, stdin: "null", stdout: "null", stderr: "null" }).spawn();
      setInterval(() => {}, 1000)`;
    const parent = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-lock", script],
      cwd,
      env: { TMPDIR: folder, INNERWORKS_DIAGNOSTICS: "off" },
    }).spawn();
    const front = await Front.connect(connection);
    const [pids] = await front.run("console.log(Deno.pid, Deno.ppid)");
    const processes = pids!.split(" ").map(Number);
    front.cell("while (true);");
    parent.kill("SIGKILL");
    await parent.status;
    assertEquals(await gone(processes, 6), 0);
    await front.close();

    // And when the proxy itself is killed while a cell computes.
    const second = await started(folder);
    const page = await Front.connect(second.connection);
    const [numbers] = await page.run("console.log(Deno.pid, Deno.ppid)");
    page.cell("while (true);");
    second.process.kill("SIGKILL");
    await second.process.output();
    assertEquals(await gone(numbers!.split(" ").map(Number), 3), 0);
    await page.close();
    const left = () => [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory);
    for (let tries = 0; tries < 40 && left().length > 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assertEquals(left(), []);
  });
});

Deno.test("runKernel() refuses to listen to everyone, and to run what anyone sends", async () => {
  await withFolder(async (folder) => {
    const refused = async (change: object) => {
      const file = `${folder}/connection.json`;
      await Deno.writeTextFile(file, JSON.stringify({ ...freshConnection(), ...change }));
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...kernelCommand(), "--conn", file],
        env: { TMPDIR: folder },
      }).output();
      assertEquals(code, 1);
      return new TextDecoder().decode(stderr);
    };
    assertStringIncludes(
      await refused({ key: "" }),
      'Cannot start the kernel as messages must be signed with a key: current value is ""',
    );
    assertStringIncludes(await refused({ ip: "0.0.0.0" }), "an address of this machine alone");
  });
});

Deno.test("a kernelspec whose library was moved says what to run", async () => {
  await withFolder(async (folder) => {
    const { installKernel } = await import("../../../lib/notebook/kernelspec.ts");
    const { path } = await installKernel({ folder });
    const launcher = `${dirname(path)}/launch.js`;
    const here = fileURLToPath(import.meta.resolve("../../../lib/notebook/kernel/main.ts"));
    const code = await Deno.readTextFile(launcher);
    const moved = code.replaceAll("/lib/notebook/kernel/main.ts", "/moved/main.ts");
    assert(code.includes(here) && moved !== code);
    await Deno.writeTextFile(launcher, moved);
    const { argv } = JSON.parse(await Deno.readTextFile(path));
    const { code: exit, stderr } = await new Deno.Command(argv[0], { args: argv.slice(1) })
      .output();
    assertEquals(exit, 1);
    assertStringIncludes(
      new TextDecoder().decode(stderr),
      "If it was moved, run `deno task kernel` in the folder where it is now.",
    );
  });
});

Deno.test("the kernel's process loads no package, and little else", async () => {
  const main = fileURLToPath(import.meta.resolve("../../../lib/notebook/kernel/main.ts"));
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config", main],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const names: string[] = modules.map(({ specifier }: { specifier: string }) => specifier);
  assertEquals(names.filter((name) => !/^node:|\/lib\/(?:notebook|stats)\//.test(name)), []);
});

Deno.test("runKernel() runs from an address, as it does from a registry", async () => {
  const root = new URL("../../../", import.meta.url);
  const headers = { "content-type": "application/typescript" };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      return new Response(await Deno.readTextFile(new URL(`.${pathname}`, root)), { headers });
    },
  );
  const address = `http://127.0.0.1:${server.addr.port}/lib/notebook/kernel`;
  await withFolder(async (folder) => {
    const { connection, process } = await started(folder, `${address}/main.ts`);
    const front = await Front.connect(connection);
    const code =
      `const { cellSignal } = await import("${address}/kernel_link.ts"); cellSignal().aborted`;
    assertEquals(await front.run(code), ["false"]);
    await front.ask("shutdown_request", { restart: false }, "control");
    assertEquals((await process.output()).code, 0);
    await front.close();
  });
});
