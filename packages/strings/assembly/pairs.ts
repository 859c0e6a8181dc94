// Matches of one symbol, counted pair by pair.

/**
 * matches_{y-x} += 1 for all x in `pattern` (`patternCount` positions, ascending) and y in `text` (`textCount`
 * positions, ascending) with 0 <= y - x < shifts. Returns the number of pairs.
 */
export function countPairs(
  shifts: i32, patternCount: i32, pattern: usize, textCount: i32, text: usize, matches: usize,
): f64 {
  let pairs: f64 = 0;
  const textEnd = text + ((<usize>textCount) << 2);
  let first = text;
  let last = text;
  for (let end = pattern + ((<usize>patternCount) << 2); pattern < end; pattern += 4) {
    const x = load<i32>(pattern);
    // The window of shifts moves up with x.
    while (first < textEnd && load<i32>(first) < x) first += 4;
    while (last < textEnd && load<i32>(last) < x + shifts) last += 4;
    if (first == textEnd) break;
    const base = matches - ((<usize>x) << 2);
    let y = first;
    for (; y + 16 <= last; y += 16) {
      increment(base, y);
      increment(base, y + 4);
      increment(base, y + 8);
      increment(base, y + 12);
    }
    for (; y < last; y += 4) increment(base, y);
    pairs += <f64>((last - first) >> 2);
  }
  return pairs;
}

@inline
function increment(base: usize, y: usize): void {
  const address = base + ((<usize>load<i32>(y)) << 2);
  store<i32>(address, load<i32>(address) + 1);
}
