/**
 * The one place that names `@huggingface/jinja`: the template language in which checkpoints write their chats.
 *
 * @module
 */

export { Environment, Interpreter, parse, tokenize } from "npm:@huggingface/jinja@0.5.11";
