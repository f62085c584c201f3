/**
 * Numbers as they stand in tables, legends and tooltips.
 *
 * @module
 */

/**
 * Writes a number with a few significant figures, a true minus sign and no exponent where one can be read without.
 *
 * @param value The number; NaN and the infinities have a form too.
 * @param figures How many significant figures.
 * @returns For example "0.618", "−12.3", "1.20e−7", "undefined" for NaN.
 */
export function formatNumber(value: number, figures = 3): string {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = Number.isInteger(value) && size < 1e6
    ? String(size)
    : size >= 1e6 || size < 1e-4
    ? size.toExponential(figures - 1).replace("e+", "e").replace("e-", "e−")
    : size >= 10 ** figures - 0.5
    ? size.toFixed(0)
    : size.toPrecision(figures);
  return (value < 0 ? "−" : "") + text;
}

/**
 * Writes a probability or share as a percentage.
 *
 * @param value A number from 0 to 1.
 * @returns For example "61.8%", "0.02%", "<0.01%"; a small loss is "≈0%".
 */
export function formatPercent(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  const percent = value * 100;
  if (percent !== 0 && Math.abs(percent) < 0.01) return percent > 0 ? "<0.01%" : "≈0%";
  const digits = Math.abs(percent) >= 0.995 ? 1 : 2;
  return percent.toFixed(digits).replace("-", "−") + "%";
}
