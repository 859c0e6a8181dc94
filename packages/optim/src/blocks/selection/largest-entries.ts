// The largest of many scores: one pass with a small heap, or quickselect when many are wanted.
import { indexOfLargest, selectSmallest } from '@infimum/linalg/numerics';

/**
 * Writes the places of the `out.length` largest scores to `out`, in rising order; of equal scores the first ones. One pass
 * with a heap for few, quickselect for many: O(n) as long as a new largest score is rare, O(n log tau) at worst.
 *
 * `room` is as long as the scores and is overwritten.
 */
export function largestEntries(scores: Float64Array, out: Int32Array, room: Float64Array): void {
  const [n, count] = [scores.length, out.length];
  if (count === n) for (let i = 0; i < n; i++) out[i] = i;
  else if (count === 1) out[0] = indexOfLargest(scores);
  else if (count <= n / 16) {
    heapPass(scores, out);
    out.sort();
  } else selectAbove(scores, out, room);
}

/** A heap of places whose root is the worst of the best: the smallest score, of equal ones the last place. */
function heapPass(scores: Float64Array, heap: Int32Array): void {
  const count = heap.length;
  const isWorse = (i: number, j: number) => scores[i] < scores[j] || (scores[i] === scores[j] && i > j);
  const sink = (from: number) => {
    const place = heap[from];
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && isWorse(heap[child + 1], heap[child])) child++;
      if (!isWorse(heap[child], place)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = place;
  };
  for (let i = 0; i < count; i++) heap[i] = i;
  for (let i = (count >> 1) - 1; i >= 0; i--) sink(i);
  let worst = scores[heap[0]];
  for (let i = count; i < scores.length; i++) {
    if (scores[i] <= worst) continue;
    heap[0] = i;
    sink(0);
    worst = scores[heap[0]];
  }
}

function selectAbove(scores: Float64Array, out: Int32Array, room: Float64Array): void {
  const n = scores.length;
  room.set(scores);
  const threshold = selectSmallest(room, n - out.length);
  let above = 0;
  for (let i = 0; i < n; i++) if (scores[i] > threshold) above++;
  let equal = out.length - above;
  for (let i = 0, k = 0; i < n && k < out.length; i++) {
    if (scores[i] > threshold) out[k++] = i;
    else if (scores[i] === threshold && equal > 0) {
      out[k++] = i;
      equal--;
    }
  }
}
