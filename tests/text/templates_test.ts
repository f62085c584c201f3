import { assertEquals, assertThrows } from "../assert.ts";
import { type Template, template } from "../../lib/text/templates.ts";
import { Part } from "../../lib/text/tokenizer_json.ts";

const ids: Record<string, number> = { "<s>": 1, "</s>": 2, "<x>": 3 };

/** Reads what goes round a text. */
function read(post_processor: unknown, config?: Record<string, unknown>): Template {
  return template(
    Part.whole("t.json", { post_processor }),
    config === undefined ? null : Part.whole("c.json", config),
    (content) => ids[content],
  );
}

const special = (id: string): unknown => ({ SpecialToken: { id, type_id: 0 } });
const text = { Sequence: { id: "A", type_id: 0 } };
const both = { type: "TemplateProcessing", single: [special("<s>"), text, special("</s>")] };

Deno.test("template() reads every post-processor", () => {
  const none = { before: [], after: [], beginning: null, end: null };
  assertEquals(read(null), none);
  assertEquals(read({ type: "ByteLevel" }), none);
  const round = { before: [1], after: [2], beginning: 1, end: 2 };
  assertEquals(read(both), round);
  assertEquals(read({ type: "BertProcessing", cls: ["<s>", 1], sep: ["</s>", 2] }), round);
  assertEquals(read({ type: "RobertaProcessing", cls: ["<s>", 1], sep: ["</s>", 2] }), round);
  assertEquals(read({ type: "Sequence", processors: [{ type: "ByteLevel" }, both] }), round);
  const several = { "<s>": { id: "<s>", ids: [7, 8], tokens: ["a", "b"] } };
  assertEquals(read({ ...both, special_tokens: several }).before, [7, 8]);
});

Deno.test("A-28 template() lets the settings go before the post-processor, and doubles nothing", () => {
  const config = { bos_token: "<s>", eos_token: { content: "</s>" } };
  assertEquals(read(null, config), { before: [], after: [], beginning: 1, end: 2 });
  assertEquals(read(null, { ...config, add_bos_token: true }).before, [1]);
  assertEquals(read(both, { ...config, add_bos_token: true, add_eos_token: true }), read(both));
  const neither = read(both, { ...config, add_bos_token: false, add_eos_token: false });
  assertEquals(neither, { before: [], after: [], beginning: 1, end: 2 });
  assertEquals(read(both, { ...config, add_bos_token: null }).before, [1]);
  assertEquals(read(both, { bos_token: "<x>" }).beginning, 1);
});

Deno.test("template() says what is missing", () => {
  const refused = (post: unknown, config: Record<string, unknown>, says: string): void => {
    assertThrows(() => read(post, config), SyntaxError, says);
  };
  refused(null, { bos_token: "<y>" }, "Cannot read c.json as bos_token must be in the vocabulary");
  refused(null, { add_eos_token: true }, "eos_token must be a token, as add_eos_token is true");
  refused(null, { add_bos_token: "yes" }, "add_bos_token must be true or false");
  refused({ type: "X" }, {}, "Cannot read t.json as post_processor.type must be one of Bert");
  refused({ type: "BertProcessing" }, {}, "post_processor.cls must be a pair [text, id]");
  refused(
    { type: "TemplateProcessing", single: [special("<y>")] },
    {},
    "post_processor.single must be of known tokens, and <y> is none",
  );
  refused(
    { ...both, special_tokens: { "<s>": { ids: ["1"] } } },
    {},
    "and those of <s> are no list of integers",
  );
});
