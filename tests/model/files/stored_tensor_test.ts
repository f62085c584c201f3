import { assert, assertEquals, assertThrows } from "../../assert.ts";
import {
  CheckpointError,
  openCheckpoint,
  openSafetensors,
  type StoredType,
  writeSafetensors,
} from "../../../lib/model/files/mod.ts";
import { counting, inFolder, rawSafetensors } from "./raw_safetensors.ts";

const numbers = [0, -0, 1, -1.5, 65504, 2 ** -24, Infinity, -Infinity, NaN];

for (const map of [true, false]) {
  const how = map ? "mapped" : "read";

  Deno.test(`StoredTensor.read() gives the numbers of every floating-point type, ${how}`, async () => {
    await inFolder((folder) => {
      const types: StoredType[] = ["F16", "BF16", "F32", "F64"];
      writeSafetensors(
        `${folder}/x`,
        new Map(types.map((dtype) => [dtype, { dtype, shape: [3, 3], values: numbers }])),
      );
      for (const tensor of openSafetensors(`${folder}/x`, { map }).values()) {
        const expected = tensor.dtype === "BF16"
          ? numbers.map((x) => x === 65504 ? 65536 : x) // 8 bits of precision
          : numbers;
        assertEquals([...tensor.read()], expected);
        assertEquals(tensor.shape, [3, 3]);
        assertEquals(tensor.file, `${folder}/x`);
      }
    });
  });

  Deno.test(`StoredTensor.read() leaves no file open, ${how}`, {
    ignore: Deno.build.os !== "linux", // it reads /proc
  }, async () => {
    await inFolder((folder) => {
      writeSafetensors(
        `${folder}/x`,
        new Map([["a", { dtype: "F32" as const, shape: [9], values: numbers }]]),
      );
      const open = (): number => [...Deno.readDirSync("/proc/self/fd")].length;
      const before = open();
      const tensor = openSafetensors(`${folder}/x`, { map }).get("a")!;
      const values = tensor.read();
      assertEquals(open(), before);
      assertEquals(values.length, 9);
    });
  });

  Deno.test(`StoredTensor.read() refuses a file that has changed, ${how}`, async () => {
    await inFolder((folder) => {
      const path = `${folder}/x`;
      const tensors = new Map([["a", { dtype: "F32" as const, shape: [9], values: numbers }]]);
      writeSafetensors(path, tensors);
      Deno.utimeSync(path, 1, 1);
      const tensor = openSafetensors(path, { map }).get("a")!;
      tensor.read();
      writeSafetensors(path, tensors);
      assertThrows(() => tensor.read(), CheckpointError, "must not change while it is in use");
      Deno.removeSync(path);
      assertThrows(() => tensor.read(), CheckpointError, "it must exist");
    });
  });

  Deno.test(`StoredTensor.read() reads float32 at an odd place of the file, ${how}`, async () => {
    await inFolder((folder) => {
      const bytes = new Uint8Array(Float32Array.of(1, 2).buffer);
      const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
      for (const padding of ["", " ", "  ", "   "]) {
        Deno.writeFileSync(`${folder}/x${padding.length}`, rawSafetensors(header + padding, bytes));
        const tensor = openSafetensors(`${folder}/x${padding.length}`, { map }).get("a")!;
        assertEquals([...tensor.read()], [1, 2]);
      }
    });
  });
}

Deno.test("StoredTensor.read() widens more than one piece", async () => {
  await inFolder((folder) => {
    const values = Float32Array.from({ length: 700_001 }, (_, i) => i % 251);
    for (const dtype of ["F16", "BF16", "F64"] as const) {
      writeSafetensors(`${folder}/x`, new Map([["a", { dtype, shape: [700_001], values }]]));
      const read = openSafetensors(`${folder}/x`).get("a")!.read();
      assert(read.every((value, index) => value === values[index]));
    }
  });
});

Deno.test("StoredTensor.readDoubles() gives float64 to the last bit, and other types as read() does", async () => {
  await inFolder((folder) => {
    const values = [...numbers, 0.1, Math.PI, 1e300, 5e-324, 2 ** 53 - 1];
    const types: StoredType[] = ["F64", "F16", "BF16", "F32"];
    writeSafetensors(
      `${folder}/x`,
      new Map(types.map((dtype) => [dtype, { dtype, shape: [values.length], values }])),
    );
    for (const tensor of openSafetensors(`${folder}/x`).values()) {
      const expected = tensor.dtype === "F64" ? values : [...tensor.read()];
      assert([...tensor.readDoubles()].every((value, i) => Object.is(value, expected[i])));
    }
  });
});

