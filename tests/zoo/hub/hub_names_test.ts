import {
  brief,
  checkCommit,
  checkRevision,
  isCommit,
  isHubId,
  readEtag,
  readHubName,
} from "../../../lib/zoo/hub/hub_names.ts";
import { HubError } from "../../../lib/zoo/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

Deno.test("isHubId() admits what a hub admits", () => {
  for (
    const id of ["gpt2", "EleutherAI/pythia-70m", "a/b.c_d-1", "123", "Qwen/Qwen2.5-0.5B", "_a/b_"]
  ) {
    assert(isHubId(id), id);
  }
  for (
    const id of [
      ...["", "a/b/c", "/a", "a/", "./a", "../a", "a..b", "a--b", ".a", "-a", "a-", "a.", "a.git"],
      ...["a b", "a\\b", "a:b", "a\0", "a\n", "ä", "a/../b", "~/a", "C:a", "x".repeat(97)],
    ]
  ) assert(!isHubId(id), JSON.stringify(id));
});

Deno.test("readHubName() reads ids, and addresses with a revision", () => {
  assertEquals(readHubName("a/b"), { id: "a/b", explicit: false });
  assertEquals(readHubName("hf://a/b"), { id: "a/b", explicit: true });
  assertEquals(readHubName("hf://models/a/b"), { id: "a/b", explicit: true });
  assertEquals(readHubName("hf://gpt2@refs/pr/1"), {
    id: "gpt2",
    revision: "refs/pr/1",
    explicit: true,
  });
  for (
    const name of ["hf://", "hf://datasets/a/b", "hf://a/../b", "./a", "a/b@main", "file:///a/b"]
  ) {
    assertEquals(readHubName(name), null, name);
  }
});

Deno.test("checkRevision() admits branches, tags and commits, and nothing that leaves the folder of references", () => {
  for (
    const revision of ["main", "v1.0", "refs/pr/12", "step-143000", "a".repeat(40), "feature/x_y+z"]
  ) {
    assertEquals(checkRevision(revision), revision);
  }
  for (
    const revision of [
      ...["", ".", "..", "../main", "a/../b", "a/..", "/a", "a/", "a//b", ".a", "a/.b", "-a", "a."],
      ...[
        "a\\b",
        "a:b",
        "C:\\x",
        "a b",
        "a\0",
        "a\n",
        "a~1",
        "a^",
        "a?",
        "a*",
        "a[",
        "a@{1}",
        "a.lock",
      ],
      ...["x".repeat(256), 3, null, {}],
    ]
  ) {
    const error = assertThrows(() => checkRevision(revision), RangeError);
    const start =
      "Cannot load from a hub as revision must be the name of a branch, tag or commit: current value is ";
    assertEquals(error.message, start + brief(revision));
  }
});

Deno.test("checkCommit() admits full names only", () => {
  assert(isCommit("0123456789abcdef0123456789abcdef01234567"));
  for (const commit of [null, "", "main", "a".repeat(39), "A".repeat(40), "../".repeat(13) + "x"]) {
    assertThrows(() => checkCommit(commit, "a/b", "f"), HubError, "must name the commit");
  }
});

Deno.test("readEtag() strips what Python's client strips, and refuses what is no name of a file", () => {
  const [git, sha] = ["a".repeat(40), "0".repeat(64)];
  for (const header of [git, `"${git}"`, `W/"${git}"`]) {
    assertEquals(readEtag(header, "a/b", "f"), { kind: "git", name: git });
  }
  assertEquals(readEtag(`"${sha}"`, "a/b", "f"), { kind: "sha256", name: sha });
  for (const name of ["5d41402abc4b2a76b9719d911017c592-3", "abc=", "x_y+z,@.1"]) {
    assertEquals(readEtag(`"${name}"`, "a/b", "f"), { kind: "opaque", name });
  }
  for (
    const header of [
      ...[
        null,
        "",
        '""',
        'W/""',
        "..",
        ".",
        "../a",
        "a/b",
        "a\\b",
        "a:b",
        ".hidden",
        "-x",
        "a\tb",
      ],
      ...[`${sha}.incomplete`, "a.lock", "a..b", 'a"b', "x".repeat(129), "ä", "%2e%2e"],
    ]
  ) {
    const error = assertThrows(() => readEtag(header, "a/b", "f"), HubError);
    assertEquals(
      error.message,
      "Cannot read f of a/b from the hub as its ETag must be one that a file can be named by: it is not",
      String(header),
    );
  }
});

Deno.test("brief() shortens", () => {
  assertEquals([brief(undefined), brief(null), brief("a"), brief(3)], [
    "nothing",
    "nothing",
    '"a"',
    "3",
  ]);
  assertEquals(brief("x".repeat(100)).length, 80);
});
