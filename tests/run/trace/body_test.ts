import { trace, type TraceRequest } from "../../../lib/run/mod.ts";
import { RunningBody, tensorsIn } from "../../../lib/run/trace/body.ts";
import { tf } from "../../../lib/tensor/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { heldTensors } from "../../held_tensors.ts";
import { fixtureModel, PROMPTS } from "../../model/fixture.ts";

Deno.test("RunningBody starts, waits, is handed values, and tells what it returned", async () => {
  const model = await fixtureModel("gpt2"), before = heldTensors();
  const body = new RunningBody(model, function* (at) {
    const first = yield at("blocks.0.hook_resid_pre" as "embed");
    yield at.stop();
    return { double: first.mul(2), name: "mine" };
  }, 1);
  assertEquals([body.example, body.request, body.site, body.last], [1, null, null, ""]);
  body.advance();
  assertEquals(body.site, "blocks.0.resid_pre", "TransformerLens's spelling means the same");
  const given = tf.tensor1d([1, 2]);
  body.advance(given);
  assertEquals([body.request?.kind, body.site, body.last], ["stop", null, "blocks.0.resid_pre"]);
  body.advance();
  assertEquals(body.request, null);
  const { double, name } = body.returned!;
  assertEquals([[...double.dataSync()], name], [[2, 4], "mine"]);
  body.free();
  assert(given.isDisposed && !double.isDisposed, "what it returned stays");
  double.dispose();
  assertEquals(heldTensors(), before);
});

Deno.test("RunningBody runs the end of a body that never came to it, and frees what it made", async () => {
  const model = await fixtureModel("gpt2"), before = heldTensors();
  let ended = false;
  const body = new RunningBody(model, function* (at) {
    try {
      tf.ones([3]);
      yield at("embed");
    } finally {
      ended = true;
    }
  }, null);
  body.advance();
  assertEquals(heldTensors(), before + 1);
  body.free();
  assertEquals([ended, heldTensors()], [true, before]);
});

Deno.test("bodies that are no generators, and what is no request, are refused", async () => {
  const model = await fixtureModel("gpt2");
  const body = (made: unknown) => () => new RunningBody(model, made as never, null);
  const must =
    "Cannot trace a run as its body must be a generator, function* (at) { ... }: it returned ";
  assertEquals(assertThrows(body(() => 3), TypeError).message, `${must}number`);
  assertEquals(assertThrows(body(async () => {}), TypeError).message, `${must}a promise`);
  for (const wrong of [undefined, null, "embed", { kind: "look" }, {}]) {
    const one = new RunningBody(model, function* () {
      yield wrong as unknown as TraceRequest;
    }, null);
    assertThrows(() => one.advance(), TypeError, "must yield at(site), at.set(site, value)");
  }
});

Deno.test("an error of a body ends the run, and leaves nothing behind", async () => {
  const model = await fixtureModel("llama");
  (await trace(model, PROMPTS, function* () {})).dispose();
  const before = heldTensors();
  const error = await assertRejects(() =>
    trace(model, PROMPTS, function* (at) {
      (yield at("blocks.0.attn.z")).mul(2);
      throw new SyntaxError("mine");
    }, { capture: ["*"] }), SyntaxError);
  assertEquals([error.message, heldTensors()], ["mine", before]);
});

Deno.test("tensorsIn() finds tensors in lists, maps and objects, each circle once", () => {
  const [a, b, c] = [tf.scalar(1), tf.scalar(2), tf.scalar(3)];
  const circle: Record<string, unknown> = { b, list: [c, 4, null, "text"] };
  circle.self = circle;
  assertEquals(tensorsIn([a, circle, new Map([["again", circle]])]), [a, b, c]);
  assertEquals([tensorsIn(a), tensorsIn(undefined), tensorsIn(7)], [[a], [], []]);
  tf.dispose([a, b, c]);
});
