import { describe, expect, it } from 'vitest';
import { formatProof, parseProof } from './proof.ts';

const proof = {
  problem: 'a/b',
  instance: {
    matrix: Float64Array.of(0.1, -0, Number.NaN),
    labels: Int8Array.of(1, -1),
    list: [
      [1, 2],
      ['x', null],
    ],
  },
  solution: { x: Float32Array.of(1.5), bound: Infinity, sign: -0 },
  certificate: { problem: 'a/b', kind: 'k', witness: { weights: [123456789012345678901234567890n, -1n] } },
};

describe('a file of a proof', () => {
  it('keeps every bit', () => {
    expect(parseProof(formatProof(proof), 'f')).toMatchObject(proof);
    expect(Object.is((parseProof(formatProof(proof), 'f').solution as { sign: number }).sign, -0)).toBe(true);
  });

  it.each<[string, object | string, RegExp]>([
    ['no JSON', '{', /f is not JSON/],
    ['another format', {}, /f is not a proof/],
    ['no solution', { format: 'infimum-proof/1', problem: 'a/b' }, /f has no solution/],
    ['half an array', { x: { $Float64Array: 'AAAA' } }, /malformed Float64Array/],
    ['a type of its own', { x: { $Function: 'x' } }, /malformed Function/],
    ['a number that is none', { x: { $bigint: '1.5' } }, /malformed bigint/],
  ])('is refused with %s', (_, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    expect(() => parseProof(text, 'f')).toThrow(message);
  });
});
