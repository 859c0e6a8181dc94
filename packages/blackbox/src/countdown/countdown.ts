// Mini-countdown: "a and b make T", a task of reasoning with a verifier, in characters, for small language models; with two numbers and
// an operator, or with three and two operators that are applied from left to right.
//
// After the second experiment of Evolution strategies at the hyperscale (2025), arXiv 2511.16652, made small.
import type { Random } from '@infimum/core';

/** The characters; a token is a place among them. */
export const COUNTDOWN_CHARACTERS = '0123456789+-*=>;';

/** The token that ends an answer. */
export const END = 15;

/** How many numbers a problem has. */
export type CountdownNumbers = 2 | 3;

/** Tokens of a prompt `ab=TT>` or `abc=TTT>`: the target has as many digits as there are numbers. */
export const promptLength = (numbers: number): number => 2 * numbers + 2;

/** Tokens of an answer `x∘y;` or `x∘y∘z;`. */
export const answerLength = (numbers: number): number => 2 * numbers;

/** Numbers and what they have to make. */
export interface CountdownProblem {
  readonly numbers: readonly number[];
  readonly target: number;
}

/** Draws a problem. */
export type DrawProblem = (random: Random) => CountdownProblem;

/** Numbers from 1 to 9, operators and an order, drawn again while the result is negative. */
export function drawCountdown(random: Random, count: CountdownNumbers = 2): CountdownProblem {
  for (;;) {
    const numbers = Array.from({ length: count }, () => 1 + random.integer(9));
    const { order, operators } = drawExpression(numbers, random);
    const target = valueFromLeft(order, operators);
    if (target >= 0) return { numbers, target };
  }
}

/** The tokens of a prompt. */
export function promptOf({ numbers, target }: CountdownProblem): Int32Array {
  return tokensOf(`${numbers.join('')}=${String(target).padStart(numbers.length, '0')}>`);
}

/** An answer of the right form with the numbers of a problem, operators and order drawn: the training data of the warm start. */
export function drawAnswer({ numbers }: CountdownProblem, random: Random): Int32Array {
  const { order, operators } = drawExpression(numbers, random);
  return tokensOf(`${order.map((x, i) => (i === 0 ? '' : operators[i - 1]) + x).join('')};`);
}

/** 1 if an answer makes the target of exactly the numbers, 0.1 if only its form is right, 0 otherwise. */
export function countdownReward({ numbers, target }: CountdownProblem, answer: Int32Array): number {
  const text = Array.from(answer, (token) => COUNTDOWN_CHARACTERS[token]).join('');
  const form = numbers.length === 2 ? /^\d[-+*]\d;$/ : /^\d[-+*]\d[-+*]\d;$/;
  if (!form.test(text)) return 0;
  const used = Array.from(numbers, (_, i) => Number(text[2 * i]));
  const operators = Array.from({ length: numbers.length - 1 }, (_, i) => text[2 * i + 1]);
  const hasNumbers = used.toSorted().join() === numbers.toSorted().join();
  return hasNumbers && valueFromLeft(used, operators) === target ? 1 : 0.1;
}

/** The tokens of a text. */
export function tokensOf(text: string): Int32Array {
  return Int32Array.from(text, (character) => COUNTDOWN_CHARACTERS.indexOf(character));
}

/** An order of the numbers, all equally likely, and operators between them. */
function drawExpression(numbers: readonly number[], random: Random) {
  const order = numbers.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const j = i - random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return { order, operators: Array.from({ length: order.length - 1 }, () => '+-*'[random.integer(3)]) };
}

/** From left to right, without precedence. */
function valueFromLeft(numbers: readonly number[], operators: readonly string[]): number {
  return numbers.reduce((value, x, i) => {
    const operator = operators[i - 1];
    return operator === '+' ? value + x : operator === '-' ? value - x : value * x;
  });
}
