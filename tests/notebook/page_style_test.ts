import { pageStyle } from "../../lib/notebook/page_style.ts";
import { assert } from "../assert.ts";

/** The contrast of two colours as WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const full = colour.length === 4 ? colour.replace(/[^#]/g, "$&$&") : colour;
    const [red, green, blue] = [1, 3, 5].map((i) => {
      const value = parseInt(full.slice(i, i + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

Deno.test("pageStyle has a contrast of 4.5 for every text, light and dark", () => {
  const themes = [...pageStyle.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) =>
    Object.fromEntries(
      [...block!.matchAll(/--([a-z]+): (#[0-9a-f]+)/g)].map(([, name, colour]) => [name, colour!]),
    )
  );
  assert(themes.length === 2);
  for (const theme of themes) {
    for (const text of ["ink", "quiet", "link", "keyword", "string", "number", "comment"]) {
      for (const ground of ["paper", "ground"]) {
        const ratio = contrast(theme[text]!, theme[ground]!);
        assert(ratio >= 4.5, `${text} on ${ground}: ${ratio}`);
      }
    }
    assert(contrast(theme.error!, theme.fault!) >= 4.5);
  }
});
