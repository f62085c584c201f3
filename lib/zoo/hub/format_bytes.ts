/**
 * Sizes of files for people.
 *
 * @module
 */

const units = ["kB", "MB", "GB", "TB"];

/**
 * Writes a number of bytes in the largest unit that it fills, of powers of 1000 as hubs and disks have it.
 *
 * @param bytes The number; NaN where it is not known.
 */
export function formatBytes(bytes: number): string {
  if (Number.isNaN(bytes)) return "of unknown size";
  if (bytes < 1000) return `${bytes} B`;
  // By three digits, so that 999 999 bytes are 1.00 MB and not 1000 kB.
  let value = bytes / 1000, unit = 0;
  while (Number(value.toPrecision(3)) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 1000 ? Math.round(value) : value.toPrecision(3)} ${units[unit]}`;
}
