/**
 * Fetches OpenBLAS into the project, without root and without Python: `deno task blas`; or Intel's MKL: `deno task blas --mkl`.
 *
 * Where pip is there it downloads the wheels, so that a mirror which the user has set up is used;
 * else they come from PyPI itself. Either way their content must be the pinned one.
 *
 * @module
 */

import { findBlas } from "./native/find_blas.ts";
import { mklWheels } from "./native/mkl_wheels.ts";
import { wheelFor } from "./native/openblas_wheel.ts";
import { checkWheel, unpackLibraries, type Wheel } from "./native/wheel.ts";

if (import.meta.main) {
  const [choice, ...more] = Deno.args;
  if (more.length > 0 || choice !== undefined && choice !== "--mkl") {
    console.error(
      `Cannot fetch a BLAS as the only option is --mkl: given are ${Deno.args.join(" ")}`,
    );
    Deno.exit(2);
  }
  const { os, arch } = Deno.build;
  const wheels = choice === "--mkl" ? mklWheels(os, arch) : [wheelFor(os, arch)];
  await fetchBlas(wheels, new URL("../../.blas/", import.meta.url));
}

/** Downloads, checks, unpacks and tries the libraries of wheels, of which the last holds the BLAS. */
async function fetchBlas(wheels: readonly Wheel[], folder: URL): Promise<void> {
  const written: URL[] = [];
  for (const wheel of wheels) {
    console.log(`Fetching ${wheel.file}`);
    const content = await byPip(wheel) ?? await byFetch(wheel);
    await checkWheel(wheel, content);
    written.push(...await unpackLibraries(wheel, content, folder));
  }
  const library = written.find(({ pathname }) => /\/lib(\w*openblas|mkl_rt)[^/]*$/.test(pathname));
  const path = Deno.realPathSync(library!);
  const { blas, gigaflops } = findBlas({ path });
  const threads = blas.threads === undefined ? "" : ` with ${blas.threads} threads`;
  console.log(`${path}\n${gigaflops.toFixed(0)} GFLOP/s${threads}`);
}

/** Downloads by pip, which knows the user's mirrors; nothing where it is missing or fails. */
async function byPip(wheel: Wheel): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const folder = await Deno.makeTempDir();
  try {
    for (
      const [program, ...before] of [["pip"], ["python3", "-m", "pip"], ["python", "-m", "pip"]]
    ) {
      const args = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder];
      const status = await new Deno.Command(program!, {
        args: [...before, ...args, `${wheel.name}==${wheel.version}`],
        stdout: "null",
        stderr: "null",
      }).output().catch(() => undefined);
      if (status?.success) return await Deno.readFile(`${folder}/${wheel.file}`);
    }
    return undefined;
  } catch (error) {
    // This pip belongs to another kind of machine, as under emulation.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A file that PyPI lists. */
interface Listed {
  readonly filename: string;
  readonly url: string;
}
/** What PyPI says of a package: the files of its newest version, and those of every version. */
interface Page {
  readonly urls: readonly Listed[];
  readonly releases?: Readonly<Record<string, readonly Listed[]>>;
}

/** Downloads from PyPI. */
async function byFetch(wheel: Wheel): Promise<Uint8Array<ArrayBuffer>> {
  const page = await get(`https://pypi.org/pypi/${wheel.name}/json`);
  const { urls, releases } = await page.json() as Page;
  const files = [...urls, ...releases?.[wheel.version] ?? []];
  const found = files.find(({ filename }) => filename === wheel.file);
  if (!found) {
    throw new Error(
      `Cannot fetch "${wheel.file}" as it must be listed: there are ${files.length} others`,
    );
  }
  // A mirror may list addresses relative to its page.
  const file = await get(new URL(found.url, page.url));
  return new Uint8Array(await file.arrayBuffer());
}

async function get(address: string | URL): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`Cannot fetch "${address}" as it must be there: status is ${response.status}`);
  }
  return response;
}
