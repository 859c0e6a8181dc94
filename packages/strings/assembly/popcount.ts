// Hamming distances of small alphabets by counting bits: symbols are written in 1 to 4 bit planes, a word of which
// holds 64 symbols.

/**
 * counts_{8q+r} = #{j : symbols differ} for q = 0 … shifts-1, stride 8 counts.
 *
 * `text`: `planes` bit planes of `textStride` bytes each. `pattern`: the same planes shifted up by r bits, then a
 * plane of ones where the pattern is, each of `words` 64-bit words.
 */
export function differentBits(
  planes: i32, shifts: i32, words: i32, text: usize, textStride: usize, pattern: usize, counts: usize,
): void {
  if (planes == 1) shiftsOf(1, shifts, words, text, textStride, pattern, counts);
  else if (planes == 2) shiftsOf(2, shifts, words, text, textStride, pattern, counts);
  else if (planes == 3) shiftsOf(3, shifts, words, text, textStride, pattern, counts);
  else shiftsOf(4, shifts, words, text, textStride, pattern, counts);
}

@inline
function shiftsOf(
  planes: i32, shifts: i32, words: i32, text: usize, textStride: usize, pattern: usize, counts: usize,
): void {
  const stride = (<usize>words) << 3;
  let q = 0;
  // Four shifts that are 8 apart read the same pattern words, two where the planes fill the registers.
  for (; planes > 2 && q + 2 <= shifts; q += 2) {
    let different0: i64 = 0;
    let different1: i64 = 0;
    let at = text + q;
    for (let word = pattern; word < pattern + stride; word += 8) {
      const mask = load<u64>(word + <usize>planes * stride);
      different0 += popcnt<i64>(mask & differences(planes, at, textStride, word, stride));
      different1 += popcnt<i64>(mask & differences(planes, at + 1, textStride, word, stride));
      at += 8;
    }
    store<i32>(counts, <i32>different0);
    store<i32>(counts, <i32>different1, 32);
    counts += 64;
  }
  for (; planes <= 2 && q + 4 <= shifts; q += 4) {
    let different0: i64 = 0;
    let different1: i64 = 0;
    let different2: i64 = 0;
    let different3: i64 = 0;
    let at = text + q;
    const end = pattern + stride;
    for (let word = pattern; word < end; word += 8) {
      const mask = load<u64>(word + <usize>planes * stride);
      different0 += popcnt<i64>(mask & differences(planes, at, textStride, word, stride));
      different1 += popcnt<i64>(mask & differences(planes, at + 1, textStride, word, stride));
      different2 += popcnt<i64>(mask & differences(planes, at + 2, textStride, word, stride));
      different3 += popcnt<i64>(mask & differences(planes, at + 3, textStride, word, stride));
      at += 8;
    }
    store<i32>(counts, <i32>different0);
    store<i32>(counts, <i32>different1, 32);
    store<i32>(counts, <i32>different2, 64);
    store<i32>(counts, <i32>different3, 96);
    counts += 128;
  }
  for (; q < shifts; q++) {
    let different: i64 = 0;
    let at = text + q;
    for (let word = pattern; word < pattern + stride; word += 8) {
      const mask = load<u64>(word + <usize>planes * stride);
      different += popcnt<i64>(mask & differences(planes, at, textStride, word, stride));
      at += 8;
    }
    store<i32>(counts, <i32>different);
    counts += 32;
  }
}

/** Bits of the symbols that differ in any plane. */
@inline
function differences(planes: i32, text: usize, textStride: usize, pattern: usize, stride: usize): u64 {
  let bits = load<u64>(text) ^ load<u64>(pattern);
  if (planes > 1) bits |= load<u64>(text + textStride) ^ load<u64>(pattern + stride);
  if (planes > 2) bits |= load<u64>(text + 2 * textStride) ^ load<u64>(pattern + 2 * stride);
  if (planes > 3) bits |= load<u64>(text + 3 * textStride) ^ load<u64>(pattern + 3 * stride);
  return bits;
}

/** Writes one bit of each of `length` bytes, the first byte's to the lowest bit; whole groups of 16 are written. */
export function bitPlane(length: i32, plane: i32, symbols: usize, out: usize): void {
  for (let i = 0; i < length; i += 16) {
    const bits = i8x16.bitmask(i8x16.shl(v128.load(symbols), 7 - plane));
    store<u16>(out, <u16>bits);
    symbols += 16;
    out += 2;
  }
}
