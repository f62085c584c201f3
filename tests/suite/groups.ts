/**
 * Which test files share a process.
 *
 * Every process loads the library anew, which takes longer than most tests. So the files of a folder run in one process,
 * unless they compute on other backends or say that they need a process of their own.
 *
 * @module
 */

/** Test files that run in one process. */
export interface Group {
  /** What its module is called, e.g. "decompose" or "float64". */
  readonly name: string;
  /** The files by their paths under `tests`, in order. */
  readonly files: readonly string[];
}

const tests = new URL("../", import.meta.url);

/**
 * The groups that take longest, which begin first, so that no core is left with one when the others have nothing more to do.
 * Those that wait for browsers and kernels stand beside those that compute.
 */
export const LONGEST: readonly string[] = [
  "notebooks",
  "run",
  "model",
  "browser",
  "float64",
  "notebook",
  "notebooks-gallery",
  "project",
];

/** The test files below `tests` by their paths, e.g. "run/cache_test.ts", in order. */
export function testFiles(folder = ""): string[] {
  const entries = [...Deno.readDirSync(new URL(folder, tests))];
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  return entries.flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(`${folder}${name}/`);
    return name.endsWith("_test.ts") ? [`${folder}${name}`] : [];
  });
}

/**
 * The name of the group that a test file belongs to.
 *
 * @param path Its path under `tests`.
 * @param text What stands in it.
 * @returns The backend that it starts, where it is not the usual one; `each-backend`, where it starts all of them in turn; its own
 * path, where it says `// Alone:` and why, or measures the heap; else its folder.
 */
export function groupOf(path: string, text: string): string {
  if (/^\/\/ Alone: \S/m.test(text) || /\.memoryUsage\(/.test(text)) {
    return path.replace(/_test\.ts$/, "").replaceAll("/", "-");
  }
  // Both register a native backend that multiplies in loops.
  if (/"[^"]*\/(?:on_backends|like_cpu)\.ts"/.test(text)) return "each-backend";
  const backend = /^await startBackend\("(\w+)"\)/m.exec(text)?.[1];
  if (backend !== undefined) return backend;
  const folder = path.includes("/") ? path.split("/")[0]! : "project";
  return folder;
}

/** All test files in their groups, the longest first. */
export function groups(): Group[] {
  const files = new Map<string, string[]>();
  for (const path of testFiles()) {
    const name = groupOf(path, Deno.readTextFileSync(new URL(path, tests)));
    files.set(name, [...files.get(name) ?? [], path]);
  }
  const place = ({ name }: Group) => LONGEST.includes(name) ? LONGEST.indexOf(name) : Infinity;
  return [...files].map(([name, files]) => ({ name, files })).sort((a, b) =>
    place(a) === place(b) ? 0 : place(a) - place(b)
  );
}
