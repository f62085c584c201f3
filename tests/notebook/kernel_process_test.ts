import { KernelProcess } from "../../lib/notebook/kernel_process.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";

const cwd = import.meta.dirname!;
const kernel = ["jupyter", "--kernel", "--conn"];

Deno.test("KernelProcess.start() gives the kernel five ports of its own", async () => {
  const process = await KernelProcess.start({ cwd, key: "k", arguments: kernel });
  assertEquals(new Set(Object.values(process.ports)).size, 5);
  process.kill();
  const { signal } = await process.end(0);
  assertEquals(signal, "SIGKILL");
  await process.forgetConnectionFile();
  process.kill();
});

Deno.test("KernelProcess.end() waits no longer than it is told", async () => {
  const process = await KernelProcess.start({ cwd, key: "k", arguments: kernel });
  const start = performance.now();
  await process.end(50);
  assert(performance.now() - start < 2000);
});

Deno.test("KernelProcess keeps the end of what the process printed", async () => {
  const process = await KernelProcess.start({
    cwd,
    key: "k",
    arguments: ["jupyter", "--wrong", "--kernel", "--conn"],
  });
  const { code } = await process.end(10_000);
  assert(code !== 0);
  assert(process.printed.includes("--wrong"), process.printed);
});

Deno.test("KernelProcess.start() refuses a folder that is not there", async () => {
  const wrong = `${cwd}/no_such_folder`;
  await assertRejects(
    () => KernelProcess.start({ cwd: wrong, key: "k", arguments: kernel }),
    Deno.errors.NotFound,
  );
});
