// Files of proofs, as the command line writes them, checked by the library and in Python's fractions: both prove the same, the
// fraction lies in what the library encloses, and both refuse what somebody changed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '@infimum/core/certificate';
import { fractionOf, parseFraction } from '@infimum/rigor';
import { createInfimumRegistry } from 'infimum';
import { afterAll, describe, expect, it } from 'vitest';
import { parseProof } from '../../apps/bench/src/proof.ts';

const bench = fileURLToPath(new URL('bin/infimum-bench.js', import.meta.resolve('@infimum/bench/package.json')));
const program = fileURLToPath(new URL('check.py', import.meta.url));
const python = process.env['INFIMUM_PYTHON'] ?? 'python3';
const folder = mkdtempSync(path.join(tmpdir(), 'infimum-certificates-'));
afterAll(() => rmSync(folder, { recursive: true }));

const points = (rows: readonly (readonly number[])[], labels: readonly number[], rest = {}) => ({
  points: rows,
  labels,
  ...rest,
});
const HILBERT = Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (__, j) => 1 / (i + j + 1)));

const PLANS = {
  a: [0.5, 0.3, 0.2],
  b: [0.25, 0.75],
  cost: [
    [0, 1],
    [1, 0.1],
    [0.7, 0.3],
  ],
  epsilon: 0.1,
};
const HALFSPACE = {
  ...points(
    Array.from({ length: 200 }, (_, i) => [Math.sin(3 * i), Math.cos(7 * i)]),
    Array.from({ length: 200 }, (_, i) => (Math.sin(3 * i) >= 0 ? 1 : -1)),
  ),
  noise: 'massart',
  eta: 0,
};

/** Two layers, of which the first is a ramp and its mirror image; labels change at 0. */
const LABELS = {
  layers: [
    {
      weight: [
        [1, 0.1],
        [-1, 0.3],
        [0.5, -1],
      ],
      bias: [0, 0.1, -0.2],
    },
    {
      weight: [
        [1, -1, 0.2],
        [-1, 1, 0.1],
      ],
      bias: [0, 0],
    },
  ],
  activation: 'relu',
};

const CASES: readonly (readonly [what: string, solver: string, instance: object])[] = [
  ['points apart', 'learn/max-margin', points([[0], [1], [3], [4]], [-1, -1, 1, 1])],
  ['points in a row of one rounding', 'learn/max-margin', points([[1], [1 + 2 ** -52]], [-1, 1])],
  ['columns far from 0', 'learn/max-margin', points([[200001], [200002], [200004], [200005]], [-1, -1, 1, 1])],
  ['points that no plane separates', 'learn/max-margin', points([[1], [2], [3], [4]], [1, -1, 1, -1])],
  [
    'crossed pairs',
    'learn/max-margin',
    points(
      [
        [0, 0],
        [1, 1],
        [0, 1],
        [1, 0],
      ],
      [1, 1, -1, -1],
    ),
  ],
  ['points that touch', 'learn/max-margin', points([[1], [2], [2], [3]], [-1, -1, 1, 1])],
  [
    'tenths through the origin',
    'learn/max-margin',
    points(
      [
        [0.1, 0.3],
        [0.2, 0.6],
      ],
      [1, -1],
      { fitIntercept: false },
    ),
  ],
  [
    'a game',
    'games/lemke-howson',
    {
      first: [
        [3, 3],
        [2, 5],
        [0, 6],
      ],
      second: [
        [3, 3],
        [2, 6],
        [3, 1],
      ],
    },
  ],
  [
    'a game of fractions',
    'games/support-enumeration',
    {
      first: [
        ['1/3', '0'],
        ['0', '2/7'],
      ],
    },
  ],
  [
    'a correlated game',
    'games/no-regret',
    {
      first: [
        [0, 7],
        [2, 6],
      ],
      second: [
        [0, 2],
        [7, 6],
      ],
    },
  ],
  ['hats', 'games/hats-branch-and-bound', { height: 3 }],
  [
    'causes',
    'graphs/notears',
    {
      data: [
        [1, 2],
        [2, 4.1],
        [0, 0.2],
        [-1, -2.2],
      ],
    },
  ],
  [
    'arrivals',
    'graphs/greedy',
    {
      probabilities: [
        [0.5, 0.25],
        [0.5, 0],
        [0.1, 0.7],
      ],
    },
  ],
  [
    'a Markov game',
    'games/backward-lp',
    {
      states: 2,
      horizon: 3,
      actions: [2, 2],
      rewards: [
        [1, 0, 0, 1, 0.3, 0.1, 0.7, 0.2],
        [0, 1, 1, 0, 0.2, 0.9, 0.1, 0.4],
      ],
      transitions: [1, 0, 0.25, 0.75, 0.5, 0.5, 0, 1, 0.5, 0.5, 1, 0, 0.75, 0.25, 0, 1],
    },
  ],
  [
    'a repeated game',
    'games/repeated-nash',
    {
      first: [
        [1, -1, 0],
        [-1, 1, 0.1],
      ],
      horizon: 5,
    },
  ],
  ['a plan', 'ot/network-simplex', PLANS],
  ['an entropic plan', 'ot/sinkhorn', PLANS],
  [
    'shapes',
    'ot/gromov-wasserstein',
    {
      first: [
        [0, 0.1, 0.5],
        [0.1, 0, 0.3],
        [0.5, 0.3, 0],
      ],
      second: [
        [0, 0.2],
        [0.2, 0],
      ],
    },
  ],
  ['a halfspace', 'verify/averaging', HALFSPACE],
  ['a label that stays', 'verify/branch-and-bound-verifier', { ...LABELS, x: [1, 0.5], radius: 0.3 }],
  ['a label that changes', 'verify/branch-and-bound-verifier', { ...LABELS, x: [0.3, 0.5], radius: 0.5 }],
  [
    'a regulator',
    'bandits-rl/riccati-schur',
    {
      a: [
        [0, 1],
        [-1, 0.1],
      ],
      b: [[0], [1]],
      q: [
        [2, 0],
        [0, 1],
      ],
      r: [[0.3]],
      initialState: [1, 0],
      window: 0.1,
    },
  ],
  ["Hilbert's matrix", 'linalg/gmres', { a: HILBERT, b: [1, 2, 3, 4, 5, 6], structure: 'general' }],
];

