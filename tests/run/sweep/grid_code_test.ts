import {
  along,
  gridCode,
  gridOptionsCode,
  withAxes,
  writtenGrid,
} from "../../../lib/run/sweep/grid_code.ts";
import { assertEquals } from "../../assert.ts";

const axis = (name: string, size: number) => ({
  name,
  labels: Array.from({ length: size }, (_, i) => `${name} ${i}`),
});

Deno.test("a grid is written as its builder said, also on other axes; any other by the number of a variant", () => {
  const grid = { axes: [axis("layer", 2), axis("head", 3)], variants: [] };
  const code = {
    text: "f({layer})",
    index: "{head}",
    names: { layer: along(axis("layer", 2), [[4, 1], "a"]) },
  };
  const made = writtenGrid(grid, code);
  assertEquals(gridCode(made, "grid", "yours"), code);
  assertEquals(code.names.layer, { axis: "layer", texts: ["[4, 1]", '"a"'] });
  assertEquals(
    gridCode(withAxes(made, [axis("layer", 2), axis("other", 3)]), "grid", "yours"),
    code,
  );
  // What is spread may hold other variants.
  const own = gridCode({ ...made, axes: [...made.axes, axis("position", 5)] }, "grid", "yours");
  assertEquals([own.text, own.index], [
    "grid /* yours */",
    "({axis0} * 3 + {axis1}) * 5 + {axis2}",
  ]);
  assertEquals(own.names["axis2"], { axis: "position", texts: ["0", "1", "2", "3", "4"] });
});

Deno.test("the options of a grid are those of a cell, what is plain, and an edit by name", () => {
  const edit = () => [];
  assertEquals(
    gridOptionsCode({ positions: [-1], at: undefined, edit }, { layers: "[{layer}]" }),
    "{ layers: [{layer}], positions: [-1], edit /* your function that makes the edit of a cell */ }",
  );
  assertEquals(gridOptionsCode({ edit: undefined }, {}), "{}");
});
