/**
 * Memory that functions over vectors work in and that products of matrices read and write, so that neither copies for the other.
 *
 * @module
 */

import type { Values } from "../blas.ts";

const PAGE = 2 ** 16;
/** Its size never changes, for arrays over a memory that grows are lost. Pages that were never written take no room. */
const BYTES = 2 ** 27;
/** Blocks begin at multiples of a line of the cache. */
const LINE = 64;

/** The bytes at the beginning in which numbers are worked on that stand elsewhere. */
export const STAGE_BYTES = 2 ** 19;

interface Gap {
  start: number;
  readonly end: number;
}

let memory: WebAssembly.Memory | undefined;
/** What is free, in the order of places. */
const gaps: Gap[] = [{ start: STAGE_BYTES, end: BYTES }];
interface Block {
  readonly start: number;
  readonly end: number;
}

/** What is not, by its place. */
const blocks = new Map<number, Block>();
/** Blocks of arrays that nobody holds any more, and nobody gave back. */
const forgotten = new FinalizationRegistry<Block>(free);

/** The memory, which functions over vectors are compiled for. */
export function arenaMemory(): WebAssembly.Memory {
  return memory ??= new WebAssembly.Memory({ initial: BYTES / PAGE, maximum: BYTES / PAGE });
}

/**
 * Takes an array in the memory.
 *
 * @param length How many numbers.
 * @returns An array of any content; null where there is no room.
 */
export function takeInArena(length: number): Float32Array<ArrayBuffer> | null {
  const bytes = Math.ceil(4 * length / LINE) * LINE;
  const place = gaps.findIndex(({ start, end }) => end - start >= bytes);
  if (place < 0) return null;
  const gap = gaps[place]!, { start } = gap;
  gap.start += bytes;
  if (gap.start === gap.end) gaps.splice(place, 1);
  const block = { start, end: start + bytes };
  blocks.set(start, block);
  const array = new Float32Array(arenaMemory().buffer as ArrayBuffer, start, length);
  forgotten.register(array, block, block);
  return array;
}

/**
 * Gives back an array that {@linkcode takeInArena} gave. Nobody may hold it, or it would change under them.
 *
 * @param array The array.
 * @returns Whether it stood there.
 */
export function giveToArena(array: Values): boolean {
  const place = placeInArena(array);
  if (place < 0) return false;
  const block = blocks.get(place);
  if (!block) {
    throw new Error(`Cannot give an array back as it must be taken: none is at ${place}`);
  }
  forgotten.unregister(block);
  free(block);
  return true;
}

/**
 * Says where an array stands in the memory.
 *
 * @param array The array.
 * @returns The place of its first byte; −1 if it stands elsewhere.
 */
export function placeInArena(array: Values): number {
  return array.buffer === memory?.buffer ? array.byteOffset : -1;
}

/** Says how many bytes are taken. */
export function bytesInArena(): number {
  return BYTES - STAGE_BYTES - gaps.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Makes a block a gap, one with those that it touches. */
function free({ start, end }: Block): void {
  blocks.delete(start);
  let place = gaps.findIndex((gap) => gap.start >= end);
  if (place < 0) place = gaps.length;
  const before = gaps[place - 1], after = gaps[place];
  const [joinsBefore, joinsAfter] = [before?.end === start, after?.start === end];
  const gap = { start: joinsBefore ? before!.start : start, end: joinsAfter ? after!.end : end };
  if (joinsBefore) place--;
  gaps.splice(place, Number(joinsBefore) + Number(joinsAfter), gap);
}
