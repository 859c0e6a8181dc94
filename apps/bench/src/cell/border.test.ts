import { describe, expect, it } from 'vitest';
import { checkAnswer, checkMessage, checkResult, tidyReason } from './border.ts';

const end = { status: 'converged', reason: 'met', seconds: 1, iterations: 2, peakMemory: 3, solutionSeconds: 0.1 };
const sample = { iteration: 1, seconds: 0.5 };
const metrics = { a: 1, b: null };

describe('checkMessage', () => {
  it('passes what a cell sends', () => {
    expect(checkMessage({ task: 1, sample })).toEqual({ task: 1, sample });
    expect(checkMessage({ task: 1, begun: true })).toEqual({ task: 1, begun: true });
    expect(checkMessage({ task: 1, end, last: true })).toEqual({ task: 1, end, last: true });
  });

  it('takes no metrics from a cell', () => {
    expect(checkMessage({ task: 1, sample: { ...sample, metrics } })).toEqual({ task: 1, sample });
    expect(checkMessage({ task: 1, end: { ...end, metrics }, last: true })).toEqual({ task: 1, end, last: true });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['no task', { sample }],
    ['no end', { task: 1, end: null }],
    ['a status of its own', { task: 1, end: { ...end, status: 'perfect' } }],
    ['no reason', { task: 1, end: { ...end, reason: '' } }],
    ['a reason that is a list', { task: 1, end: { ...end, reason: ['met'] } }],
    ['seconds as text', { task: 1, end: { ...end, seconds: '1' } }],
    ['negative seconds', { task: 1, end: { ...end, seconds: -1 } }],
    ['half an iteration', { task: 1, end: { ...end, iterations: 0.5 } }],
    ['an iteration that no table holds', { task: 1, end: { ...end, iterations: 1e300 } }],
    ['solutions in no time', { task: 1, end: { ...end, solutionSeconds: -1 } }],
    ['no peak memory', { task: 1, end: { ...end, peakMemory: undefined } }],
    ['a sample without an iteration', { task: 1, sample: { ...sample, iteration: null } }],
  ])('refuses %s', (_, message) => {
    expect(() => checkMessage(message)).toThrow(/^(a message|an end|metrics|the )/);
  });

  it('passes what a judge and a worker answer, and refuses metrics that are none', () => {
    const answer = { task: 1, metrics, memory: 5, confirmed: false };
    expect(checkAnswer(answer)).toEqual(answer);
    expect(checkAnswer({ task: 1, fault: 'x' })).toEqual({ task: 1, fault: 'x' });
    const result = { ...end, metrics, unconfirmed: true, samples: [{ ...sample, metrics }] };
    expect(checkResult(result)).toEqual(result);
    for (const wrong of ['good', { a: '1' }, undefined]) {
      expect(() => checkAnswer({ task: 1, metrics: wrong, memory: 5 })).toThrow(/metric/);
      expect(() => checkResult({ ...result, metrics: wrong })).toThrow(/metric/);
      expect(() => checkResult({ ...result, samples: [{ ...sample, metrics: wrong }] })).toThrow(/metric/);
    }
    expect(() => checkAnswer({ metrics })).toThrow(/no answer/);
  });

  it('keeps reasons that every program can read, and the beginning of long ones', () => {
    expect(tidyReason('half \ud800')).toBe('half \ufffd');
    expect(tidyReason('x'.repeat(1e6))).toHaveLength(2001);
  });
});
