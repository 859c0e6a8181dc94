// Sorting of 64-bit keys: by insertion when they are few, else byte by byte (radix), which keeps equal keys in order.
import { address, HISTOGRAM, ITEMS, KEYS, SPARE_ITEMS, SPARE_KEYS } from './layout';

const MOST_INSERTED: i32 = 40;

/**
 * Sorts `count` keys at KEYS by the bits from `lowBit` up to `highBit`, the items along with them if there are any.
 * Returns 0 if the result is where the keys were, 1 if it is in the spare arrays.
 */
export function sortKeys(count: i32, lowBit: i32, highBit: i32, withItems: bool, scratch: usize): i32 {
  const keys = address(scratch, KEYS);
  if (count <= MOST_INSERTED && !withItems) {
    insertionSort(count, keys);
    return 0;
  }
  let from = keys;
  let to = address(scratch, SPARE_KEYS);
  let items = address(scratch, ITEMS);
  let otherItems = address(scratch, SPARE_ITEMS);
  let side = 0;
  for (let shift = lowBit; shift < highBit; shift += 8) {
    pass(count, shift, from, to, withItems, items, otherItems, scratch + HISTOGRAM);
    const keysBefore = from;
    from = to;
    to = keysBefore;
    const itemsBefore = items;
    items = otherItems;
    otherItems = itemsBefore;
    side ^= 1;
  }
  return side;
}

/** By whole keys, so that the bits below `lowBit` must be in order among equal ones: they are places, which are. */
function insertionSort(count: i32, keys: usize): void {
  for (let k = 1; k < count; k++) {
    const address = keys + ((<usize>k) << 3);
    const key = load<u64>(address);
    let place = address;
    while (place > keys && load<u64>(place - 8) > key) {
      store<u64>(place, load<u64>(place - 8));
      place -= 8;
    }
    store<u64>(place, key);
  }
}

function pass(
  count: i32, shift: i32, from: usize, to: usize, withItems: bool, items: usize, otherItems: usize, histogram: usize,
): void {
  memory.fill(histogram, 0, 1024);
  const end = from + ((<usize>count) << 3);
  for (let key = from; key < end; key += 8) {
    const counter = histogram + ((<usize>((load<u64>(key) >>> shift) & 255)) << 2);
    store<i32>(counter, load<i32>(counter) + 1);
  }
  let sum = 0;
  for (let bucket: usize = 0; bucket < 1024; bucket += 4) {
    const size = load<i32>(histogram + bucket);
    store<i32>(histogram + bucket, sum);
    sum += size;
  }
  for (let key = from; key < end; key += 8) {
    const value = load<u64>(key);
    const counter = histogram + ((<usize>((value >>> shift) & 255)) << 2);
    const place = load<i32>(counter);
    store<i32>(counter, place + 1);
    store<u64>(to + ((<usize>place) << 3), value);
    if (withItems) store<f64>(otherItems + ((<usize>place) << 3), load<f64>(items + (key - from)));
  }
}

/** How many bits the numbers below `bound` have. */
@inline
export function bitsOf(bound: i32): i32 {
  return bound <= 1 ? 0 : 32 - <i32>clz<i32>(bound - 1);
}
