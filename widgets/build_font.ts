// deno-lint-ignore-file no-import-prefix -- one file a dependency names its version
/**
 * Writes lib/show/font.generated.ts: the characters that the texts of a picture usually hold, from DejaVu Sans.
 *
 * A picture is drawn where no font is installed, and the whole font would be 750 KB. What the small one lacks is boxed, and
 * the picture says so (lib/show/boxed_letters.ts).
 *
 * @module
 */

// The literal import below fails, as a font is no module, but it makes Deno fetch the package and say where it is.
import subsetFont from "npm:subset-font@2.5.0";
import { Buffer } from "node:buffer";
import { withoutHints } from "./without_hints.ts";

/** Ranges of code points, and characters alone. Of scripts that DejaVu Sans lacks, as Chinese, nothing can be drawn. */
const characters: string = [
  range(0x20, 0x7e) + range(0xa0, 0x17f) + range(0x1cd, 0x1dc) + "ƒȘșȚț", // Latin
  range(0x300, 0x338), // accents to be joined with letters
  range(0x370, 0x3ff), // Greek
  range(0x400, 0x45f) + range(0x490, 0x4ff), // Cyrillic
  range(0x5b0, 0x5f4), // Hebrew
  range(0x60c, 0x60c) + range(0x61b, 0x66c) + "ٱٹپچڈڑژکگڭھہۃۀیے۔" + range(0x6f0, 0x6f9), // Arabic
  range(0x1ea0, 0x1ef9), // Vietnamese
  range(0x2000, 0x200a) + range(0x2010, 0x2027) + range(0x2030, 0x203a) + "‼⁄⁇⁈⁉", // punctuation
  range(0x2070, 0x209c) + "ᵀ", // raised and lowered digits
  "€₩₪₫₱₴₸₹₺₽₿№™℃℉Ωℓℕℚℝℤ⅓⅔⅛",
  range(0x2190, 0x21ff), // arrows
  range(0x2200, 0x223c) + "≁≃≄≅≈≉≔≙≜≝≟≠≡≢≤≥≦≧≪≫≺≻⊂⊃⊄⊅⊆⊇⊈⊉⊕⊖⊗⊘⊙⊢⊣⊤⊥⋀⋁⋂⋃⋅⋆⋮⋯⋱",
  range(0x2500, 0x25ff), // lines, blocks, marks
  "⌀⌂⌈⌉⌊⌋⎵⏎␣☀☁☂☃★☆☎☐☑☒☹☺♀♂♠♣♥♦♪♫♭♮♯⚠⚡✓✔✕✖✗✘✝✦✧✨❌❓❗❤➔➜➤",
  "⟦⟧⟨⟩⟪⟫⟵⟶⟷ﬁﬂ\ufffd",
].join("");

/** The characters from one code point to another. */
function range(first: number, last: number): string {
  return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

/**
 * Makes the small font.
 *
 * @param font The bytes of DejaVu Sans.
 * @returns The bytes of the subset, as TrueType.
 */
export async function smallFont(font: Uint8Array): Promise<Uint8Array> {
  const subset = await subsetFont(Buffer.from(font), characters, { targetFormat: "truetype" });
  return withoutHints(subset);
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
  const packing = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(packing).arrayBuffer());
  const text = packed.toBase64();
  await Deno.writeTextFile(
    new URL("../lib/show/font.generated.ts", import.meta.url),
    `// Written by widgets/build_font.ts from DejaVu Sans 2.37, https://dejavu-fonts.github.io/License.html. Do not edit.\nexport const packedFont: string = "${text}";\n`,
  );
  console.log(`font.generated.ts: ${bytes.length} bytes, ${packed.length} packed`);
}
