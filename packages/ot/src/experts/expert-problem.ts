// The registered problem: instance families, metrics and the file format of `ot/expert-assignment`.
import type { Problem } from '@infimum/core';
import { checkInteger, defineFamily, defineProblem, InvalidInputError } from '@infimum/core';
import { importData, readMatrix, readObject, readVector } from '@infimum/core/data';
import type { ExpertAssignment, ExpertRouting } from './expert-assignment.ts';
import { affinityOf, asExpertAssignment, capacitiesOf, maxViolationOf, targetLoads } from './expert-assignment.ts';
import { DIGIT_CLASSES, digitsCentroidScores } from './expert-digits-centroids.ts';
import { digitsRouterScores } from './expert-digits-router.ts';
import { moeInstance } from './expert-instances.ts';
import { biasedRouting } from './expert-routing.ts';
import { withoutOverflow } from './keep-best.ts';

const expertsOf = (defaultValue: number) =>
  ({ type: 'integer', min: 2, max: 1024, default: defaultValue, description: 'Number of experts' }) as const;
const perToken = (defaultValue: number) =>
  ({
    type: 'integer',
    min: 1,
    max: 128,
    default: defaultValue,
    description: 'Experts per token, fewer than there are experts',
  }) as const;

const sigmoid = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Sigmoid scores',
    description:
      'Scores sigmoid(z + m) with normal z and, for every expert, a normal m times the skew; levels round them to make ties.',
    real: false,
    params: {
      tokens: { type: 'integer', min: 1, max: 200_000, default: 512, description: 'Number of tokens' },
      experts: expertsOf(16),
      expertsPerToken: perToken(2),
      skew: { type: 'number', min: 0, max: 10, default: 1, description: 'How unequal the experts are' },
      levels: {
        type: 'integer',
        min: 0,
        max: 1_000_000,
        default: 0,
        description: 'Number of distinct scores from 0 to 1; 0: not rounded',
      },
    },
    suites: {
      quick: [
        { tokens: 64, experts: 8 },
        { tokens: 512, expertsPerToken: 1 },
        { tokens: 2048, experts: 64, expertsPerToken: 6 },
      ],
      full: [512, 2048, 8192, 32_768].flatMap((tokens) =>
        [
          { experts: 16, expertsPerToken: 1 },
          { experts: 16, expertsPerToken: 2 },
          { experts: 64, expertsPerToken: 6 },
          { experts: 256, expertsPerToken: 8 },
        ].flatMap((sizes) => [0.5, 1, 2].map((skew) => ({ tokens, ...sizes, skew }))),
      ),
    },
    generate: ({ tokens, experts, expertsPerToken, skew, levels }, seed): ExpertAssignment => {
      const scores = moeInstance(tokens, experts, seed, skew);
      if (levels === 0) return { scores, expertsPerToken };
      return {
        scores: { ...scores, values: scores.values.map((score) => (Math.floor(score * levels) + 0.5) / levels) },
        expertsPerToken,
      };
    },
  }))();

const digits = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'A router for digits',
    description:
      'Gate scores of a small mixture of experts trained without balancing on 1797 handwritten digits; the seed is that of the training.',
    real: true,
    params: {
      tokens: { type: 'integer', min: 1, max: 1797, default: 1797, description: 'Number of digits to route' },
      experts: expertsOf(16),
      expertsPerToken: perToken(2),
      epochs: { type: 'integer', min: 0, max: 100, default: 3, description: 'Passes over the digits' },
    },
    suites: {
      quick: [{ tokens: 96, experts: 8, epochs: 1 }, {}],
      full: [{}, { expertsPerToken: 1 }, { experts: 64, expertsPerToken: 6 }, { epochs: 10 }],
    },
    generate: async ({ tokens, experts, expertsPerToken, epochs }, seed): Promise<ExpertAssignment> => {
      const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
      const scores = digitsRouterScores(loadDigits(), { experts, expertsPerToken, epochs }, seed);
      return { scores: { rows: tokens, cols: experts, values: scores.values.slice(0, tokens * experts) }, expertsPerToken };
    },
  }))();

const centroids = /* @__PURE__ */ (() =>
  defineFamily({
    title: 'Digits and the means of their classes',
    description:
      'Similarity of 1797 handwritten digits to the mean image of each class, one expert per class: similar digits compete. The same for every seed.',
    real: true,
    params: {
      tokens: { type: 'integer', min: 1, max: 1797, default: 1797, description: 'Number of digits to route' },
      expertsPerToken: { type: 'integer', min: 1, max: DIGIT_CLASSES - 1, default: 1, description: 'Experts of every token' },
    },
    suites: { quick: [{ tokens: 200 }, {}], full: [{}, { expertsPerToken: 3 }] },
    generate: async ({ tokens, expertsPerToken }): Promise<ExpertAssignment> => {
      const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
      const scores = digitsCentroidScores(loadDigits());
      const values = scores.values.slice(0, tokens * DIGIT_CLASSES);
      return { scores: { rows: tokens, cols: DIGIT_CLASSES, values }, expertsPerToken };
    },
  }))();

