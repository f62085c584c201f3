/**
 * What our kernel says of itself.
 *
 * @module
 */

/** The library's version, as its `deno.json` has it. */
export const version: string = "0.1.0";

/**
 * Describes the kernel: ours, and Deno's behind it.
 *
 * @returns The content of a `kernel_info_reply`.
 */
export function kernelInfo(): object {
  const { deno, typescript } = Deno.version;
  return {
    status: "ok",
    protocol_version: "5.3",
    implementation: "innerworks",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/x.typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `Innerworks ${version} on the kernel of Deno ${deno} (TypeScript ${typescript})`,
    help_links: [{ text: "Deno manual", url: "https://docs.deno.com" }],
    debugger: false,
  };
}
