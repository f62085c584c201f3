// deno-lint-ignore-file no-import-prefix -- one file a dependency names its version
/**
 * Writes lib/show/font.generated.ts: the characters that the labels of a chart can hold, from DejaVu Sans.
 *
 * The picture of a chart is drawn where no font is installed, and a whole font would be 750 KB.
 *
 * @module
 */

// The literal import below fails, as a font is no module, but it makes Deno fetch the package and say where it is.
import subsetFont from "npm:subset-font@2.5.0";
import { Buffer } from "node:buffer";

const characters = Array.from({ length: 0x7e - 0x20 + 1 }, (_, i) => String.fromCharCode(0x20 + i))
  .concat(Array.from({ length: 0xff - 0xa0 + 1 }, (_, i) => String.fromCharCode(0xa0 + i)))
  .concat([..."αβγδεθλμπρσφχψωΔΣΩ−–—…·×±∞≤≥≈√→←↑↓↵⇥∅⟨⟩⟦⟧‘’“”"]).join("");

/**
 * Makes the small font.
 *
 * @param font The bytes of DejaVu Sans.
 * @returns The bytes of the subset, as TrueType.
 */
export async function smallFont(font: Uint8Array): Promise<Uint8Array> {
  return await subsetFont(Buffer.from(font), characters, { targetFormat: "truetype" });
}

/** Finds the font in Deno's cache. */
async function fontFile(): Promise<Uint8Array> {
  const message = await import("npm:dejavu-fonts-ttf@2.37.3/ttf/DejaVuSans.ttf")
    .then(() => "", (error: Error) => error.message);
  const url = message.match(/file:\S+?\.ttf/)?.[0];
  if (!url) {
    throw new Error(
      `Cannot find the font as the message must name it: current value is "${message}"`,
    );
  }
  return await Deno.readFile(new URL(url));
}

if (import.meta.main) {
  const bytes = await smallFont(await fontFile());
  const text = bytes.toBase64();
  await Deno.writeTextFile(
    new URL("../lib/show/font.generated.ts", import.meta.url),
    `// Written by widgets/build_font.ts from DejaVu Sans 2.37, https://dejavu-fonts.github.io/License.html. Do not edit.\nexport const font: string = "${text}";\n`,
  );
  console.log(`font.generated.ts: ${bytes.length} bytes`);
}
