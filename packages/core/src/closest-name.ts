// The name that a person probably meant.

/** Other libraries' words for the options that many algorithms have, where they are not alike. */
const SYNONYMS: Readonly<Record<string, string>> = {
  epsilon: 'reg eta eps',
  ridge: 'reg',
  penalty: 'reg',
  gradientTolerance: 'gtol',
  valueTolerance: 'ftol',
  stepTolerance: 'xtol',
  tolerance: 'eps tol atol rtol gtol ftol xtol stopThr',
  maxIterations: 'numItermax',
  maxSeconds: 'timeout time_limit',
  rate: 'eta lr learningRate learning_rate stepSize',
  step: 'eta lr learningRate learning_rate stepSize',
  seed: 'random_state rng',
  onIteration: 'verbose callback',
  threads: 'n_jobs',
  initial: 'x0',
};

/** The known name that is nearest to `name`: a synonym, else the most alike; undefined if nothing is known. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const isMeant = (word: string) => known.includes(word) && SYNONYMS[word].split(' ').includes(name);
  const meant = Object.keys(SYNONYMS).find(isMeant);
  if (meant !== undefined) return meant;
  const likenesses = known.map((word) => likeness(name.toLowerCase(), word.toLowerCase()));
  return known[likenesses.indexOf(Math.max(...likenesses))];
}

/** Length of the longest common subsequence relative to the words' lengths, so that an abbreviation is close to the full word. */
function likeness(a: string, b: string): number {
  let row = Array.from(`${b} `, () => 0);
  for (const letter of a) {
    const next = [0];
    for (let j = 0; j < b.length; j++) {
      next.push(letter === b[j] ? row[j] + 1 : Math.max(row[j + 1], next[j]));
    }
    row = next;
  }
  return row[b.length] / (a.length + b.length);
}
