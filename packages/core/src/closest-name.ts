// The name that a person probably meant.

/** Other libraries' words for the options that many algorithms have. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  reg: ['epsilon', 'ridge', 'penalty'],
  eta: ['epsilon', 'step', 'rate'],
  eps: ['epsilon', 'tolerance'],
  tol: ['tolerance'],
  atol: ['tolerance'],
  rtol: ['tolerance'],
  gtol: ['gradientTolerance', 'tolerance'],
  ftol: ['valueTolerance', 'tolerance'],
  xtol: ['stepTolerance', 'tolerance'],
  stopThr: ['tolerance'],
  maxiter: ['maxIterations'],
  max_iter: ['maxIterations'],
  maxIter: ['maxIterations'],
  iterations: ['maxIterations'],
  numItermax: ['maxIterations'],
  timeout: ['maxSeconds'],
  time_limit: ['maxSeconds'],
  lr: ['rate', 'step'],
  learningRate: ['rate', 'step'],
  learning_rate: ['rate', 'step'],
  stepSize: ['step', 'rate'],
  random_state: ['seed'],
  rng: ['seed'],
  randomSeed: ['seed'],
  verbose: ['onIteration'],
  callback: ['onIteration'],
  n_jobs: ['threads'],
  workers: ['threads'],
  x0: ['initial'],
  init: ['initial'],
};

/** The known name that is nearest to `name`: a synonym, else by edit distance; undefined if nothing is known. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const meant = (Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : []).find((word) => known.includes(word));
  if (meant !== undefined) return meant;
  const distances = known.map((candidate) => editDistance(name.toLowerCase(), candidate.toLowerCase()));
  return known[distances.indexOf(Math.min(...distances))];
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
