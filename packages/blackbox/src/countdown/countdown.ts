// Mini-countdown: "a and b make T", a task of reasoning with a verifier, in characters, for small language models.
//
// After the second experiment of Evolution strategies at the hyperscale (2025), arXiv 2511.16652, made small.
import type { Random } from '@infimum/core';

/** The characters; a token is a place among them. */
export const COUNTDOWN_CHARACTERS = '0123456789+-*=>;';

/** The token that ends an answer. */
export const END = 15;

/** Tokens of a prompt `ab=TT>`, and of an answer `x∘y;`. */
export const [PROMPT_LENGTH, ANSWER_LENGTH] = [6, 4];

/** Two numbers and what they have to make. */
export interface CountdownProblem {
  readonly a: number;
  readonly b: number;
  readonly target: number;
}

/** Numbers from 1 to 9, an operator and an order, drawn again while the result is negative. */
export function drawCountdown(random: Random): CountdownProblem {
  for (;;) {
    const [a, b] = [1 + random.integer(9), 1 + random.integer(9)];
    const [x, y] = random.integer(2) === 0 ? [a, b] : [b, a];
    const target = apply(x, random.integer(3), y);
    if (target >= 0) return { a, b, target };
  }
}

/** The tokens of a prompt. */
export function promptOf({ a, b, target }: CountdownProblem): Int32Array {
  return tokensOf(`${a}${b}=${String(target).padStart(2, '0')}>`);
}

/** An answer of the right form with the numbers of a problem, operator and order drawn: what is learnt before. */
export function drawAnswer({ a, b }: CountdownProblem, random: Random): Int32Array {
  const [x, y] = random.integer(2) === 0 ? [a, b] : [b, a];
  return tokensOf(`${x}${'+-*'[random.integer(3)]}${y};`);
}

/** 1 if an answer makes the target of exactly the two numbers, 0.1 if only its form is right, 0 otherwise. */
export function countdownReward({ a, b, target }: CountdownProblem, answer: Int32Array): number {
  const text = Array.from(answer, (token) => COUNTDOWN_CHARACTERS[token]).join('');
  const parts = /^(\d)([-+*])(\d);$/.exec(text);
  if (!parts) return 0;
  const [x, y] = [Number(parts[1]), Number(parts[3])];
  const hasNumbers = (x === a && y === b) || (x === b && y === a);
  return hasNumbers && apply(x, '+-*'.indexOf(parts[2]), y) === target ? 1 : 0.1;
}

/** The tokens of a text. */
export function tokensOf(text: string): Int32Array {
  return Int32Array.from(text, (character) => COUNTDOWN_CHARACTERS.indexOf(character));
}

function apply(x: number, operator: number, y: number): number {
  return operator === 0 ? x + y : operator === 1 ? x - y : x * y;
}
