// The kernels of SMASH in plain TypeScript: what the WebAssembly builds are tested against. One thread runs them.
import { highOrderSlot, lowOrderSlot } from './smash-hash.ts';
import type { SmashKernels } from './smash-kernels.ts';
import { WINDOW } from './smash-kernels.ts';

/** The kernels on a memory. */
export function smashReference(buffer: ArrayBufferLike): SmashKernels {
  const words = new Int32Array(buffer);
  const doubles = new Float64Array(buffer);

  function insertRows(
    [aPointers, aColumns, aValues, bPointers, bColumns, bValues]: number[],
    window: number,
    stats: number,
    [first, end, step, from, to]: number[],
  ): void {
    const field = (index: number) => words[window + index];
    const [low, high] = [field(WINDOW.low), field(WINDOW.high)];
    for (let i = first; i < end; i += step) {
      const last = to >= 0 ? to : words[aPointers / 4 + i + 1];
      for (let p = from >= 0 ? from : words[aPointers / 4 + i]; p < last; p++) {
        const k = words[aColumns / 4 + p];
        doubles[stats + 3]++;
        for (let q = words[bPointers / 4 + k]; q < words[bPointers / 4 + k + 1]; q++) {
          const j = words[bColumns / 4 + q];
          if (j < low || j >= high) continue;
          const tag = ((i - field(WINDOW.firstRow)) << field(WINDOW.columnBits)) | (j - low);
          const run = insert(window, tag, doubles[aValues / 8 + p] * doubles[bValues / 8 + q]);
          doubles[stats]++;
          doubles[stats + 1] += run;
          doubles[stats + 2] = Math.max(doubles[stats + 2], run);
        }
      }
    }
  }

  function insert(window: number, tag: number, value: number): number {
    const field = (index: number) => words[window + index];
    const address = (index: number, width: number) => (field(index) >>> 0) / width;
    const [version, slots, tags] = [field(WINDOW.version), field(WINDOW.slots), address(WINDOW.tags, 4)];
    const wrap = version === 1 ? -1 : slots - 1;
    const start =
      version === 1 ? highOrderSlot(tag, slots, field(WINDOW.tagBound) >>> 0) : lowOrderSlot(tag, slots);
    let slot = start;
    let run = 0;
    for (; words[tags + slot] !== -1 && words[tags + slot] !== tag; run++) slot = (slot + 1) & wrap;
    let place = slot;
    if (version === 3) {
      const offsets = address(WINDOW.offsets, 4);
      if (words[tags + slot] === -1) {
        const next = words[window + WINDOW.counter]++;
        words[offsets + slot] = next;
        words[address(WINDOW.fragmentTags, 4) + next] = tag;
        words[address(WINDOW.fragmentSlots, 4) + next] = slot;
      }
      place = words[offsets + slot];
    }
    words[tags + slot] = tag;
    doubles[address(WINDOW.values, 8) + place] += value;
    return run;
  }

  function collect(window: number, stats: number, parameters: number[]): void {
    const [, columns, values, counts, anyOrder] = parameters;
    const field = (index: number) => words[window + index];
    const address = (index: number, width: number) => (field(index) >>> 0) / width;
    const tags = address(WINDOW.tags, 4);
    const table = address(WINDOW.values, 8);
    const found: { tag: number; place: number }[] = [];
    const isFragment = field(WINDOW.version) === 3;
    const places = isFragment ? field(WINDOW.counter) : field(WINDOW.limit);
    for (let place = 0; place < places; place++) {
      const slot = isFragment ? words[address(WINDOW.fragmentSlots, 4) + place] : place;
      const tag = words[tags + slot];
      if (tag === -1) continue;
      found.push({ tag, place });
      words[tags + slot] = -1;
      if (isFragment) words[address(WINDOW.offsets, 4) + slot] = -1;
    }
    doubles[stats + 1] = field(WINDOW.version) === 1 ? inversions(found.map(({ tag }) => tag)) : 0;
    words[2 * stats] = found.length;
    words[2 * stats + 1] = places;
    words[window + WINDOW.counter] = 0;
    const shift = anyOrder && field(WINDOW.version) > 1 ? field(WINDOW.columnBits) : 0;
    found.sort((x, y) => (x.tag >>> shift) - (y.tag >>> shift));
    words.fill(0, counts / 4, counts / 4 + field(WINDOW.rows));
    found.forEach(({ tag, place }, k) => {
      const row = tag >>> field(WINDOW.columnBits);
      words[counts / 4 + row]++;
      words[columns / 4 + k] = field(WINDOW.low) + tag - (row << field(WINDOW.columnBits));
      doubles[values / 8 + k] = doubles[table + place];
      doubles[table + place] = -0;
    });
  }

  return {
    smashBlock(kind, job, window, stats, ...parameters) {
      const matrices = Array.from(words.subarray(job / 4, job / 4 + 6), (address) => address >>> 0);
      if (kind === 0) insertRows(matrices, window / 4, stats / 8, parameters);
      else collect(window / 4, stats / 8, parameters);
    },
  };
}

/** How many pairs are in the wrong order: the steps of a sort by insertion. */
function inversions(tags: readonly number[]): number {
  let count = 0;
  tags.forEach((tag, k) => {
    for (let before = k - 1; before >= 0; before--) if (tags[before] > tag) count++;
  });
  return count;
}
