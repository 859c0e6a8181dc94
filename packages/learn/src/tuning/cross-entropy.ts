// The cross-entropy of scores, a row for each example.

/** The mean of -log softmax(scores)_class; the scores become its gradient. */
export function crossEntropyGradient(scores: Float64Array, outputs: number, classes: Uint8Array): number {
  const rows = classes.length;
  let loss = 0;
  for (let t = 0; t < rows; t++) {
    const at = t * outputs;
    let most = -Infinity;
    for (let j = 0; j < outputs; j++) most = Math.max(most, scores[at + j]);
    let total = 0;
    for (let j = 0; j < outputs; j++) total += Math.exp(scores[at + j] - most);
    loss += (Math.log(total) + most - scores[at + classes[t]]) / rows;
    for (let j = 0; j < outputs; j++) {
      const p = Math.exp(scores[at + j] - most) / total;
      scores[at + j] = (p - (j === classes[t] ? 1 : 0)) / rows;
    }
  }
  return loss;
}

/** The index of the largest number of every row; the first of equal ones. */
export function largestOfRows(scores: Float64Array, outputs: number): Uint8Array {
  return Uint8Array.from({ length: scores.length / outputs }, (_, t) => {
    let best = 0;
    for (let j = 1; j < outputs; j++) if (scores[t * outputs + j] > scores[t * outputs + best]) best = j;
    return best;
  });
}
