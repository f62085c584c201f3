/**
 * The zoo: a name finds a model.
 *
 * @module
 */

export { Card, card, type CardFacts } from "./card.ts";
export {
  type CheckedStep,
  checkFolder,
  type CheckFolderOptions,
  FolderCheck,
} from "./check_folder.ts";
export { type HeldOutText, heldOutTexts } from "./heldout.ts";
export {
  DownloadPlan,
  downloadPlan,
  type DownloadPlanOptions,
  hub,
  HubError,
  type HubErrorOptions,
  type HubOptions,
  hubResolver,
  type HubResolverOptions,
  type HubSettings,
  hubSettings,
  type PlannedFile,
} from "./hub/mod.ts";
export { load, type LoadOptions } from "./load.ts";
export {
  folder,
  type FoundModel,
  type ResolveOptions,
  type Resolver,
  shipped,
} from "./resolvers.ts";
export { Task, task, type TaskName, taskNames, type TaskOptions } from "./tasks/mod.ts";
