// What the tests of the algorithms for study measure by: definitions.

/** Hamming distances by definition. */
export function distancesByDefinition(text: ArrayLike<number>, pattern: ArrayLike<number>): Int32Array {
  const distances = new Int32Array(Math.max(0, text.length - pattern.length + 1));
  for (let i = 0; i < distances.length; i++) {
    for (let j = 0; j < pattern.length; j++) if (text[i + j] !== pattern[j]) distances[i]++;
  }
  return distances;
}

/** How often each sum of two indices arises, weighted, by definition. */
export function sumsByDefinition(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(x.length + y.length - 1);
  for (let a = 0; a < x.length; a++) {
    if (x[a] === 0) continue;
    for (let b = 0; b < y.length; b++) counts[a + b] += x[a] * y[b];
  }
  return counts;
}