/** What somebody may change in a witness, and no proof may survive. */
const CHANGES: readonly (readonly [what: string, solver: string, instance: object, change: (witness: Witness) => unknown])[] = [
  ['a plane turned round', 'learn/max-margin', CASES[0][2], ({ plane }) => negated(plane?.weights)],
  ['a multiplier', 'learn/max-margin', CASES[3][2], ({ support }) => negated(support?.multipliers)],
  ['a row held twice', 'learn/max-margin', CASES[3][2], ({ support }) => support?.rows.fill(0)],
  ['a potential that is no number', 'ot/network-simplex', PLANS, (witness) => Object.assign(witness, { source: ['x'] })],
  [
    'a condition that does not count',
    'verify/branch-and-bound-verifier',
    CASES[19][2],
    ({ trees }) => trees?.map((tree) => Object.assign(tree, { conditions: [0], split: undefined })),
  ],
  ['an input that is moved', 'verify/branch-and-bound-verifier', CASES[20][2], ({ point }) => point?.x.fill(1)],
  ['another gain', 'bandits-rl/riccati-schur', CASES[21][2], (witness) => Object.assign(witness, { inputCost: 40 })],
  ['an order turned round', 'graphs/notears', CASES[11][2], ({ order }) => order?.reverse()],
];

/** As it stands in the file. */
interface Witness {
  readonly plane?: { readonly weights: { $bigint: string }[] };
  readonly support?: { readonly rows: number[]; readonly multipliers: { $bigint: string }[] };
  readonly order?: number[];
  readonly trees?: object[];
  readonly point?: { readonly x: number[] };
}

function negated(numbers: { $bigint: string }[] = []): void {
  for (const number of numbers) number.$bigint = String(-BigInt(number.$bigint));
}

const proofs = new Map<object, string>();

/** Solves an instance and gives the text of the proof, once. */
function proofOf(solver: string, instance: object): string {
  const [input, output] = ['instance.json', 'proof.json'].map((name) => path.join(folder, name));
  if (!proofs.has(instance)) {
    writeFileSync(input, JSON.stringify(instance));
    rmSync(output, { force: true });
    execFileSync(process.execPath, [bench, 'solve', solver, '--instance', input, '--proof', output]);
    proofs.set(instance, readFileSync(output, 'utf8'));
  }
  return proofs.get(instance) ?? '';
}

const registry = createInfimumRegistry();

/** Of the library and of the program in Python. */
async function verdicts(text: string) {
  const file = path.join(folder, 'judged.json');
  writeFileSync(file, text);
  const { problem, instance, solution, certificate } = parseProof(text, file);
  const ours = await check(registry.problem(problem), instance, solution, certificate);
  const { status, stdout } = spawnSync(python, [program, file], { encoding: 'utf8' });
  return { ours, status, theirs: JSON.parse(stdout) as { readonly figures: Readonly<Record<string, [string, string]>> } };
}

const isAtMost = (a: string, b: string): boolean => {
  const [first, second] = [a, b].map(parseFraction);
  return first !== undefined && second !== undefined && first.num * second.den <= second.num * first.den;
};
const exact = (value: number): string => {
  const { num, den } = fractionOf(value);
  return `${num}/${den}`;
};

describe('a proof in a file', () => {
  it.each(CASES)(
    'of %s (%s) is proved in fractions too, with figures that the library encloses',
    async (_, solver, instance) => {
      const { ours, status, theirs } = await verdicts(proofOf(solver, instance));
      expect(status).toBe(0);
      if (!ours.proved) throw new Error(ours.reason);
      expect(Object.keys(theirs.figures)).toEqual(Object.keys(ours.figures));
      for (const [name, [lower, upper]] of Object.entries(theirs.figures)) {
        expect(isAtMost(exact(ours.figures[name].lower), lower), `${name}: ${lower}`).toBe(true);
        expect(isAtMost(upper, exact(ours.figures[name].upper)), `${name}: ${upper}`).toBe(true);
      }
    },
    60_000,
  );

  it.each(CHANGES)(
    'is refused by both after a change: %s',
    async (_, solver, instance, change) => {
      const proof = JSON.parse(proofOf(solver, instance));
      change(proof.certificate.witness);
      expect(await verdicts(JSON.stringify(proof))).toMatchObject({ ours: { proved: false }, status: 1 });
    },
    60_000,
  );

  it.each(['{', '{}', '{"format": "infimum-proof/1", "problem": "a/b", "certificate": {"kind": "c"}}'])(
    'is none where the text is %s',
    (text) => {
      const file = path.join(folder, 'none.json');
      writeFileSync(file, text);
      expect(spawnSync(python, [program, file]).status).toBe(2);
    },
  );
});