Deno.test("StoredTensor.readIntegers() gives the numbers of every integer type", async () => {
  await inFolder((folder) => {
    const types: StoredType[] = ["I8", "I16", "I32", "I64"];
    const tensors = new Map(
      types.map((dtype) => [dtype as string, { dtype, shape: [2], values: [-128, 127] }]),
    );
    tensors.set("U8", { dtype: "U8", shape: [2], values: [0, 255] });
    tensors.set("BOOL", { dtype: "BOOL", shape: [2], values: [0, 1] });
    writeSafetensors(`${folder}/x`, tensors);
    for (const [name, tensor] of openSafetensors(`${folder}/x`)) {
      assertEquals([...tensor.readIntegers()], [...tensors.get(name)!.values as number[]]);
    }
  });
});

Deno.test("StoredTensor refuses integers as float32, floats as integers, and 64 bits in 32", async () => {
  await inFolder((folder) => {
    writeSafetensors(
      `${folder}/x`,
      new Map([
        ["f", { dtype: "F16" as const, shape: [], values: [1] }],
        ["i", { dtype: "I64" as const, shape: [], values: [2 ** 40] }],
      ]),
    );
    const tensors = openSafetensors(`${folder}/x`);
    assertThrows(
      () => tensors.get("i")!.read(),
      CheckpointError,
      `Cannot read tensor "i" of ${folder}/x as its dtype must be F32, F16, BF16 or F64: ` +
        'current value is "I64"',
    );
    assertThrows(() => tensors.get("f")!.readIntegers(), CheckpointError, "one of integers");
    assertThrows(
      () => tensors.get("i")!.readIntegers(),
      CheckpointError,
      "must fit into 32 bits: current value is 1099511627776",
    );
  });
});

Deno.test("StoredTensor.read() gives views whose writes stay in this process", async () => {
  await inFolder((folder) => {
    Deno.writeFileSync(
      `${folder}/x`,
      rawSafetensors({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8] } }, counting(8)),
    );
    const before = Deno.readFileSync(`${folder}/x`);
    openSafetensors(`${folder}/x`).get("a")!.read()[0] = 7;
    assertEquals(Deno.readFileSync(`${folder}/x`), before);
  });
});

// Fixed: a Deno process's own growth while it loads 128 MB; measured 4 to 12 MB.
const own = 20e6;
for (
  const [dtype, how, times] of [
    ["F32", "read", 1.02],
    ["F32", "readUnmapped", 1.02],
    ["BF16", "read", 2.02],
    ["F16", "read", 2.02],
  ] as const
) {
  Deno.test(`StoredTensor.read() holds at most the result and a piece: ${dtype}, ${how}`, {
    ignore: Deno.build.os !== "linux", // it reads /proc
  }, async () => {
    await inFolder(async (folder) => {
      const size = dtype === "F32" ? 4 : 2;
      const bytes = size * 2 ** 20;
      const count = 32;
      const header = Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`t${i}`, {
          dtype,
          shape: [1024, 1024],
          data_offsets: [i * bytes, (i + 1) * bytes],
        }]),
      );
      await Deno.writeFile(`${folder}/model.safetensors`, rawSafetensors(header));
      // A hole reads as zeros and takes no space.
      await Deno.truncate(
        `${folder}/model.safetensors`,
        8 + JSON.stringify(header).length + count * bytes,
      );
      const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", new URL("memory_probe.ts", import.meta.url).href, how, folder],
      }).output();
      assert(success, new TextDecoder().decode(stderr));
      const { grown, sum } = JSON.parse(new TextDecoder().decode(stdout));
      assertEquals(sum, 0);
      assert(grown < times * count * bytes + own, `${grown / (count * bytes)} times the file`);
    });
  });
}

Deno.test("StoredTensor.read() reads the tensors of a shipped checkpoint", async () => {
  const folder = new URL("../../../lib/zoo/models/seedling/", import.meta.url);
  const { tensors } = await openCheckpoint(folder);
  let length = 0;
  for (const tensor of tensors.values()) {
    assert(tensor.read().every(Number.isFinite));
    length += tensor.read().length;
  }
  assertEquals(length, 4_058_624);
});
