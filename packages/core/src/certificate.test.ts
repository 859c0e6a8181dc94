// Certificates: which kind is taken, what refuses, and the part of the contract that holds `converged` against proofs.
import { describe, expect, it } from 'vitest';
import type { CertificateKind } from './certificate.ts';
import { certify, check } from './certificate.ts';
import type { Problem } from './problem.ts';
import { Random } from './random.ts';
import { converged } from './steps.ts';
import type { Roots, RootsFound } from './testing/example.ts';
import { heron, rootProblem } from './testing/example.ts';
import { checkProblem, ensureProvedSuccess, mutateCertificate } from './testing.ts';

/** Roots of whole squares, proved by squaring: the witness is how far each is off. */
const kind: CertificateKind<Roots, RootsFound> = {
  title: 'Error',
  statement: 'The largest $|r_i^2 - a_i|$.',
  about: 'answer',
  figures: ['error'],
  cost: 'O(n)',
  always: false,
  prover: async () => ({
    certify: ({ squares }, { roots }) => ({ errors: squares.map((a, i) => Math.abs(roots[i] ** 2 - a)) }),
  }),
  checker: async () => ({
    check: ({ squares }, { roots }, witness) => {
      const { errors } = (witness ?? {}) as { errors?: unknown };
      if (!(errors instanceof Float64Array) || errors.length !== squares.length) {
        return { proved: false, reason: 'no errors' };
      }
      const isTrue = squares.every((a, i) => Math.abs(roots[i] ** 2 - a) <= errors[i]);
      if (!isTrue) return { proved: false, reason: 'an error is larger' };
      return { proved: true, figures: { error: { lower: 0, upper: Math.max(...errors) } } };
    },
  }),
};

const certified: Problem<Roots, RootsFound> = {
  ...rootProblem,
  success: { metric: 'error', certificate: 'squares', bound: () => 1e-9 },
  certificates: { squares: kind },
};
const instance = { squares: Float64Array.of(4, 9) };
const solution = { roots: Float64Array.of(2, 3) };

describe('certify', () => {
  it('finds a witness and has it checked', async () => {
    const { certificate, verdict, seconds } = await certify(certified, instance, solution);
    expect(verdict).toEqual({ proved: true, figures: { error: { lower: 0, upper: 0 } } });
    expect(certificate).toMatchObject({ problem: 'demo/square-roots', kind: 'squares' });
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(await check(certified, instance, solution, certificate!)).toEqual(verdict);
  });

  it('takes statements about the optimum first, and the next kind where one declines', async () => {
    const optimum = { ...kind, about: 'optimum' } as const;
    const both = (first: typeof kind) => ({ ...certified, certificates: { squares: kind, first } });
    expect((await certify(both(optimum), instance, solution)).certificate?.kind).toBe('first');
    const declining = { ...optimum, declines: () => 'roots are not proved' };
    expect((await certify(both(declining), instance, solution)).certificate?.kind).toBe('squares');
    const { verdict, certificate } = await certify(both(declining), instance, solution, 'first');
    expect(verdict).toEqual({ proved: false, reason: 'roots are not proved' });
    expect(certificate).toBeUndefined();
  });

  it('says why there is none', async () => {
    const reasonOf = async (problem: Problem<Roots, RootsFound>, name?: string) => {
      const { verdict } = await certify(problem, instance, solution, name);
      return verdict.proved ? 'proved' : verdict.reason;
    };
    expect(await reasonOf(rootProblem)).toBe('the problem has no certificates');
    expect(await reasonOf(certified, 'cubes')).toBe("no certificate 'cubes'");
    const atLoss = { ...kind, prover: async () => ({ certify: () => 'too large' }) };
    expect(await reasonOf({ ...certified, certificates: { atLoss } })).toBe('too large');
  });
});

