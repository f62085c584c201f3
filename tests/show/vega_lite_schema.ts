/**
 * The schema of Vega-Lite 5, which is what notebooks draw, and a validator for it.
 *
 * @module
 */

// deno-lint-ignore no-import-prefix
import Ajv from "npm:ajv@8.17.1";
// deno-lint-ignore no-import-prefix
import schema from "npm:vega-lite@5.23.0/build/vega-lite-schema.json" with { type: "json" };

// deno-lint-ignore no-explicit-any
const ajv = new (Ajv as any)({
  strict: false,
  allErrors: false,
  validateFormats: false,
  logger: false,
});
const validate = ajv.compile(schema);

/** What of a specification is not Vega-Lite 5; null where all of it is. */
export function mistakeIn(specification: object): string | null {
  return validate(specification) ? null : ajv.errorsText(validate.errors);
}
