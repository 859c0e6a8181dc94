// The 97.5 % quantile of Student's t distribution, for intervals from a few independent walkers.

/** By bisection on the distribution function, which is a finite sum for whole degrees of freedom. */
export function studentQuantile(degrees: number): number {
  let [low, high] = [1.9, 13];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (twoSided(middle, degrees) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(|T| ≤ t) (M. Abramowitz, I. Stegun: Handbook of Mathematical Functions, 26.7.3 and 26.7.4). */
function twoSided(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
