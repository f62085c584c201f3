/**
 * Models of a hub: found by their id, fetched into the cache that Python's client uses.
 *
 * @module
 */

export {
  DownloadPlan,
  downloadPlan,
  type DownloadPlanOptions,
  type PlannedFile,
} from "./download_plan.ts";
export { hub, hubResolver, type HubResolverOptions } from "./hub.ts";
export type { Wait } from "./hub_connection.ts";
export { HubError, type HubErrorOptions } from "./hub_error.ts";
export type { HubOptions } from "./hub_model.ts";
export { isHubId } from "./hub_names.ts";
export { type Environment, type HubSettings, hubSettings } from "./hub_settings.ts";
