/**
 * Times as Python's `strftime` writes them, in English and UTC, so that a text is the same on every machine.
 *
 * @module
 */

const months =
  "January February March April May June July August September October November December";
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday";

/**
 * Writes a time.
 *
 * @param time The time; it is read in UTC.
 * @param format The format, such as `%d %b %Y`.
 * @throws {RangeError} If the format asks for what is not known here, or the time is none.
 */
export function formatTime(time: Date, format: string): string {
  if (Number.isNaN(time.getTime())) {
    throw new RangeError("Cannot write a time as it must be valid: current value is Invalid Date");
  }
  const month = months.split(" ")[time.getUTCMonth()]!;
  const day = days.split(" ")[time.getUTCDay()]!;
  const year = time.getUTCFullYear();
  const yearDay = Math.floor((time.getTime() - Date.UTC(year, 0)) / 86_400_000) + 1;
  const known: Record<string, string | number> = {
    "%Y": String(year).padStart(4, "0"),
    "%y": year % 100,
    "%m": time.getUTCMonth() + 1,
    "%d": time.getUTCDate(),
    "%H": time.getUTCHours(),
    "%I": time.getUTCHours() % 12 || 12,
    "%M": time.getUTCMinutes(),
    "%S": time.getUTCSeconds(),
    "%p": time.getUTCHours() < 12 ? "AM" : "PM",
    "%j": String(yearDay).padStart(3, "0"),
    "%B": month,
    "%b": month.slice(0, 3),
    "%A": day,
    "%a": day.slice(0, 3),
    "%%": "%",
  };
  return format.replace(/%-?[\s\S]?/g, (found) => {
    const value = known[found.replace("-", "")];
    if (value === undefined) {
      const names = Object.keys(known).join(" ");
      throw new RangeError(
        `Cannot write a time as its format must be made of ${names}: current value is ${found}`,
      );
    }
    const bare = found[1] === "-";
    if (typeof value === "string") return bare ? value.replace(/^0+(?=\d)/, "") : value;
    return bare ? String(value) : String(value).padStart(2, "0");
  });
}
