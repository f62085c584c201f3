/**
 * The zoo: a name finds a model.
 *
 * @module
 */

export { Card, card, type CardFacts } from "./card.ts";
export { type CheckedStep, checkModel, type CheckModelOptions, ModelCheck } from "./check_model.ts";
export { type HeldOutText, heldOutTexts } from "./heldout.ts";
export { load, type LoadOptions } from "./load.ts";
export { folder, type FoundModel, type Resolver, shipped } from "./resolvers.ts";
export { Task, task, type TaskName, taskNames, type TaskOptions } from "./tasks/mod.ts";
