import { readAnswers } from "../../lib/run/pair_answers.ts";
import { type PairAnswer, PairError } from "../../lib/run/mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { fixtureModel, seedling } from "../model/fixture.ts";

const ONE = { firstToken: false }, FIRST = { firstToken: true };

Deno.test("readAnswers() reads single tokens by text or id, each once", async () => {
  const model = await seedling(), id = (text: string) => model.toSingleToken(text);
  assertEquals(readAnswers(model, " Mary", " John", ONE), {
    prefix: [],
    answers: [id(" Mary")],
    wrongs: [id(" John")],
    note: null,
  });
  const several = readAnswers(model, [" Mary", 7, " Mary"], [" John", " Peter"], ONE);
  assertEquals(several.answers, [id(" Mary"), 7]);
  assertEquals(several.wrongs, [id(" John"), id(" Peter")]);
  assertEquals(readAnswers(await fixtureModel("gpt2"), 3, [4], ONE).wrongs, [4]);
});

Deno.test("answers of several tokens are read by the first that differs, after what they share", async () => {
  const model = await seedling(),
    ids = (text: string) => model.tokenizer!.encode(text, { beginning: false }).ids;
  const [tiger, ernie] = [" Tiger Woods", " Tiger Jordan"];
  const read = readAnswers(model, tiger, ernie, FIRST);
  assertEquals(read.prefix, ids(" Tiger"));
  assertEquals([read.answers, read.wrongs], [ids(" Woods"), ids(" Jordan")]);
  assertEquals(
    read.note,
    'answers of several tokens are read by token 2 alone: " Tiger" + " Woods", " Tiger" + " Jordan"',
  );
  const apart = readAnswers(model, [" Babe Ruth", " Carl Lewis"], " Mary", FIRST);
  assertEquals([apart.prefix, apart.wrongs], [[], ids(" Mary")]);
  assertEquals(apart.answers, [ids(" Babe")[0]!, ids(" Carl")[0]!]);
  assertEquals(readAnswers(model, " Mary", " John", FIRST).note, null);
});

Deno.test("readAnswers() refuses what one token cannot tell apart", async () => {
  const model = await seedling();
  const refused = (
    answer: unknown,
    wrong: unknown,
    options: typeof ONE,
    kind: new (message: string) => Error,
    message: string,
  ) => {
    const error = assertThrows(
      () => readAnswers(model, answer as PairAnswer, wrong as PairAnswer, options),
      kind as ErrorConstructor,
    );
    assert((error as Error).message.includes(message), (error as Error).message);
  };
  refused(
    " Tiger Woods",
    " Mary",
    ONE,
    PairError,
    'Cannot find one token for " Tiger Woods" as it splits into 2: " Tiger", " Woods"; firstToken: true reads the first that differs',
  );
  refused(
    " Mary",
    " Mary",
    ONE,
    PairError,
    'Cannot tell answers apart as their first tokens must differ: they are " Mary" and " Mary"',
  );
  refused([" Mary", " John"], [" John"], ONE, PairError, "their first tokens must differ");
  refused(
    " Tiger",
    " Tiger Woods",
    FIRST,
    PairError,
    'Cannot tell answers apart as none may be the beginning of another: they are " Tiger" and " Tiger" + " Woods"',
  );
  refused(
    [" Tiger Woods", " Mary"],
    " Tiger Jordan",
    FIRST,
    PairError,
    "their first tokens must differ",
  );
  refused("", " Mary", ONE, RangeError, "must not be empty");
  refused("", " Mary", FIRST, RangeError, "must not be empty");
  refused(
    3256,
    " Mary",
    ONE,
    RangeError,
    "Cannot pair prompts as an answer's token id must be an integer from 0 to 3255: current value is 3256",
  );
  refused(
    [],
    " Mary",
    ONE,
    TypeError,
    "Cannot pair prompts as answer must be text, a token id or a list of these: current value is []",
  );
  refused(" Mary", undefined, ONE, TypeError, "as wrong must be text");
  refused(" Mary", [null], ONE, TypeError, "current value is [null]");
});

Deno.test("text as an answer needs a tokenizer", async () => {
  const model = await fixtureModel("gpt2");
  assertThrows(() => readAnswers(model, " Mary", 3, ONE), TypeError, "the model has no tokenizer");
});