describe('check', () => {
  it('refuses what is for another problem or of no kind', async () => {
    const { certificate } = await certify(certified, instance, solution);
    for (const change of [{ problem: 'demo/other' }, { kind: 'toString' }, { witness: null }]) {
      const verdict = await check(certified, instance, solution, { ...certificate!, ...change });
      expect(verdict.proved).toBe(false);
    }
  });

  it('proves less or nothing from mutated certificates', async () => {
    const off = { roots: Float64Array.of(2, 3.0000001) };
    const { certificate } = await certify(certified, instance, off);
    const truth = Math.abs(3.0000001 ** 2 - 9);
    const random = new Random(1);
    const seen = new Set<string>();
    let proved = 0;
    for (let turn = 0; turn < 300; turn++) {
      const { certificate: other, description } = mutateCertificate(certificate!, random);
      seen.add(description.replace(/\d+/g, ''));
      const verdict = await check(certified, instance, off, other);
      if (!verdict.proved) continue;
      proved++;
      expect(verdict.figures['error'].upper).toBeGreaterThanOrEqual(truth);
    }
    expect(proved).toBeGreaterThan(0);
    expect(seen.size).toBeGreaterThan(8);
    expect(certificate?.witness).toEqual({ errors: Float64Array.of(0, truth) });
  });
});

describe('mutateCertificate', () => {
  it('changes every kind of value, and never the original', () => {
    const witness = { plane: [3n, 2n], bound: 0.5, rows: Int32Array.of(1, 2, 3), name: 'x', deep: [{ c: 1 }] };
    const before = structuredClone(witness);
    const random = new Random(2);
    const words = new Set<string>();
    for (let turn = 0; turn < 2000; turn++) {
      const { description } = mutateCertificate({ problem: 'p', kind: 'k', witness }, random);
      words.add(description.replace(/\d+/g, ''));
    }
    expect(witness).toEqual(before);
    for (const word of ['witness.bound set to NaN', 'witness.plane. as a double', 'witness.name left out']) {
      expect(words).toContain(word);
    }
    expect([...words].some((word) => word.startsWith('witness.rows shortened'))).toBe(true);
    expect([...words].some((word) => word.startsWith('witness.deep.'))).toBe(true);
  });
});

describe('the contract', () => {
  const solverOf = (changes: Partial<typeof kind>, roots: number[]) => ({
    ...heron,
    problem: { ...certified, certificates: { squares: { ...kind, ...changes } } },
    *steps() {
      yield { iteration: 0, solution: () => ({ roots: Float64Array.from(roots) }) };
      return converged({ roots: Float64Array.from(roots) }, 'said so');
    },
  });
  const complaint = (changes: Partial<typeof kind>, roots: number[]) =>
    ensureProvedSuccess(solverOf(changes, roots) as never, instance, { roots: Float64Array.from(roots) }).then(
      () => 'none',
      (error: Error) => error.message,
    );
  const verdictOf = (verdict: Awaited<ReturnType<typeof check>>) => ({ checker: async () => ({ check: () => verdict }) });

  it('accepts what a proof confirms, and does not ask where it declines', async () => {
    expect(await complaint({}, [2, 3])).toBe('none');
    expect(await complaint({ always: true, declines: () => 'never' }, [2, 4])).toBe('none');
  });

  it('fails what is proved to be beyond the bound', async () => {
    const beyond = verdictOf({ proved: true, figures: { error: { lower: 1, upper: 2 } } });
    expect(await complaint(beyond, [2, 3])).toContain('error of at least 1, beyond 1e-9, proved');
  });

  it('fails what is open only where proofs are promised', async () => {
    const straddling = verdictOf({ proved: true, figures: { error: { lower: 0, upper: 2 } } });
    const refused = verdictOf({ proved: false, reason: 'rounding' });
    expect(await complaint(straddling, [2, 3])).toBe('none');
    expect(await complaint({ ...straddling, always: true }, [2, 3])).toContain('at most 2');
    expect(await complaint(refused, [2, 3])).toBe('none');
    expect(await complaint({ ...refused, always: true }, [2, 3])).toContain('squares is not proved: rounding');
  });

  it('wants the figure that it compares', async () => {
    await expect(checkProblem(certified)).resolves.toBeUndefined();
    const other = { ...certified, certificates: { squares: { ...kind, figures: ['residual'] } } };
    await expect(checkProblem(other)).rejects.toThrow("encloses no figure 'error'");
  });
});