/** Affinity once every expert has dropped its least tokens above its capacity. */
function keptAffinity(problem: ExpertAssignment, solution: ExpertRouting): number {
  return affinityOf(problem.scores, withoutOverflow(problem, solution, capacitiesOf(problem)));
}

/** The balanced assignment of tokens to experts. */
export const expertAssignment: Problem<ExpertAssignment, ExpertRouting> = /* @__PURE__ */ (() =>
  defineProblem({
    id: 'ot/expert-assignment',
    title: 'Balanced expert assignment',
    statement: String.raw`A mixture of experts sends each of $T$ tokens to $K$ of its $E$ experts. Given gate scores
$\gamma \in \mathbb{R}^{T \times E}$, find the routing of greatest affinity in which expert $k$ gets $L_k$ tokens:
$$\max_x\ \sum_{ik} \gamma_{ik} x_{ik} \quad \text{subject to}\quad \sum_k x_{ik} = K,\ \sum_i x_{ik} = L_k,\
x_{ik} \in \{0, 1\}.$$
Its dual has one bias for every expert, $\min_p \sum_i \mathrm{TopKSum}_k(\gamma_{ik} + p_k) - \sum_k L_k p_k$: tokens
go to the experts of highest biased score. Methods that run along with training move the biases batch by batch.`,
    families: { sigmoid, digits, centroids },
    metrics: {
      gap: {
        title: 'Gap',
        description:
          'Dual value of the biases minus the affinity of what experts keep within their capacities, divided by the dual value.',
        unit: '',
        direction: 'minimize',
        targets: [1e-2, 1e-3, 1e-9],
        compute: (problem, solution) => {
          const { dualValue } = biasedRouting(problem, solution.bias);
          return (dualValue - keptAffinity(problem, solution)) / (Math.abs(dualValue) || 1);
        },
      },
      maxViolation: {
        title: 'Max violation',
        description: 'Largest load divided by its target, minus one (MaxVio).',
        unit: '',
        direction: 'minimize',
        targets: [0.1, 0.01],
        compute: (problem, { loads }) => maxViolationOf(loads, targetLoads(problem)),
      },
      minViolation: {
        title: 'Min violation',
        description: 'One minus the smallest load divided by its target.',
        unit: '',
        direction: 'minimize',
        compute: (problem, { loads }) =>
          targetLoads(problem).reduce((most, target, k) => Math.max(most, target > 0 ? 1 - loads[k] / target : 0), 0),
      },
      totalDeviation: {
        title: 'Total deviation',
        description: 'Sum of the absolute differences between loads and targets.',
        unit: 'tokens',
        direction: 'minimize',
        compute: (problem, { loads }) => targetLoads(problem).reduce((sum, target, k) => sum + Math.abs(loads[k] - target), 0),
      },
      affinity: {
        title: 'Affinity',
        description: 'Sum of the scores of the routing; too large if loads are not balanced.',
        unit: 'score',
        direction: 'maximize',
        compute: ({ scores }, solution) => affinityOf(scores, solution),
      },
      keptAffinity: {
        title: 'Kept affinity',
        description:
          'Affinity after every expert has dropped its lowest scores above its capacity: comparable between all methods.',
        unit: 'score',
        direction: 'maximize',
        compute: keptAffinity,
      },
      unserved: {
        title: 'Unserved slots',
        description:
          'Token slots without an expert, out of K per token, after experts have dropped what exceeds their capacities.',
        unit: 'slots',
        direction: 'minimize',
        compute: (problem, solution) => {
          const { tokenPointers } = withoutOverflow(problem, solution, capacitiesOf(problem));
          let sum = 0;
          for (let i = 0; i < problem.scores.rows; i++) {
            sum += Math.max(0, problem.expertsPerToken - (tokenPointers[i + 1] - tokenPointers[i]));
          }
          return sum;
        },
      },
    },
    primaryMetric: 'gap',
    certificates: {
      gap: {
        title: 'Gap of what is kept',
        statement: `For the doubles as they are: no routing of $K$ experts a token within the capacities has an affinity above the
upper end of *optimum*. Experts keep their best tokens up to their capacities, of affinity *keptAffinity*, which is *gap* less than
*optimum*; the gap is at least 0 where every token keeps its $K$ experts.`,
        about: 'optimum',
        figures: ['gap', 'optimum', 'keptAffinity'],
        cost: 'O(T E)',
        always: true,
        prover: async () => ({ certify: (_, { bias }) => ({ bias: bias.slice() }) }),
        checker: () => import('./expert-checker.ts'),
      },
    },
    validate: (instance) => void asExpertAssignment(instance),
    badInstances: () => {
      const scores = { rows: 3, cols: 2, values: Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.3) };
      const good: ExpertAssignment = { scores, expertsPerToken: 1 };
      const values = (...list: number[]) => ({ ...scores, values: Float64Array.of(...list) });
      return [
        {
          fault: 'NaN in a score',
          instance: { ...good, scores: values(0.9, 0.1, Number.NaN, 0.2, 0.7, 0.3) },
          argument: 'scores',
        },
        {
          fault: 'an infinite score',
          instance: { ...good, scores: values(0.9, 0.1, Infinity, 0.2, 0.7, 0.3) },
          argument: 'scores',
        },
        { fault: 'a huge score', instance: { ...good, scores: values(0, 1e300, 0, 0, 0, 0) }, argument: 'scores' },
        { fault: 'a missing score', instance: { ...good, scores: values(0.9, 0.1, 0.8) }, argument: 'scores' },
        {
          fault: 'no tokens',
          instance: { ...good, scores: { rows: 0, cols: 2, values: new Float64Array(0) } },
          argument: 'scores',
        },
        { fault: 'no expert a token', instance: { ...good, expertsPerToken: 0 }, argument: 'expertsPerToken' },
        { fault: 'all experts a token', instance: { ...good, expertsPerToken: 2 }, argument: 'expertsPerToken' },
        { fault: 'half an expert a token', instance: { ...good, expertsPerToken: 1.5 }, argument: 'expertsPerToken' },
        { fault: 'too little room', instance: { ...good, capacities: Int32Array.of(1, 1) }, argument: 'capacities' },
        {
          fault: 'room for more tokens than there are',
          instance: { ...good, capacities: Int32Array.of(4, 1) },
          argument: 'capacities',
        },
        { fault: 'a missing capacity', instance: { ...good, capacities: Int32Array.of(3) }, argument: 'capacities' },
      ];
    },
    hardInstances: () => {
      const scores = (unit: number) => ({
        rows: 6,
        cols: 3,
        values: Float64Array.from({ length: 18 }, (_, k) => unit * (0.05 + 0.9 * Math.abs(Math.sin(k + 1)))),
      });
      const flat = { ...scores(1), values: new Float64Array(18).fill(0.5) };
      const steep = { ...scores(1), values: scores(1).values.map((_, k) => (k % 2 === 0 ? 1e-300 : 1 - 1e-16)) };
      return [
        { hardness: 'scores times 1e150', instance: { scores: scores(1e150), expertsPerToken: 1 } },
        { hardness: 'scores times 1e-150', instance: { scores: scores(1e-150), expertsPerToken: 1 } },
        { hardness: 'denormal scores', instance: { scores: scores(1e-315), expertsPerToken: 2 } },
        { hardness: 'one score for all', instance: { scores: flat, expertsPerToken: 1 } },
        { hardness: 'scores next to 0 and 1', instance: { scores: steep, expertsPerToken: 1 } },
      ];
    },
    instanceFile: {
      description: `A JSON object with \`scores\`, one row per token: a list of rows, an object \`{ rows, cols, values }\` or the
path of a \`.npy\` file; \`expertsPerToken\`; and optionally \`capacities\`, the most tokens of every expert. By default
loads are equal.`,
      example: {
        scores: [
          [0.9, 0.8],
          [0.8, 0.5],
          [0.7, 0.1],
          [0.6, 0.55],
        ],
        expertsPerToken: 1,
      },
      parse(json) {
        const fields = readObject(json, 'instance', ['scores', 'expertsPerToken', 'capacities']);
        const scores = readMatrix(fields['scores'], 'scores');
        const { expertsPerToken } = fields;
        checkInteger(expertsPerToken, 'expertsPerToken', { min: 1 });
        const capacities = fields['capacities'] === undefined ? undefined : readCapacities(fields['capacities']);
        const problem = { scores, expertsPerToken, ...(capacities && { capacities }) };
        asExpertAssignment(problem);
        return problem;
      },
    },
  }))();

function readCapacities(json: unknown): Int32Array {
  const values = readVector(json, 'capacities');
  const index = values.findIndex((value) => !Number.isInteger(value));
  if (index >= 0) {
    throw new InvalidInputError(`is ${values[index]} at index ${index}, not an integer`, {
      argument: 'capacities',
      code: 'not-integer',
      index,
    });
  }
  return Int32Array.from(values, (value) => Math.min(value, 2 ** 31 - 1));
}
