// Competition-based sparsification: the entries of smallest magnitude become zero, and no mask is stored.
//
// S. Shen et al.: Expanding sparse tuning for low memory usage (2024), arXiv 2411.01800.

/**
 * How entries beyond the threshold tau are kept: `soft` sign(K) (|K| - tau), `hard` K itself, `reference` K |K| as in the
 * published code, `shrink` K (|K| - tau); the multipliers of the last two have no gradient.
 */
export type SparseMode = 'soft' | 'reference' | 'hard' | 'shrink';

/**
 * The s-quantile of |values|, between neighbours by linear interpolation at s (N - 1). Quickselect, O(N).
 *
 * @param sizes - room for the magnitudes, N numbers
 * @param guess - an estimate, such as the value of the last step: then only nearby values take part in the selection
 */
export function magnitudeQuantile(
  values: Float64Array,
  s: number,
  sizes: Float64Array = new Float64Array(values.length),
  guess = 0,
): number {
  const place = s * (values.length - 1);
  if (guess > 0) {
    const [low, high] = [guess * (1 - NEAR), guess * (1 + NEAR)];
    let [smaller, near] = [0, 0];
    // Without branches, which would be unpredictable.
    for (let k = 0; k < values.length; k++) {
      const size = Math.abs(values[k]);
      sizes[near] = size;
      smaller += Number(size < low);
      near += Number(size >= low) & Number(size <= high);
    }
    if (smaller <= place && place + 1 < smaller + near) return interpolated(sizes.subarray(0, near), place - smaller);
  }
  for (let k = 0; k < values.length; k++) sizes[k] = Math.abs(values[k]);
  return interpolated(sizes.subarray(0, values.length), place);
}

/** The first search radius around a guess. */
const NEAR = 1 / 16;

/** The value at a position between two ranks; the values are partly sorted. */
function interpolated(sizes: Float64Array, place: number): number {
  const below = Math.floor(place);
  const low = select(sizes, below);
  if (below === place || below + 1 >= sizes.length) return low;
  // Entries behind the selected one are at least as large: the next one is their minimum.
  let high = Infinity;
  for (let k = below + 1; k < sizes.length; k++) high = Math.min(high, sizes[k]);
  return low + (place - below) * (high - low);
}

/** The entry that would stand at `rank` if the values were sorted; they are partly sorted by it. */
function select(values: Float64Array, rank: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = medianOf(values[low], values[(low + high) >> 1], values[high]);
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const swap = values[i];
      values[i++] = values[j];
      values[j--] = swap;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank];
}

function medianOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Lists the places of values beyond tau, or NaN, in ascending order; how many they are. */
export function listBeyond(values: Float64Array, tau: number, list: Int32Array): number {
  let count = 0;
  for (let j = 0; j < values.length; j++) {
    list[count] = j;
    count += Number(!(Math.abs(values[j]) <= tau)); // without a branch, which would be unpredictable
  }
  return count;
}

/** The sparse value of an entry; 0 at and below tau. */
export function sparseValue(mode: SparseMode, value: number, tau: number): number {
  const size = Math.abs(value);
  if (!(size > tau)) return 0;
  if (mode === 'soft') return Math.sign(value) * (size - tau);
  if (mode === 'reference') return value * size;
  return mode === 'shrink' ? value * (size - tau) : value;
}

/** The slope of the sparse value, tau and the multipliers of `reference` and `shrink` taken for constants. */
export function sparseSlope(mode: SparseMode, value: number, tau: number): number {
  const size = Math.abs(value);
  if (!(size > tau)) return 0;
  if (mode === 'reference') return size;
  return mode === 'shrink' ? size - tau : 1;
}
