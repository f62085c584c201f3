/** The version of the library, as `deno.json` has it. */
export const version = "0.1.0";
