// The publications of the methods of separation.
import type { Paper } from '@infimum/core';

/** The main paper on separation. */
export const largeStepPaper: Paper = {
  title: 'From logistic regression to the perceptron algorithm: exploring gradient descent with large step sizes',
  arxiv: '2412.08424',
  year: 2024,
};

/** The perceptron. */
export const rosenblatt: Paper = {
  title: 'The perceptron: a probabilistic model for information storage and organization in the brain',
  year: 1958,
};
