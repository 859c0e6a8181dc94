// The kernels of SMASH: rows of a window hashed together in a scratchpad that all threads share, and written back.
// `src/products/smash-kernels.ts` documents the window and both kinds of blocks.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_VALUES, double, KEYS, SPARE_KEYS, word,
} from '../sparse/layout';
import { endBefore, firstFrom } from '../sparse/rows';
import { bitsOf, sortKeys } from '../sparse/sort';

const FIRST_ROW: usize = 0;
const LOW: usize = 4;
const HIGH: usize = 8;
const VERSION: usize = 12;
const COLUMN_BITS: usize = 16;
const SLOTS: usize = 20;
const LIMIT: usize = 24;
const TAG_BOUND: usize = 28;
const TAGS: usize = 32;
const VALUES: usize = 36;
const OFFSETS: usize = 40;
const FRAGMENT_TAGS: usize = 44;
const FRAGMENT_SLOTS: usize = 48;
const COUNTER: usize = 52;
const ROWS: usize = 56;

const EMPTY: i32 = -1;

export function smashBlock(
  kind: i32, job: usize, window: usize, stats: usize, p0: usize, p1: usize, p2: usize, p3: usize, p4: usize,
): void {
  if (kind == 0) insertRows(job, window, stats, <i32>p0, <i32>p1, <i32>p2, <i32>p3, <i32>p4);
  else if (load<i32>(window + VERSION) == 1) collectInOrder(window, stats, p1, p2, p3);
  else collectSorted(window, stats, p0, p1, p2, p3, p4 != 0);
}

/** Rows `first`, `first + step`, … before `end`; of a single row only the entries from `from` up to `to`. */
function insertRows(
  job: usize, window: usize, stats: usize, first: i32, end: i32, step: i32, from: i32, to: i32,
): void {
  const pointers = address(job, A_POINTERS);
  const low = load<i32>(window + LOW);
  const high = load<i32>(window + HIGH);
  const bits = load<i32>(window + COLUMN_BITS);
  let probes: i64 = 0;
  let longest = 0;
  let products: i64 = 0;
  let entries: i64 = 0;
  for (let i = first; i < end; i += step) {
    const row = (i - load<i32>(window + FIRST_ROW)) << bits;
    const last = to >= 0 ? to : word(pointers, i + 1);
    for (let p = from >= 0 ? from : word(pointers, i); p < last; p++) {
      const k = word(address(job, A_COLUMNS), p);
      const factor = double(address(job, A_VALUES), p);
      const start = firstFrom(job, k, low);
      const stop = endBefore(job, k, start, high);
      for (let q = start; q < stop; q++) {
        const tag = row | (word(address(job, B_COLUMNS), q) - low);
        const run = insert(window, tag, factor * double(address(job, B_VALUES), q));
        probes += run;
        longest = max<i32>(longest, run);
      }
      products += stop - start;
      entries++;
    }
  }
  store<f64>(stats, load<f64>(stats) + <f64>products);
  store<f64>(stats, load<f64>(stats, 8) + <f64>probes, 8);
  store<f64>(stats, max<f64>(load<f64>(stats, 16), <f64>longest), 16);
  store<f64>(stats, load<f64>(stats, 24) + <f64>entries, 24);
}

/** Adds a value to the slot of its tag, and returns how many slots it had to go further than the first. */
@inline
function insert(window: usize, tag: i32, value: f64): i32 {
  const version = load<i32>(window + VERSION);
  const slots = load<u32>(window + SLOTS);
  const tags = address(window, TAGS);
  // V1 keeps the order of tags (high-order bits) and goes on into the slack; V2 and V3 scatter them, and wrap around.
  let slot: u32 = version == 1
    ? <u32>((<u64>tag * slots) / <u64>load<u32>(window + TAG_BOUND))
    : (<u32>tag * 107) & (slots - 1);
  let run = 0;
  let isNew = false;
  for (;;) {
    const place = tags + ((<usize>slot) << 2);
    let old = atomic.load<i32>(place);
    if (old == EMPTY) {
      old = atomic.cmpxchg<i32>(place, EMPTY, tag);
      isNew = old == EMPTY;
    }
    if (isNew || old == tag) break;
    slot = version == 1 ? slot + 1 : (slot + 1) & (slots - 1);
    run++;
  }
  addTo(address(window, VALUES) + (valuePlace(window, version, tag, slot, isNew) << 3), value);
  return run;
}

/** Where the value of a slot is: V1 and V2 have it in the table, V3 in a fragment, in the order of insertion. */
@inline
function valuePlace(window: usize, version: i32, tag: i32, slot: u32, isNew: bool): usize {
  if (version != 3) return <usize>slot;
  const offset = address(window, OFFSETS) + ((<usize>slot) << 2);
  if (isNew) {
    const place = atomic.add<i32>(window + COUNTER, 1);
    store<i32>(address(window, FRAGMENT_TAGS) + ((<usize>place) << 2), tag);
    store<i32>(address(window, FRAGMENT_SLOTS) + ((<usize>place) << 2), <i32>slot);
    atomic.store<i32>(offset, place);
    return <usize>place;
  }
  // Another thread may have taken the slot and not yet said where its value is.
  let place = atomic.load<i32>(offset);
  while (place == EMPTY) place = atomic.load<i32>(offset);
  return <usize>place;
}

