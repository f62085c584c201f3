/**
 * Tasks: what seedling has learnt, as pairs of prompts.
 *
 * @module
 */

export { Task, task, type TaskName, taskNames, type TaskOptions } from "./task.ts";
