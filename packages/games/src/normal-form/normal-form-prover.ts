// The witness of a regret: none, since strategies and payoffs are all that its checker needs.

/** Nothing. */
export function certify(): null {
  return null;
}