/** Atomic addition of doubles: there is only one of integers, so that it takes a loop. */
@inline
function addTo(address: usize, value: f64): void {
  let old = atomic.load<u64>(address);
  for (;;) {
    const sum = reinterpret<u64>(reinterpret<f64>(old) + value);
    const seen = atomic.cmpxchg<u64>(address, old, sum);
    if (seen == old) break;
    old = seen;
  }
}

/** V1: the table is nearly sorted. Its entries are compacted, each one moved back to its place. */
function collectInOrder(window: usize, stats: usize, columns: usize, values: usize, counts: usize): void {
  const tags = address(window, TAGS);
  const table = address(window, VALUES);
  const limit = load<i32>(window + LIMIT);
  let count = 0;
  let displacement: i64 = 0;
  for (let slot = 0; slot < limit; slot++) {
    const place = tags + ((<usize>slot) << 2);
    const tag = load<i32>(place);
    if (tag == EMPTY) continue;
    store<i32>(place, EMPTY);
    const value = double(table, slot);
    store<f64>(table + ((<usize>slot) << 3), -0.0);
    let k = count++;
    for (; k > 0 && word(columns, k - 1) > tag; k--) {
      store<i32>(columns + ((<usize>k) << 2), word(columns, k - 1));
      store<f64>(values + ((<usize>k) << 3), double(values, k - 1));
      displacement++;
    }
    store<i32>(columns + ((<usize>k) << 2), tag);
    store<f64>(values + ((<usize>k) << 3), value);
  }
  clearCounts(window, counts);
  for (let k = 0; k < count; k++) {
    const place = columns + ((<usize>k) << 2);
    store<i32>(place, columnOf(window, load<i32>(place), counts));
  }
  store<i32>(stats, count);
  store<i32>(stats, limit, 4);
  store<f64>(stats, <f64>displacement, 8);
}

/**
 * V2 scans the table, V3 its dense list; the entries are sorted by tag, or by row alone where `anyOrder` is allowed. What was used
 * is made empty again.
 */
function collectSorted(
  window: usize, stats: usize, scratch: usize, columns: usize, values: usize, counts: usize, anyOrder: bool,
): void {
  const isDense = load<i32>(window + VERSION) == 3;
  const keys = address(scratch, KEYS);
  const count = isDense ? listFragment(window, keys) : listTable(window, keys);
  const bits = load<i32>(window + COLUMN_BITS);
  const rows = load<i32>(window + ROWS);
  const side = sortKeys(count, anyOrder ? 32 + bits : 32, 32 + bits + bitsOf(rows), false, scratch);
  const sorted = side ? address(scratch, SPARE_KEYS) : keys;
  const table = address(window, VALUES);
  clearCounts(window, counts);
  for (let k = 0; k < count; k++) {
    const key = load<u64>(sorted + ((<usize>k) << 3));
    const source = table + ((<usize>(<u32>key)) << 3);
    store<i32>(columns + ((<usize>k) << 2), columnOf(window, <i32>(key >>> 32), counts));
    store<f64>(values + ((<usize>k) << 3), load<f64>(source));
    store<f64>(source, -0.0);
  }
  store<i32>(stats, count);
  store<i32>(stats, isDense ? count : load<i32>(window + LIMIT), 4);
  store<f64>(stats, 0, 8);
}

function listTable(window: usize, keys: usize): i32 {
  const tags = address(window, TAGS);
  const limit = load<i32>(window + LIMIT);
  let count = 0;
  for (let slot = 0; slot < limit; slot++) {
    const place = tags + ((<usize>slot) << 2);
    const tag = load<i32>(place);
    if (tag == EMPTY) continue;
    store<i32>(place, EMPTY);
    store<u64>(keys + ((<usize>(count++)) << 3), ((<u64>tag) << 32) | <u64>slot);
  }
  return count;
}

function listFragment(window: usize, keys: usize): i32 {
  const tags = address(window, TAGS);
  const offsets = address(window, OFFSETS);
  const count = load<i32>(window + COUNTER);
  store<i32>(window + COUNTER, 0);
  for (let k = 0; k < count; k++) {
    const slot = (<usize>word(address(window, FRAGMENT_SLOTS), k)) << 2;
    store<i32>(tags + slot, EMPTY);
    store<i32>(offsets + slot, EMPTY);
    const tag = word(address(window, FRAGMENT_TAGS), k);
    store<u64>(keys + ((<usize>k) << 3), ((<u64>tag) << 32) | <u64>k);
  }
  return count;
}

function clearCounts(window: usize, counts: usize): void {
  memory.fill(counts, 0, (<usize>load<i32>(window + ROWS)) << 2);
}

/** The column of a tag; its row is counted. */
@inline
function columnOf(window: usize, tag: i32, counts: usize): i32 {
  const bits = load<i32>(window + COLUMN_BITS);
  const counter = counts + ((<usize>(tag >>> bits)) << 2);
  store<i32>(counter, load<i32>(counter) + 1);
  return load<i32>(window + LOW) + (tag & ((1 << bits) - 1));
}
