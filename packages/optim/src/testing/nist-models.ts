// The models of the NIST StRD problems of nonlinear regression. Data: National Institute of Standards and Technology,
// Statistical Reference Datasets, public domain.
import data from './nist-strd.json' with { type: 'json' };

/** A problem with its certified solution. */
export interface NistProblem {
  readonly name: string;
  readonly difficulty: string;
  readonly starts: readonly (readonly number[])[];
  readonly certified: readonly number[];
  readonly deviations: readonly number[];
  readonly residualSumOfSquares: number;
  readonly y: readonly number[];
  readonly x: readonly number[];
  /** The second explanatory variable; zeros but for Nelson. */
  readonly second: readonly number[];
  readonly model: (b: Float64Array, i: number) => number;
}

const { exp, cos, sin, atan, log, PI } = Math;

type Model = (b: Float64Array, x: number, x2: number) => number;

const bell = (z: number) => exp(-z * z);
const gauss: Model = (b, x) => b[0] * exp(-b[1] * x) + b[2] * bell((x - b[3]) / b[4]) + b[5] * bell((x - b[6]) / b[7]);
const chwirut: Model = (b, x) => exp(-b[0] * x) / (b[1] + b[2] * x);
const lanczos: Model = (b, x) => b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x);
const saturation: Model = (b, x) => b[0] * (1 - exp(-b[1] * x));
const cubic: Model = (b, x) => (b[0] + x * (b[1] + x * (b[2] + x * b[3]))) / (1 + x * (b[4] + x * (b[5] + x * b[6])));

const MODELS: Readonly<Record<string, Model>> = {
  Bennett5: (b, x) => b[0] * (b[1] + x) ** (-1 / b[2]),
  BoxBOD: saturation,
  Chwirut1: chwirut,
  Chwirut2: chwirut,
  DanWood: (b, x) => b[0] * x ** b[1],
  ENSO: (b, x) =>
    b[0] +
    b[1] * cos((2 * PI * x) / 12) +
    b[2] * sin((2 * PI * x) / 12) +
    b[4] * cos((2 * PI * x) / b[3]) +
    b[5] * sin((2 * PI * x) / b[3]) +
    b[7] * cos((2 * PI * x) / b[6]) +
    b[8] * sin((2 * PI * x) / b[6]),
  Eckerle4: (b, x) => (b[0] / b[1]) * exp(-0.5 * ((x - b[2]) / b[1]) ** 2),
  Gauss1: gauss,
  Gauss2: gauss,
  Gauss3: gauss,
  Hahn1: cubic,
  Kirby2: (b, x) => (b[0] + x * (b[1] + x * b[2])) / (1 + x * (b[3] + x * b[4])),
  Lanczos1: lanczos,
  Lanczos2: lanczos,
  Lanczos3: lanczos,
  MGH09: (b, x) => (b[0] * (x * x + x * b[1])) / (x * x + x * b[2] + b[3]),
  MGH10: (b, x) => b[0] * exp(b[1] / (x + b[2])),
  MGH17: (b, x) => b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4]),
  Misra1a: saturation,
  Misra1b: (b, x) => b[0] * (1 - (1 + (b[1] * x) / 2) ** -2),
  Misra1c: (b, x) => b[0] * (1 - (1 + 2 * b[1] * x) ** -0.5),
  Misra1d: (b, x) => (b[0] * b[1] * x) / (1 + b[1] * x),
  Nelson: (b, x, x2) => b[0] - b[1] * x * exp(-b[2] * x2),
  Rat42: (b, x) => b[0] / (1 + exp(b[1] - b[2] * x)),
  Rat43: (b, x) => b[0] / (1 + exp(b[1] - b[2] * x)) ** (1 / b[3]),
  Roszman1: (b, x) => b[0] - b[1] * x - atan(b[2] / (x - b[3])) / PI,
  Thurber: cubic,
};

/** All 27 problems. */
export const nistProblems: readonly NistProblem[] = data.map((problem) => {
  const model = MODELS[problem.name];
  const first = problem.x ?? problem.x1 ?? [];
  const second = problem.x2 ?? first.map(() => 0);
  return {
    ...problem,
    x: first,
    second,
    y: problem.name === 'Nelson' ? problem.y.map(log) : problem.y,
    model: (b, i) => model(b, first[i], second[i]),
  };
});
