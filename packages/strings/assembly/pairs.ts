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

/**
 * matches_{y-x-from} += 1 for all x and y that have one of the `count` symbols listed in `symbols`, with
 * from <= y - x < from + shifts. The positions of symbol c are those from start_c up to start_{c+1} of `pattern` and
 * `text`, ascending. Calls with ascending `from` tell each other in `hints`, text's starts at first, where to go on.
 * Returns the number of pairs.
 */
export function countPairsOf(
  from: i32, shifts: i32, count: i32, symbols: usize, patternStart: usize, pattern: usize, textStart: usize,
  text: usize, hints: usize, matches: usize,
): f64 {
  let pairs: f64 = 0;
  const origin = matches - ((<usize>from) << 2);
  for (let end = symbols + ((<usize>count) << 2); symbols < end; symbols += 4) {
    const c = (<usize>load<i32>(symbols)) << 2;
    const textEnd = text + ((<usize>load<i32>(textStart + c, 4)) << 2);
    const patternEnd = pattern + ((<usize>load<i32>(patternStart + c, 4)) << 2);
    let at = pattern + ((<usize>load<i32>(patternStart + c)) << 2);
    let first = text + ((<usize>load<i32>(hints + c)) << 2);
    if (at == patternEnd) continue;
    const least = load<i32>(at) + from;
    while (first < textEnd && load<i32>(first) < least) first += 4;
    store<i32>(hints + c, <i32>((first - text) >> 2));
    let last = first;
    for (; at < patternEnd && first < textEnd; at += 4) {
      const x = load<i32>(at);
      while (first < textEnd && load<i32>(first) < x + from) first += 4;
      last = max(last, first);
      while (last < textEnd && load<i32>(last) < x + from + shifts) last += 4;
      const base = origin - ((<usize>x) << 2);
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
  }
  return pairs;
}

@inline
function increment(base: usize, y: usize): void {
  const address = base + ((<usize>load<i32>(y)) << 2);
  store<i32>(address, load<i32>(address) + 1);
}
