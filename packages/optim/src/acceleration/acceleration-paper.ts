// The paper on the dynamics of acceleration.
import type { Paper } from '@infimum/core';

/** What control theory and slow manifolds say of first-order methods. */
export const accelerationPaper: Paper = {
  title: 'Dynamics of acceleration in first-order gradient methods',
  arxiv: '2509.18346',
  year: 2025,
};
