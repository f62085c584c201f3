import { withFileLock } from "../../../lib/zoo/hub/file_lock.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../model/fixture.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("withFileLock() lets one at a time in, and the next when it is done or has failed", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/deep/er/x.lock`;
    let inside = 0, most = 0, count = 0;
    const enter = (fails: boolean) =>
      withFileLock(path, async () => {
        most = Math.max(most, ++inside);
        await pause(10);
        inside--;
        count++;
        if (fails) throw new Error("failed");
        return count;
      });
    const results = await Promise.allSettled([enter(true), enter(false), enter(false)]);
    assertEquals([most, count], [1, 3]);
    assertEquals(results.map(({ status }) => status).sort(), [
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
    assert(Deno.statSync(path).isFile, "it stays, for whoever waits for it");
  });
});

Deno.test("withFileLock() stops waiting by its signal", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/x.lock`, stop = new AbortController();
    await withFileLock(path, async () => {
      const waits = withFileLock(path, () => Promise.resolve(), stop.signal);
      stop.abort(new Error("enough"));
      await assertRejects(() => waits, Error, "enough");
    });
    await withFileLock(path, () => Promise.resolve());
  });
});

Deno.test("withFileLock() does not hold a file that another program has put in the place of its own", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/x.lock`;
    await withFileLock(path, async () => {
      // As a program that removes its locks does; another then holds a new file of this name.
      const waits = withFileLock(path, () => Promise.resolve("in"));
      Deno.removeSync(path);
      using other = Deno.openSync(path, { create: true, write: true });
      other.lockSync(true);
      let entered = false;
      waits.then(() => entered = true);
      await pause(120);
      assertEquals(entered, false);
      other.unlockSync();
      assertEquals(await waits, "in");
    });
  });
});
