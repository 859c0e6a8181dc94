// Confidence bounds for the tests of guarantees that hold with a probability.

/** The Clopper-Pearson interval of a probability after so many failures in independent trials. */
export function clopperPearson(
  failures: number,
  trials: number,
  confidence: number,
): { readonly lower: number; readonly upper: number } {
  const tail = (1 - confidence) / 2;
  return {
    // The probabilities under which at least, or at most, so many failures are just that unlikely.
    lower: failures === 0 ? 0 : bisect((p) => 1 - atMost(failures - 1, trials, p) > tail),
    upper: failures === trials ? 1 : bisect((p) => atMost(failures, trials, p) < tail),
  };
}

/** Probability of at most `failures` in binomial trials. */
function atMost(failures: number, trials: number, p: number): number {
  let sum = 0;
  let logBinomial = 0;
  for (let k = 0; k <= failures; k++) {
    sum += Math.exp(logBinomial + k * Math.log(p) + (trials - k) * Math.log1p(-p));
    logBinomial += Math.log((trials - k) / (k + 1));
  }
  return sum;
}

/** The least p in (0, 1) for which a monotone condition holds. */
function bisect(holds: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
