/**
 * Several works at once, whose outputs are read as if one had run after another.
 *
 * @module
 */

/**
 * Runs works in order, as many at a time as there are lanes.
 *
 * @param works What to run.
 * @param lanes How many run at the same time.
 * @param run Runs one and says whether another may begin after it.
 * @returns Those that never began.
 */
export async function inLanes<T>(
  works: readonly T[],
  lanes: number,
  run: (work: T, index: number) => Promise<boolean>,
): Promise<T[]> {
  let next = 0, goesOn = true;
  const lane = async () => {
    while (goesOn && next < works.length) {
      const index = next++;
      if (!await run(works[index]!, index)) goesOn = false;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return works.slice(next);
}

/** Writes what the first of several works says at once, and what the others say when those before them have ended. */
export class InTurn {
  #current = 0;
  readonly #held = new Map<number, string>();
  readonly #ended = new Set<number>();

  /** @param write Where everything goes. */
  constructor(private readonly write: (text: string) => void) {}

  /** Says something for a work. */
  say(index: number, text: string): void {
    if (index === this.#current) this.write(text);
    else this.#held.set(index, (this.#held.get(index) ?? "") + text);
  }

  /** Lets the works behind one that has ended have their turn. */
  end(index: number): void {
    this.#ended.add(index);
    while (this.#ended.has(this.#current)) {
      this.#current++;
      this.write(this.#held.get(this.#current) ?? "");
      this.#held.delete(this.#current);
    }
  }
}
