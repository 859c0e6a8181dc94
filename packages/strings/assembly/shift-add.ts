// Shift-Add: a counter of mismatches for every prefix of the pattern, several in a word.

/** As `src/string-kernels.ts` says. */
export function shiftAdd(
  from: i32, to: i32, length: i32, most: i32, bits: i32, words: i32, text: usize, additions: usize, counters: usize, out: usize,
): void {
  const perWord = 31 / bits;
  const overflowBit = 1 << (bits - 1);
  let overflowMask = 0;
  for (let field = 0; field < perWord; field++) overflowMask |= overflowBit << (bits * field);
  const fieldMask = <i32>((<u32>1 << (bits * perWord)) - 1);
  const carryShift = bits * (perWord - 1);
  const last = counters + ((<usize>(words - 1)) << 3);
  const lastShift = bits * ((length - 1) % perWord);
  memory.fill(counters, 0, (<usize>words) << 3);
  for (let i = from; i < to + length - 1; i++) {
    let addition = additions + (<usize>load<i32>(text + ((<usize>i) << 2)) * words << 2);
    let carry = 0;
    let overflowCarry = 0;
    for (let place = counters; place <= last; place += 8) {
      const old = load<u32>(place);
      const oldOverflow = load<u32>(place, 4);
      const sum = ((<i32>(old << bits) & fieldMask) | carry) + load<i32>(addition);
      addition += 4;
      const overflow = (<i32>(oldOverflow << bits) & fieldMask & overflowMask) | overflowCarry | (sum & overflowMask);
      store<i32>(place, sum & ~overflowMask);
      store<i32>(place, overflow, 4);
      carry = <i32>(old >> carryShift);
      overflowCarry = <i32>(oldOverflow >> carryShift) & overflowBit;
    }
    if (i < from + length - 1) continue;
    const overflows = (load<u32>(last, 4) >> lastShift) & overflowBit;
    const count = overflows ? most : min(most, <i32>((load<u32>(last) >> lastShift) & (overflowBit - 1)));
    store<i32>(out + ((<usize>(i - length + 1)) << 2), count);
  }
}
