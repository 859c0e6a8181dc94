// The problems of Hock and Schittkowski as formulas, which are read here for their exact derivatives, and by a script for SciPy's.
//
// W. Hock, K. Schittkowski: Test examples for nonlinear programming codes (1981). Least values were computed anew; f* of the book
// differs in the last digits, more so for 14, 72, 106 and 111.

import type { FormulaConstraint, FormulaProblem } from '../constrained/formula-program.ts';

/** A problem and the values of its known minima, the least one first. */
export interface KnownProblem extends FormulaProblem {
  readonly minima: readonly number[];
}

const atLeast = (formula: string, low = 0): FormulaConstraint => [formula, low, Infinity];
const equal = (formula: string, value = 0): FormulaConstraint => [formula, value, value];
const fill = (length: number, value: number): number[] => new Array<number>(length).fill(value);
const range = (length: number, from = 1): number[] => Array.from({ length }, (_, k) => from + k);
const sum = (indices: readonly number[], term: (i: number) => string): string => indices.map((i) => `(${term(i)})`).join('+');
const product = (indices: readonly number[]): string => indices.map((i) => `x${i}`).join('*');
const { sqrt } = Math;
const [I, ROSENBROCK] = [Infinity, '100*(x2-x1^2)^2+(1-x1)^2'];

/** A posynomial's term: Π x_i^powers_i. */
const monomial = (factor: number, powers: readonly number[]): string =>
  [`${factor}`, ...powers.flatMap((p, i) => (p === 0 ? [] : [p === 1 ? `x${i + 1}` : `x${i + 1}^(${p})`]))].join('*');

const linear = (factors: readonly number[], constant = 0): string =>
  [...factors.flatMap((a, i) => (a === 0 ? [] : [`(${a})*x${i + 1}`])), `(${constant})`].join('+');

const hs57 = (() => {
  const times = [
    [8, 2],
    [10, 4],
    [12, 4],
    [14, 3],
    [16, 3],
    [18, 2],
    [20, 3],
    [22, 3],
    [24, 3],
    [26, 3],
    [28, 2],
    [30, 3],
    [32, 2],
    [34, 1],
    [36, 2],
    [38, 2],
    [40, 1],
    [42, 1],
  ].flatMap(([time, count]) => fill(count, time));
  const shares = [
    49, 49, 48, 47, 48, 47, 46, 46, 45, 43, 45, 43, 43, 44, 43, 43, 46, 45, 42, 42, 43, 41, 41, 40, 42, 40, 40, 41, 40, 41, 41,
    40, 40, 40, 38, 41, 40, 40, 41, 38, 40, 40, 39, 39,
  ];
  return sum(range(44, 0), (i) => `(${shares[i] / 100}-x1-(0.49-x1)*exp(-x2*${times[i] - 8}))^2`);
})();

const hs70 = (() => {
  const observed = [
    0.00189, 0.1038, 0.268, 0.506, 0.577, 0.604, 0.725, 0.898, 0.947, 0.845, 0.702, 0.528, 0.385, 0.257, 0.159, 0.0869, 0.0453,
    0.01509, 0.00189,
  ];
  const b = '(x3+(1-x3)*x4)';
  return sum(range(19, 0), (i) => {
    const c = i === 0 ? 0.1 : i;
    const first = `1/(1+1/(12*x2))*(x3*${b}^x2*(x2/6.2832)^0.5*(${c / 7.658})^(x2-1)*exp(x2-${b}*${c}*x2/7.658))`;
    const second = `1/(1+1/(12*x1))*((1-x3)*(${b}/x4)^x1*(x1/6.2832)^0.5*(${c / 7.658})^(x1-1)*exp(x1-${b}*${c}*x1/(7.658*x4)))`;
    return `(${first}+${second}-${observed[i]})^2`;
  });
})();

const hs105 = (() => {
  const counts: [value: number, count: number][] = [
    [95, 1],
    [105, 1],
    [110, 4],
    [115, 4],
    [120, 15],
    [125, 15],
    [130, 15],
    [135, 13],
    [140, 21],
    [145, 12],
    [150, 17],
    [155, 4],
    [160, 20],
    [165, 8],
    [170, 17],
    [175, 8],
    [180, 6],
    [185, 6],
    [190, 7],
    [195, 4],
    [200, 3],
    [205, 3],
    [210, 8],
    [215, 1],
    [220, 6],
    [230, 5],
    [235, 1],
    [240, 7],
    [245, 1],
    [250, 2],
  ];
  const part = (weight: string, mean: string, deviation: string, y: number) =>
    `${weight}/${deviation}*exp(-(${y}-${mean})^2/(2*${deviation}^2))`;
  const terms = counts.map(([y, count]) => {
    const density = [part('x1', 'x3', 'x6', y), part('x2', 'x4', 'x7', y), part('(1-x2-x1)', 'x5', 'x8', y)];
    return `${count}*log((${density.join('+')})/${sqrt(2 * Math.PI)})`;
  });
  return `-(${terms.join('+')})`;
})();

const hs83 = {
  a: [
    85.334407, 0.0056858, 0.0006262, 0.0022053, 80.51249, 0.0071317, 0.0029955, 0.0021813, 9.300961, 0.0047026, 0.0012547,
    0.0019085,
  ],
};
const hs84 = [
  -24345, -8720288.849, 150512.5253, -156.6950325, 476470.3222, 729482.8271, -145421.402, 2931.1506, -40.427932, 5106.192,
  15711.36, -155011.1084, 4360.53352, 12.9492344, 10236.884, 13176.786, -326669.5104, 7390.68412, -27.8986976, 16643.076,
  30988.146,
];
const hs84Row = (k: number): string =>
  `${hs84[k]}*x1+(${hs84[k + 1]})*x1*x2+(${hs84[k + 2]})*x1*x3+(${hs84[k + 3]})*x1*x4+(${hs84[k + 4]})*x1*x5`;

// Colville's first problem and its dual.
const colville = {
  a: [
    [-16, 2, 0, 1, 0],
    [0, -2, 0, 4, 2],
    [-3.5, 0, 2, 0, 0],
    [0, -2, 0, -4, -1],
    [0, -9, -2, 1, -2.8],
    [2, 0, -4, 0, 0],
    [-1, -1, -1, -1, -1],
    [-1, -2, -3, -2, -1],
    [1, 2, 3, 4, 5],
    [1, 1, 1, 1, 1],
  ],
  b: [-40, -2, -0.25, -4, -4, -1, -40, -60, 5, 1],
  c: [
    [30, -20, -10, 32, -10],
    [-20, 39, -6, -31, 32],
    [-10, -6, 10, -6, -10],
    [32, -31, -6, 39, -20],
    [-10, 32, -10, -20, 30],
  ],
  d: [4, 8, 10, 6, 2],
  e: [-15, -27, -36, -18, -12],
};

// 95 to 98: one model, four levels.
const levels = (b: readonly number[]): FormulaConstraint[] => [
  atLeast('17.1*x1+38.2*x2+204.2*x3+212.3*x4+623.4*x5+1495.5*x6-169*x1*x3-3580*x3*x5-3810*x4*x5-18500*x4*x6-24300*x5*x6', b[0]),
  atLeast('17.9*x1+36.8*x2+113.9*x3+169.7*x4+337.8*x5+1385.2*x6-139*x1*x3-2450*x4*x5-16600*x4*x6-17200*x5*x6', b[1]),
  atLeast('-273*x2-70*x4-819*x5+26000*x4*x5', b[2]),
  atLeast('159.9*x1-311*x2+587*x4+391*x5+2198*x6-14000*x1*x6', b[3]),
];
const leveled = (b: readonly number[], minima: readonly number[]): KnownProblem => ({
  start: fill(6, 0),
  objective: '4.3*x1+31.8*x2+63.3*x3+15.8*x4+68.5*x5+4.7*x6',
  constraints: levels(b),
  lower: fill(6, 0),
  upper: [0.31, 0.046, 0.068, 0.042, 0.028, 0.0134],
  minima,
});

// 101 to 103: one geometric program, three exponents.
const geometric = (a: number, minima: readonly number[]): KnownProblem => {
  const f = [
    monomial(10, [1, -1, 0, 2, 0, -3, a]),
    monomial(15, [-1, -2, 1, 1, -1, 0, -0.5]),
    monomial(20, [-2, 1, 0, -1, -2, 1, 0]),
    monomial(25, [2, 2, -1, 0, 0.5, -2, 1]),
  ].join('+');
  return {
    start: fill(7, 6),
    objective: f,
    constraints: [
      atLeast(
        `1-${monomial(0.5, [0.5, 0, -1, 0, 0, -2, 1])}-${monomial(0.7, [3, 1, -2, 0, 0, 1, 0.5])}-${monomial(0.2, [0, -1, 1, -0.5, 0, 2 / 3, 0.25])}`,
      ),
      atLeast(
        `1-${monomial(1.3, [-0.5, 1, -1, 0, -1, 1, 0])}-${monomial(0.8, [0, 0, 1, -1, -1, 2, 0])}-${monomial(3.1, [-1, 0.5, 0, -2, -1, 1 / 3, 0])}`,
      ),
      atLeast(
        `1-${monomial(2, [1, 0, -1.5, 0, 1, -1, 1 / 3])}-${monomial(0.1, [0, 1, -0.5, 0, 1, -1, -0.5])}-${monomial(1, [-1, 1, 0.5, 0, 1, 0, 0])}-${monomial(0.65, [0, -2, 1, 0, 1, -1, 1])}`,
      ),
      atLeast(
        `1-${monomial(0.2, [-2, 1, 0, -1, 0.5, 0, 1 / 3])}-${monomial(0.3, [0.5, 2, 1, 1 / 3, -2 / 3, 0, 0.25])}-${monomial(0.4, [-3, -2, 1, 0, 1, 0, 0.75])}-${monomial(0.5, [0, 0, -2, 1, 0, 0, 0.5])}`,
      ),
      [f, 100, 3000],
    ],
    lower: [...fill(6, 0.1), 0.01],
    upper: fill(7, 10),
    minima,
  };
};

// 68 and 69: a control chart.
const chart = (a: number, b: number, d: number, n: number, minima: readonly number[]): KnownProblem => ({
  start: fill(4, 1),
  objective: `(${a * n}-(${b}*(exp(x1)-1)-x3)*x4/(exp(x1)-1+x4))/x1`,
  constraints: [equal('x3-2*Phi(-x2)'), equal(`x4-Phi(-x2+${d * sqrt(n)})-Phi(-x2-${d * sqrt(n)})`)],
  lower: [1e-4, 0, 0, 0],
  upper: [100, 100, 2, 2],
  minima,
});

// 74 and 75: a network of three nodes.
const network = (a: number, minima: readonly number[]): KnownProblem => ({
  start: fill(4, 0),
  objective: '3*x1+1e-6*x1^3+2*x2+2e-6/3*x2^3',
  constraints: [
    ['x4-x3', -a, a],
    equal('1000*sin(-x3-0.25)+1000*sin(-x4-0.25)+894.8-x1'),
    equal('1000*sin(x3-0.25)+1000*sin(x3-x4-0.25)+894.8-x2'),
    equal('1000*sin(x4-0.25)+1000*sin(x4-x3-0.25)+1294.8'),
  ],
  lower: [0, 0, -a, -a],
  upper: [1200, 1200, a, a],
  minima,
});

// 99: a rocket in eight stages.
const rocket = (() => {
  const a = [0, 50, 50, 75, 75, 75, 100, 100];
  const t = [0, 25, 50, 100, 150, 200, 290, 380];
  let [r, q, s] = ['0', '0', '0'];
  for (let i = 1; i < 8; i++) {
    const dt = t[i] - t[i - 1];
    const lift = `(${a[i]}*sin(x${i})-32)`;
    q = `${(dt * dt) / 2}*${lift}+${dt}*(${s})+${q}`;
    s = `${dt}*${lift}+${s}`;
    r = `${a[i] * dt}*cos(x${i})+${r}`;
  }
  return { r, q, s };
})();

// 67: Colville's eighth problem, an alkylation process, its two fixed points solved as the quadratic equations that they are.
const alkylation: KnownProblem = {
  start: [1745, 12000, 110],
  definitions: {
    // y6 = a1 + b1 y2, and y2 = 0.01 x1 (112 + 13.167 y6 - 0.6667 y6²).
    a1: '(x2-x1)/x1',
    b1: '1.22/x1',
    a2: '0.006667*x1*b1^2',
    b2: '1-0.01*x1*b1*(13.167-1.3334*a1)',
    c2: '-0.01*x1*(112+13.167*a1-0.6667*a1^2)',
    y2: '(-b2+sqrt(b2^2-4*a2*c2))/(2*a2)',
    y3: '1.22*y2-x1',
    y6: 'a1+b1*y2',
    // y5 = d1 + 0.325 y4, y8 = 3 y5 - 133, y7 = 35.82 - 0.222 y8 = e1 - g1 y4, and y4 (y2 y7 + 1000 x3) = 98000 x3.
    d1: '86.35+1.098*y6-0.038*y6^2-28.925',
    e1: '35.82-0.222*(3*d1-133)',
    g1: '0.21645',
    h1: 'y2*e1+1000*x3',
    y4: '(h1-sqrt(h1^2-4*g1*y2*98000*x3))/(2*g1*y2)',
    y5: 'd1+0.325*y4',
    y8: '3*y5-133',
    y7: '35.82-0.222*y8',
  },
  objective: '-(0.063*y2*y5-5.04*x1-3.36*y3-0.035*x2-10*x3)',
  constraints: [
    ['y2', 0, 5000],
    ['y3', 0, 2000],
    ['y4', 85, 93],
    ['y5', 90, 95],
    ['y6', 3, 12],
    ['y7', 0.01, 4],
    ['y8', 145, 162],
  ],
  lower: fill(3, 1e-5),
  upper: [2000, 16000, 120],
  minima: [-1162.02698],
};

// 85: the profit of a pulp mill.
const pulp: KnownProblem = {
  start: [900, 80, 115, 267, 27],
  definitions: {
    y1: 'x2+x3+41.6',
    c1: '0.024*x4-4.62',
    y2: '12.5/c1+12',
    c2: '0.0003535*x1^2+0.5311*x1+0.08705*y2*x1',
    c3: '0.052*x1+78+0.002377*y2*x1',
    y3: 'c2/c3',
    y4: '19*y3',
    c4: '0.04782*(x1-y3)+0.1956*(x1-y3)^2/x2+0.6376*y4+1.594*y3',
    c5: '100*x2',
    c6: 'x1-y3-y4',
    c7: '0.95-c4/c5',
    y5: 'c6*c7',
    y6: 'x1-y5-y4-y3',
    c8: '(y5+y4)*0.995',
    y7: 'c8/y1',
    y8: 'c8/3798',
    c9: 'y7-0.0663*y7/y8-0.3153',
    y9: '96.82/c9+0.321*y1',
    z1: '1.29*y5+1.258*y4+2.29*y3+1.71*y6', // y10
    z2: '1.71*x1-0.452*y4+0.58*y3', // y11
    d2: '1.75*y2*0.995*x1', // c11
    d3: '0.995*z1+1998', // c12
    z3: `${12.3 / 752.3}*x1+d2/d3`, // y12
    z4: 'd3-1.75*y2', // y13
    z5: '3623+64.4*x2+58.4*x3+146312/(y9+x5)', // y14
    d4: '0.995*z1+60.8*x2+48*x4-0.1121*z5-5095', // c13
    z6: 'z4/d4', // y15
    z7: '148000-331000*z6+40*z4-61*z6*z4', // y16
    d5: '2324*z1-28740000*y2', // c14
    z8: '14130000-1328*z1-531*z2+d5/d3', // y17
    d6: 'z4/z6-z4/0.52', // c15
    d7: '1.104-0.72*z6', // c16
    d8: 'y9+x5', // c17
  },
  objective: '-5.843e-7*z8+1.17e-4*z5+2.358e-5*z4+1.502e-6*z7+0.0321*z3+0.004324*y5+1e-4*d6/d7+37.48*y2/d3+0.1365',
  constraints: [
    atLeast('1.5*x2-x3'),
    ['y1', 213.1, 405.23],
    ['y2', 17.505, 1053.6667],
    ['y3', 11.275, 35.03],
    ['y4', 214.228, 665.585],
    ['y5', 7.458, 584.463],
    ['y6', 0.961, 265.916],
    ['y7', 1.612, 7.046],
    ['y8', 0.146, 0.222],
    ['y9', 107.99, 273.366],
    ['z1', 922.693, 1286.105],
    ['z2', 926.832, 1444.046],
    ['z3', 18.766, 537.141],
    ['z4', 1072.163, 3247.039],
    ['z5', 8961.448, 26844.086],
    ['z6', 0.063, 0.386],
    ['z7', 71084.33, 140000],
    ['z8', 2802713, 12146108],
    atLeast(`y4-${0.28 / 0.72}*y5`),
    atLeast('21-3496*y2/d3'),
    atLeast('62212/d8-110.6-y1'),
  ],
  lower: [704.4148, 68.6, 0, 193, 25],
  upper: [906.3855, 288.88, 134.75, 287.0966, 84.1988],
  minima: [-1.9051552434993],
};

// 88 to 92: the least time in which a rod is heated to within 0.01 of a profile, with n - 1 switches. The deviation is
// ∫ (Σ_j e_j A_j cos μ_j ξ - (1 - ξ²)/2)² dξ, and the cosines are orthogonal since μ_j tan μ_j = 1.
const heating = (n: number): KnownProblem => {
  const definitions: Record<string, string> = {};
  for (let i = n; i >= 1; i--) definitions[`q${i}`] = i === n ? `x${i}^2` : `q${i + 1}+x${i}^2`;
  const terms = range(30, 0).map((j) => {
    let [low, high] = [j * Math.PI, (j + 0.5) * Math.PI];
    for (let k = 0; k < 100; k++) {
      const middle = (low + high) / 2;
      if (middle * Math.sin(middle) < Math.cos(middle) * 1 === (j % 2 === 0)) low = middle;
      else high = middle;
    }
    const mu = (low + high) / 2;
    const a = (2 * Math.sin(mu)) / (mu + Math.sin(mu) * Math.cos(mu));
    const own = (Math.sin(2 * mu) / (2 * mu) + 1) / 2;
    const cross = Math.sin(mu) / mu ** 3 - Math.cos(mu) / mu ** 2;
    const e = range(n)
      .map((i) => `${i % 2 === 1 ? '+' : '-'}${i === 1 ? 1 : 2}*exp(-${mu * mu}*q${i})`)
      .join('');
    definitions[`e${j + 1}`] = `-(${e}${n % 2 === 0 ? '+1' : '-1'})`;
    return `${a * a * own}*e${j + 1}^2-(${2 * a * cross})*e${j + 1}`;
  });
  return {
    start: range(n).map((i) => (i % 2 === 1 ? 0.5 : -0.5)),
    definitions,
    objective: 'q1',
    constraints: [atLeast(`0.0001-(${terms.join('+')})-${2 / 15}`)],
    minima: [1.36265681],
  };
};

const gibbs = [-6.089, -17.164, -34.054, -5.914, -24.721, -14.986, -24.1, -10.708, -26.662, -22.179];

// 107: a power network.
const [C, D] = [(48.4 / 50.176) * Math.sin(0.25), (48.4 / 50.176) * Math.cos(0.25)];
const sine = (a: string) => `sin(${a})`;
const cosine = (a: string) => `cos(${a})`;

const hs119 = {
  pairs: [
    [1, 4, 7, 8, 16],
    [2, 3, 7, 10],
    [3, 7, 9, 10, 14],
    [4, 7, 11, 15],
    [5, 6, 10, 12, 16],
    [6, 8, 15],
    [7, 11, 13],
    [8, 10, 15],
    [9, 12, 16],
    [10, 14],
    [11, 13],
    [12, 14],
    [13, 14],
    [],
    [],
    [],
  ],
  rows: [
    [0.22, 0.2, 0.19, 0.25, 0.15, 0.11, 0.12, 0.13, 1],
    [-1.46, 0, -1.3, 1.82, -1.15, 0, 0.8, 0, 0, 1],
    [1.29, -0.89, 0, 0, -1.16, -0.96, 0, -0.49, 0, 0, 1],
    [-1.1, -1.06, 0.95, -0.54, 0, -1.78, -0.41, 0, 0, 0, 0, 1],
    [0, 0, 0, -1.43, 1.51, 0.59, -0.33, -0.43, 0, 0, 0, 0, 1],
    [0, -1.72, -0.33, 0, 1.62, 1.24, 0.21, -0.26, 0, 0, 0, 0, 0, 1],
    [1.12, 0, 0, 0.31, 0, 0, 1.12, 0, -0.36, 0, 0, 0, 0, 0, 1],
    [0, 0.45, 0.26, -1.1, 0.58, 0, -1.03, 0.1, 0, 0, 0, 0, 0, 0, 0, 1],
  ],
  right: [2.5, 1.1, -3.1, -3.5, 1.3, 2.1, 2.3, -1.5],
};

/** The problems by number. */
export const hockSchittkowski: Readonly<Record<string, KnownProblem>> = {
  1: { start: [-2, 1], objective: ROSENBROCK, lower: [-I, -1.5], minima: [0] },
  2: { start: [-2, 1], objective: ROSENBROCK, lower: [-I, 1.5], minima: [0.0504261879, 4.941229318] },
  3: { start: [10, 1], objective: 'x2+1e-5*(x2-x1)^2', lower: [-I, 0], minima: [0] },
  4: { start: [1.125, 0.125], objective: '(x1+1)^3/3+x2', lower: [1, 0], minima: [8 / 3] },
  5: {
    start: [0, 0],
    objective: 'sin(x1+x2)+(x1-x2)^2-1.5*x1+2.5*x2+1',
    lower: [-1.5, -3],
    upper: [4, 3],
    minima: [-sqrt(3) / 2 - Math.PI / 3],
  },
  6: { start: [-1.2, 1], objective: '(1-x1)^2', constraints: [equal('10*(x2-x1^2)')], minima: [0] },
  7: { start: [2, 2], objective: 'log(1+x1^2)-x2', constraints: [equal('(1+x1^2)^2+x2^2-4')], minima: [-sqrt(3)] },
  8: { start: [2, 1], objective: '-1', constraints: [equal('x1^2+x2^2-25'), equal('x1*x2-9')], minima: [-1] },
  9: {
    start: [0, 0],
    objective: `sin(${Math.PI / 12}*x1)*cos(${Math.PI / 16}*x2)`,
    constraints: [equal('4*x1-3*x2')],
    minima: [-0.5],
  },
  10: { start: [-10, 10], objective: 'x1-x2', constraints: [atLeast('-3*x1^2+2*x1*x2-x2^2+1')], minima: [-1] },
  11: { start: [4.9, 0.1], objective: '(x1-5)^2+x2^2-25', constraints: [atLeast('x2-x1^2')], minima: [-8.49846422317] },
  12: { start: [0, 0], objective: '0.5*x1^2+x2^2-x1*x2-7*x1-7*x2', constraints: [atLeast('25-4*x1^2-x2^2')], minima: [-30] },
  13: { start: [-2, -2], objective: '(x1-2)^2+x2^2', constraints: [atLeast('(1-x1)^3-x2')], lower: [0, 0], minima: [1] },
  14: {
    start: [2, 2],
    objective: '(x1-2)^2+(x2-1)^2',
    constraints: [atLeast('-0.25*x1^2-x2^2+1'), equal('x1-2*x2+1')],
    minima: [9 - 2.875 * sqrt(7)],
  },
  15: {
    start: [-2, 1],
    objective: ROSENBROCK,
    constraints: [atLeast('x1*x2-1'), atLeast('x1+x2^2')],
    upper: [0.5, I],
    minima: [306.5, 360.379767],
  },
  16: {
    start: [-2, 1],
    objective: ROSENBROCK,
    constraints: [atLeast('x1+x2^2'), atLeast('x1^2+x2')],
    lower: [-0.5, -I],
    upper: [0.5, 1],
    minima: [0.25, 3.98214286, 23.144661],
  },
  17: {
    start: [-2, 1],
    objective: ROSENBROCK,
    constraints: [atLeast('x2^2-x1'), atLeast('x1^2-x2')],
    lower: [-0.5, -I],
    upper: [0.5, 1],
    minima: [1],
  },
  18: {
    start: [2, 2],
    objective: '0.01*x1^2+x2^2',
    constraints: [atLeast('x1*x2-25'), atLeast('x1^2+x2^2-25')],
    lower: [2, 0],
    upper: [50, 50],
    minima: [5],
  },
  19: {
    start: [20.1, 5.84],
    objective: '(x1-10)^3+(x2-20)^3',
    constraints: [atLeast('(x1-5)^2+(x2-5)^2-100'), atLeast('82.81-(x2-5)^2-(x1-6)^2')],
    lower: [13, 0],
    upper: [100, 100],
    minima: [-6961.81387558],
  },
  20: {
    start: [-2, 1],
    objective: ROSENBROCK,
    constraints: [atLeast('x1+x2^2'), atLeast('x1^2+x2'), atLeast('x1^2+x2^2-1')],
    lower: [-0.5, -I],
    upper: [0.5, I],
    minima: [81.5 - 25 * sqrt(3), 40.19873],
  },
  21: {
    start: [-1, -1],
    objective: '0.01*x1^2+x2^2-100',
    constraints: [atLeast('10*x1-x2-10')],
    lower: [2, -50],
    upper: [50, 50],
    minima: [-99.96],
  },
  22: { start: [2, 2], objective: '(x1-2)^2+(x2-1)^2', constraints: [atLeast('2-x1-x2'), atLeast('x2-x1^2')], minima: [1] },
  23: {
    start: [3, 1],
    objective: 'x1^2+x2^2',
    constraints: [atLeast('x1+x2-1'), atLeast('x1^2+x2^2-1'), atLeast('9*x1^2+x2^2-9'), atLeast('x1^2-x2'), atLeast('x2^2-x1')],
    lower: [-50, -50],
    upper: [50, 50],
    minima: [2],
  },
  24: {
    start: [1, 0.5],
    objective: `((x1-3)^2-9)*x2^3/${27 * sqrt(3)}`,
    constraints: [atLeast(`x1/${sqrt(3)}-x2`), atLeast(`x1+${sqrt(3)}*x2`), atLeast(`6-x1-${sqrt(3)}*x2`)],
    lower: [0, 0],
    minima: [-1],
  },
  25: {
    start: [100, 12.5, 3],
    objective: sum(range(99), (i) => `(exp(-(${25 + (-50 * Math.log(0.01 * i)) ** (2 / 3)}-x2)^x3/x1)-${i / 100})^2`),
    lower: [0.1, 0, 0],
    upper: [100, 25.6, 5],
    minima: [0],
  },
  26: { start: [-2.6, 2, 2], objective: '(x1-x2)^2+(x2-x3)^4', constraints: [equal('(1+x2^2)*x1+x3^4-3')], minima: [0] },
  27: { start: [2, 2, 2], objective: '0.01*(x1-1)^2+(x2-x1^2)^2', constraints: [equal('x1+x3^2+1')], minima: [0.04] },
  28: { start: [-4, 1, 1], objective: '(x1+x2)^2+(x2+x3)^2', constraints: [equal('x1+2*x2+3*x3-1')], minima: [0] },
  29: { start: [1, 1, 1], objective: '-x1*x2*x3', constraints: [atLeast('48-x1^2-2*x2^2-4*x3^2')], minima: [-16 * sqrt(2)] },
  30: {
    start: [1, 1, 1],
    objective: 'x1^2+x2^2+x3^2',
    constraints: [atLeast('x1^2+x2^2-1')],
    lower: [1, -10, -10],
    upper: [10, 10, 10],
    minima: [1],
  },
  31: {
    start: [1, 1, 1],
    objective: '9*x1^2+x2^2+9*x3^2',
    constraints: [atLeast('x1*x2-1')],
    lower: [-10, 1, -10],
    upper: [10, 10, 1],
    minima: [6],
  },
  32: {
    start: [0.1, 0.7, 0.2],
    objective: '(x1+3*x2+x3)^2+4*(x1-x2)^2',
    constraints: [atLeast('6*x2+4*x3-x1^3-3'), equal('1-x1-x2-x3')],
    lower: [0, 0, 0],
    minima: [1],
  },
  33: {
    start: [0, 0, 3],
    objective: '(x1-1)*(x1-2)*(x1-3)+x3',
    constraints: [atLeast('x3^2-x2^2-x1^2'), atLeast('x1^2+x2^2+x3^2-4')],
    lower: [0, 0, 0],
    upper: [I, I, 5],
    minima: [sqrt(2) - 6, -4],
  },
  34: {
    start: [0, 1.05, 2.9],
    objective: '-x1',
    constraints: [atLeast('x2-exp(x1)'), atLeast('x3-exp(x2)')],
    lower: [0, 0, 0],
    upper: [100, 100, 10],
    minima: [-Math.log(Math.log(10))],
  },
  35: {
    start: [0.5, 0.5, 0.5],
    objective: '9-8*x1-6*x2-4*x3+2*x1^2+2*x2^2+x3^2+2*x1*x2+2*x1*x3',
    constraints: [atLeast('3-x1-x2-2*x3')],
    lower: [0, 0, 0],
    minima: [1 / 9],
  },
  36: {
    start: [10, 10, 10],
    objective: '-x1*x2*x3',
    constraints: [atLeast('72-x1-2*x2-2*x3')],
    lower: [0, 0, 0],
    upper: [20, 11, 42],
    minima: [-3300],
  },
  37: {
    start: [10, 10, 10],
    objective: '-x1*x2*x3',
    constraints: [['x1+2*x2+2*x3', 0, 72]],
    lower: [0, 0, 0],
    upper: [42, 42, 42],
    minima: [-3456],
  },
  38: {
    start: [-3, -1, -3, -1],
    objective: '100*(x2-x1^2)^2+(1-x1)^2+90*(x4-x3^2)^2+(1-x3)^2+10.1*((x2-1)^2+(x4-1)^2)+19.8*(x2-1)*(x4-1)',
    lower: fill(4, -10),
    upper: fill(4, 10),
    minima: [0],
  },
  39: { start: fill(4, 2), objective: '-x1', constraints: [equal('x2-x1^3-x3^2'), equal('x1^2-x2-x4^2')], minima: [-1] },
  40: {
    start: fill(4, 0.8),
    objective: '-x1*x2*x3*x4',
    constraints: [equal('x1^3+x2^2-1'), equal('x4*x1^2-x3'), equal('x4^2-x2')],
    minima: [-0.25],
  },
  41: {
    start: fill(4, 2),
    objective: '2-x1*x2*x3',
    constraints: [equal('x1+2*x2+2*x3-x4')],
    lower: fill(4, 0),
    upper: [1, 1, 1, 2],
    minima: [52 / 27, 2],
  },
  42: {
    start: fill(4, 1),
    objective: '(x1-1)^2+(x2-2)^2+(x3-3)^2+(x4-4)^2',
    constraints: [equal('x1-2'), equal('x3^2+x4^2-2')],
    minima: [28 - 10 * sqrt(2)],
  },
  43: {
    start: fill(4, 0),
    objective: 'x1^2+x2^2+2*x3^2+x4^2-5*x1-5*x2-21*x3+7*x4',
    constraints: [
      atLeast('8-x1^2-x2^2-x3^2-x4^2-x1+x2-x3+x4'),
      atLeast('10-x1^2-2*x2^2-x3^2-2*x4^2+x1+x4'),
      atLeast('5-2*x1^2-x2^2-x3^2-2*x1+x2+x4'),
    ],
    minima: [-44],
  },
  44: {
    start: fill(4, 0),
    objective: 'x1-x2-x3-x1*x3+x1*x4+x2*x3-x2*x4',
    constraints: [
      atLeast('8-x1-2*x2'),
      atLeast('12-4*x1-x2'),
      atLeast('12-3*x1-4*x2'),
      atLeast('8-2*x3-x4'),
      atLeast('8-x3-2*x4'),
      atLeast('5-x3-x4'),
    ],
    lower: fill(4, 0),
    minima: [-15, -13],
  },
  45: { start: fill(5, 2), objective: '2-x1*x2*x3*x4*x5/120', lower: fill(5, 0), upper: [1, 2, 3, 4, 5], minima: [1] },
  46: {
    start: [sqrt(2) / 2, 1.75, 0.5, 2, 2],
    objective: '(x1-x2)^2+(x3-1)^2+(x4-1)^4+(x5-1)^6',
    constraints: [equal('x1^2*x4+sin(x4-x5)-1'), equal('x2+x3^4*x4^2-2')],
    minima: [0],
  },
  47: {
    start: [2, sqrt(2), -1, 2 - sqrt(2), 0.5],
    objective: '(x1-x2)^2+(x2-x3)^3+(x3-x4)^4+(x4-x5)^4',
    constraints: [equal('x1+x2^2+x3^3-3'), equal('x2-x3^2+x4-1'), equal('x1*x5-1')],
    minima: [-0.026714182, 0],
  },
  48: {
    start: [3, 5, -3, 2, -2],
    objective: '(x1-1)^2+(x2-x3)^2+(x4-x5)^2',
    constraints: [equal('x1+x2+x3+x4+x5-5'), equal('x3-2*(x4+x5)+3')],
    minima: [0],
  },
  49: {
    start: [10, 7, 2, -3, 0.8],
    objective: '(x1-x2)^2+(x3-1)^2+(x4-1)^4+(x5-1)^6',
    constraints: [equal('x1+x2+x3+4*x4-7'), equal('x3+5*x5-6')],
    minima: [0],
  },
  50: {
    start: [35, -31, 11, 5, -5],
    objective: '(x1-x2)^2+(x2-x3)^2+(x3-x4)^4+(x4-x5)^2',
    constraints: [equal('x1+2*x2+3*x3-6'), equal('x2+2*x3+3*x4-6'), equal('x3+2*x4+3*x5-6')],
    minima: [0],
  },
  51: {
    start: [2.5, 0.5, 2, -1, 0.5],
    objective: '(x1-x2)^2+(x2+x3-2)^2+(x4-1)^2+(x5-1)^2',
    constraints: [equal('x1+3*x2-4'), equal('x3+x4-2*x5'), equal('x2-x5')],
    minima: [0],
  },
  52: {
    start: fill(5, 2),
    objective: '(4*x1-x2)^2+(x2+x3-2)^2+(x4-1)^2+(x5-1)^2',
    constraints: [equal('x1+3*x2'), equal('x3+x4-2*x5'), equal('x2-x5')],
    minima: [1859 / 349],
  },
  53: {
    start: fill(5, 2),
    objective: '(x1-x2)^2+(x2+x3-2)^2+(x4-1)^2+(x5-1)^2',
    constraints: [equal('x1+3*x2'), equal('x3+x4-2*x5'), equal('x2-x5')],
    lower: fill(5, -10),
    upper: fill(5, 10),
    minima: [176 / 43],
  },
  54: {
    start: [6e3, 1.5, 4e6, 2, 3e-3, 5e7],
    objective:
      '-exp(-(((x1-1e4)^2/6.4e7+(x1-1e4)*(x2-1)/2e4+(x2-1)^2)/0.96+(x3-2e6)^2/4.9e13+(x4-10)^2/2.5e3+(x5-1e-3)^2/2.5e-3+(x6-1e8)^2/2.5e17)/2)',
    constraints: [equal('x1+4e3*x2-1.76e4')],
    lower: [0, -10, 0, 0, -1, 0],
    upper: [2e4, 10, 1e7, 20, 1, 2e8],
    minima: [-Math.exp(-27 / 280)],
  },
  55: {
    start: [1, 2, 0, 0, 0, 2],
    objective: 'x1+2*x2+4*x5+exp(x1*x4)',
    constraints: [
      equal('x1+2*x2+5*x5-6'),
      equal('x1+x2+x3-3'),
      equal('x4+x5+x6-2'),
      equal('x1+x4-1'),
      equal('x2+x5-2'),
      equal('x3+x6-2'),
    ],
    lower: fill(6, 0),
    upper: [1, I, I, 1, I, I],
    minima: [19 / 3, 20 / 3],
  },
  56: {
    start: [1, 1, 1, Math.asin(sqrt(1 / 4.2)), Math.asin(sqrt(1 / 4.2)), Math.asin(sqrt(1 / 4.2)), Math.asin(sqrt(5 / 7.2))],
    objective: '-x1*x2*x3',
    constraints: [
      equal('x1-4.2*sin(x4)^2'),
      equal('x2-4.2*sin(x5)^2'),
      equal('x3-4.2*sin(x6)^2'),
      equal('x1+2*x2+2*x3-7.2*sin(x7)^2'),
    ],
    minima: [-3.456],
  },
  57: {
    start: [0.42, 5],
    objective: hs57,
    constraints: [atLeast('0.49*x2-x1*x2-0.09')],
    lower: [0.4, -4],
    minima: [0.0284596697, 0.0306476190476] /* the second far out, where x2 grows */,
  },
  58: {
    start: [-2, 1],
    objective: ROSENBROCK,
    constraints: [atLeast('x2^2-x1'), atLeast('x1^2-x2'), atLeast('x1^2+x2^2-1')],
    lower: [-2, -I],
    upper: [0.5, I],
    minima: [(1 + sqrt((sqrt(5) - 1) / 2)) ** 2],
  },
  59: {
    start: [90, 10],
    objective:
      '-75.196+3.8112*x1+0.0020567*x1^3-1.0345e-5*x1^4+6.8306*x2-0.030234*x1*x2+1.28134e-3*x2*x1^2+2.266e-7*x1^4*x2-0.25645*x2^2+0.0034604*x2^3-1.3514e-5*x2^4+28.106/(x2+1)+5.2375e-6*x1^2*x2^2+6.3e-8*x1^3*x2^2-7e-10*x1^3*x2^3-3.405e-4*x1*x2^2+1.6638e-6*x1*x2^3+2.8673*exp(0.0005*x1*x2)-3.5256e-5*x1^3*x2-0.12694*x1^2',
    constraints: [atLeast('x1*x2-700'), atLeast('x2-x1^2/125'), atLeast('(x2-50)^2-5*(x1-55)')],
    lower: [0, 0],
    upper: [75, 65],
    minima: [-7.8027894, -6.7495052],
  },
  60: {
    start: fill(3, 2),
    objective: '(x1-1)^2+(x1-x2)^2+(x2-x3)^4',
    constraints: [equal(`x1*(1+x2^2)+x3^4-${4 + 3 * sqrt(2)}`)],
    lower: fill(3, -10),
    upper: fill(3, 10),
    minima: [0.0325682002551],
  },
  61: {
    start: [0, 0, 0],
    objective: '4*x1^2+2*x2^2+2*x3^2-33*x1+16*x2-24*x3',
    constraints: [equal('3*x1-2*x2^2-7'), equal('4*x1-x3^2-11')],
    minima: [-143.6461422, -81.9190966],
  },
  62: {
    start: [0.7, 0.2, 0.1],
    objective:
      '-32.174*(255*log((x1+x2+x3+0.03)/(0.09*x1+x2+x3+0.03))+280*log((x2+x3+0.03)/(0.07*x2+x3+0.03))+290*log((x3+0.03)/(0.13*x3+0.03)))',
    constraints: [equal('x1+x2+x3-1')],
    lower: fill(3, 0),
    upper: fill(3, 1),
    minima: [-26272.5144873],
  },
  63: {
    start: fill(3, 2),
    objective: '1000-x1^2-2*x2^2-x3^2-x1*x2-x1*x3',
    constraints: [equal('8*x1+14*x2+7*x3-56'), equal('x1^2+x2^2+x3^2-25')],
    lower: fill(3, 0),
    minima: [961.71517213],
  },
  64: {
    start: fill(3, 1),
    objective: '5*x1+50000/x1+20*x2+72000/x2+10*x3+144000/x3',
    constraints: [atLeast('1-4/x1-32/x2-120/x3')],
    lower: fill(3, 1e-5),
    minima: [6299.842428],
  },
  65: {
    start: [-5, 5, 0],
    objective: '(x1-x2)^2+(x1+x2-10)^2/9+(x3-5)^2',
    constraints: [atLeast('48-x1^2-x2^2-x3^2')],
    lower: [-4.5, -4.5, -5],
    upper: [4.5, 4.5, 5],
    minima: [0.9535288567],
  },
  66: {
    start: [0, 1.05, 2.9],
    objective: '0.2*x3-0.8*x1',
    constraints: [atLeast('x2-exp(x1)'), atLeast('x3-exp(x2)')],
    lower: fill(3, 0),
    upper: [100, 100, 10],
    minima: [0.5181632741],
  },
  67: alkylation,
  68: chart(1e-4, 1, 1, 24, [-0.920425026]),
  69: chart(0.1, 1000, 1, 4, [-956.712887]),
  70: {
    start: [2, 4, 0.04, 2],
    objective: hs70,
    constraints: [atLeast('x3+(1-x3)*x4')],
    lower: fill(4, 1e-5),
    upper: [100, 100, 1, 100],
    minima: [0.00749846356],
  },
  71: {
    start: [1, 5, 5, 1],
    objective: 'x1*x4*(x1+x2+x3)+x3',
    constraints: [atLeast('x1*x2*x3*x4-25'), equal('x1^2+x2^2+x3^2+x4^2-40')],
    lower: fill(4, 1),
    upper: fill(4, 5),
    minima: [17.0140172892],
  },
  72: {
    start: fill(4, 1),
    objective: '1+x1+x2+x3+x4',
    constraints: [atLeast('0.0401-4/x1-2.25/x2-1/x3-0.25/x4'), atLeast('0.010085-0.16/x1-0.36/x2-0.64/x3-0.64/x4')],
    lower: fill(4, 0.001),
    upper: [4e5, 3e5, 2e5, 1e5],
    minima: [727.67935779],
  },
  73: {
    start: fill(4, 1),
    objective: '24.55*x1+26.75*x2+39*x3+40.5*x4',
    constraints: [
      atLeast('2.3*x1+5.6*x2+11.1*x3+1.3*x4-5'),
      atLeast('12*x1+11.9*x2+41.8*x3+52.1*x4-21-1.645*sqrt(0.28*x1^2+0.19*x2^2+20.5*x3^2+0.62*x4^2)'),
      equal('x1+x2+x3+x4-1'),
    ],
    lower: fill(4, 0),
    minima: [29.894378159],
  },
  74: network(0.55, [5126.4981096]),
  75: network(0.48, [5174.4126787]),
  76: {
    start: fill(4, 0.5),
    objective: 'x1^2+0.5*x2^2+x3^2+0.5*x4^2-x1*x3+x3*x4-x1-3*x2+x3-x4',
    constraints: [atLeast('5-x1-2*x2-x3-x4'), atLeast('4-3*x1-x2-2*x3+x4'), atLeast('x2+4*x3-1.5')],
    lower: fill(4, 0),
    minima: [-4.68181818182],
  },
  77: {
    start: fill(5, 2),
    objective: '(x1-1)^2+(x1-x2)^2+(x3-1)^2+(x4-1)^4+(x5-1)^6',
    constraints: [equal(`x1^2*x4+sin(x4-x5)-${2 * sqrt(2)}`), equal(`x2+x3^4*x4^2-${8 + sqrt(2)}`)],
    minima: [0.24150512879],
  },
  78: {
    start: [-2, 1.5, 2, -1, -1],
    objective: product(range(5)),
    constraints: [equal('x1^2+x2^2+x3^2+x4^2+x5^2-10'), equal('x2*x3-5*x4*x5'), equal('x1^3+x2^3+1')],
    minima: [-2.91970040896],
  },
  79: {
    start: fill(5, 2),
    objective: '(x1-1)^2+(x1-x2)^2+(x2-x3)^2+(x3-x4)^4+(x4-x5)^4',
    constraints: [equal(`x1+x2^2+x3^3-${2 + 3 * sqrt(2)}`), equal(`x2-x3^2+x4+${2 - 2 * sqrt(2)}`), equal('x1*x5-2')],
    minima: [0.0787768208711],
  },
  80: {
    start: [-2, 2, 2, -1, -1],
    objective: `exp(${product(range(5))})`,
    constraints: [equal('x1^2+x2^2+x3^2+x4^2+x5^2-10'), equal('x2*x3-5*x4*x5'), equal('x1^3+x2^3+1')],
    lower: [-2.3, -2.3, -3.2, -3.2, -3.2],
    upper: [2.3, 2.3, 3.2, 3.2, 3.2],
    minima: [0.05394984776],
  },
  81: {
    start: [-2, 2, 2, -1, -1],
    objective: `exp(${product(range(5))})-0.5*(x1^3+x2^3+1)^2`,
    constraints: [equal('x1^2+x2^2+x3^2+x4^2+x5^2-10'), equal('x2*x3-5*x4*x5'), equal('x1^3+x2^3+1')],
    lower: [-2.3, -2.3, -3.2, -3.2, -3.2],
    upper: [2.3, 2.3, 3.2, 3.2, 3.2],
    minima: [0.05394984776],
  },
  83: {
    start: [78, 33, 27, 27, 27],
    objective: '5.3578547*x3^2+0.8356891*x1*x5+37.293239*x1-40792.141',
    constraints: [
      [`${hs83.a[0]}+${hs83.a[1]}*x2*x5+${hs83.a[2]}*x1*x4-${hs83.a[3]}*x3*x5`, 0, 92],
      [`${hs83.a[4]}+${hs83.a[5]}*x2*x5+${hs83.a[6]}*x1*x2+${hs83.a[7]}*x3^2`, 90, 110],
      [`${hs83.a[8]}+${hs83.a[9]}*x3*x5+${hs83.a[10]}*x1*x3+${hs83.a[11]}*x3*x4`, 20, 25],
    ],
    lower: [78, 33, 27, 27, 27],
    upper: [102, 45, 45, 45, 45],
    minima: [-30665.5386717],
  },
  84: {
    start: [2.52, 2, 37.5, 9.25, 6.8],
    objective: `-(${hs84[0]})-(${hs84Row(1)})`,
    constraints: [
      [hs84Row(6), 0, 294000],
      [hs84Row(11), 0, 294000],
      [hs84Row(16), 0, 277200],
    ],
    lower: [0, 1.2, 20, 9, 6.5],
    upper: [1000, 2.4, 60, 9.3, 7],
    minima: [-5280335.133],
  },
  85: pulp,
  86: {
    start: [0, 0, 0, 0, 1],
    objective: [
      linear(colville.e),
      ...colville.c.flatMap((row, i) => row.map((c, j) => `(${c})*x${i + 1}*x${j + 1}`)),
      ...colville.d.map((d, j) => `${d}*x${j + 1}^3`),
    ].join('+'),
    constraints: colville.a.map((row, i) => atLeast(linear(row, -colville.b[i]))),
    lower: fill(5, 0),
    minima: [-32.3486789716],
  },
  87: {
    start: [390, 1000, 419.5, 340.5, 198.175, 0.5],
    objective: '(30+step(x1-300))*x1+(28+step(x2-100)+step(x2-200))*x2',
    constraints: [
      equal(`300-x1-x3*x4/131.078*cos(1.48477-x6)+0.90798/131.078*x3^2*${Math.cos(1.47588)}`),
      equal(`-x2-x3*x4/131.078*cos(1.48477+x6)+0.90798/131.078*x4^2*${Math.cos(1.47588)}`),
      equal(`-x5-x3*x4/131.078*sin(1.48477+x6)+0.90798/131.078*x4^2*${Math.sin(1.47588)}`),
      equal(`200-x3*x4/131.078*sin(1.48477-x6)+0.90798/131.078*x3^2*${Math.sin(1.47588)}`),
    ],
    lower: [0, 0, 340, 340, -1000, 0],
    upper: [400, 1000, 420, 420, 10000, 0.5236],
    minima: [8827.5977, 8927.5977, 8996.9476],
  },
  88: heating(2),
  89: heating(3),
  90: heating(4),
  91: heating(5),
  92: heating(6),
  93: {
    start: [5.54, 4.4, 12.02, 11.82, 0.702, 0.852],
    objective:
      '0.0204*x1*x4*(x1+x2+x3)+0.0187*x2*x3*(x1+1.57*x2+x4)+0.0607*x1*x4*x5^2*(x1+x2+x3)+0.0437*x2*x3*x6^2*(x1+1.57*x2+x4)',
    constraints: [
      atLeast(`0.001*${product(range(6))}-2.07`),
      atLeast('1-0.00062*x1*x4*x5^2*(x1+x2+x3)-0.00058*x2*x3*x6^2*(x1+1.57*x2+x4)'),
    ],
    lower: fill(6, 0),
    minima: [135.075964],
  },
  95: leveled([4.97, -1.88, -29.08, -78.02], [0.0156195247]),
  96: leveled([4.97, -1.88, -69.08, -118.02], [0.0156195247]),
  97: leveled([32.97, 25.12, -29.08, -78.02], [3.1358091, 4.0712463]),
  98: leveled([32.97, 25.12, -124.08, -173.02], [3.1358091, 4.0712463]),
  99: {
    start: fill(7, 0.5),
    objective: `-(${rocket.r})^2`,
    constraints: [equal(`${rocket.q}-100000`), equal(`${rocket.s}-1000`)],
    lower: fill(7, 0),
    upper: fill(7, 1.58),
    minima: [-831079891.5],
  },
  100: {
    start: [1, 2, 0, 4, 0, 1, 1],
    objective: '(x1-10)^2+5*(x2-12)^2+x3^4+3*(x4-11)^2+10*x5^6+7*x6^2+x7^4-4*x6*x7-10*x6-8*x7',
    constraints: [
      atLeast('127-2*x1^2-3*x2^4-x3-4*x4^2-5*x5'),
      atLeast('282-7*x1-3*x2-10*x3^2-x4+x5'),
      atLeast('196-23*x1-x2^2-6*x6^2+8*x7'),
      atLeast('-4*x1^2-x2^2+3*x1*x2-2*x3^2-5*x6+11*x7'),
    ],
    minima: [680.630057374],
  },
  101: geometric(-0.25, [1809.764756]),
  102: geometric(0.125, [911.880571]),
  103: geometric(0.5, [543.667958]),
  104: {
    start: [6, 3, 0.4, 0.2, 6, 6, 1, 0.5],
    objective: '0.4*x1^0.67*x7^(-0.67)+0.4*x2^0.67*x8^(-0.67)+10-x1-x2',
    constraints: [
      atLeast('1-0.0588*x5*x7-0.1*x1'),
      atLeast('1-0.0588*x6*x8-0.1*x1-0.1*x2'),
      atLeast('1-4*x3/x5-2*x3^(-0.71)/x5-0.0588*x3^(-1.3)*x7'),
      atLeast('1-4*x4/x6-2*x4^(-0.71)/x6-0.0588*x4^(-1.3)*x8'),
      ['0.4*x1^0.67*x7^(-0.67)+0.4*x2^0.67*x8^(-0.67)+10-x1-x2', 1, 4.2],
    ],
    lower: fill(8, 0.1),
    upper: fill(8, 10),
    minima: [3.9511634396],
  },
  105: {
    start: [0.1, 0.2, 100, 125, 175, 11.2, 13.2, 15.8],
    objective: hs105,
    constraints: [atLeast('1-x1-x2')],
    lower: [0.001, 0.001, 100, 130, 170, 5, 5, 5],
    upper: [0.499, 0.499, 180, 210, 240, 25, 25, 25],
    minima: [1136.3073036],
  },
  106: {
    start: [5000, 5000, 5000, 200, 350, 150, 225, 425],
    objective: 'x1+x2+x3',
    constraints: [
      atLeast('1-0.0025*(x4+x6)'),
      atLeast('1-0.0025*(x5+x7-x4)'),
      atLeast('1-0.01*(x8-x5)'),
      atLeast('x1*x6-833.33252*x4-100*x1+83333.333'),
      atLeast('x2*x7-1250*x5-x2*x4+1250*x4'),
      atLeast('x3*x8-1250000-x3*x5+2500*x5'),
    ],
    lower: [100, 1000, 1000, 10, 10, 10, 10, 10],
    upper: [10000, 10000, 10000, 1000, 1000, 1000, 1000, 1000],
    minima: [7049.2480205],
  },
  107: {
    start: [0.8, 0.8, 0.2, 0.2, 1.0454, 1.0454, 1.0454, 0, 0],
    objective: '3000*x1+1000*x1^3+2000*x2+666.667*x2^3',
    constraints: [
      equal(
        `0.4-x1+${2 * C}*x5^2-x5*x6*(${D}*${sine('x8')}+${C}*${cosine('x8')})-x5*x7*(${D}*${sine('x9')}+${C}*${cosine('x9')})`,
      ),
      equal(
        `0.4-x2+${2 * C}*x6^2+x5*x6*(${D}*${sine('x8')}-${C}*${cosine('x8')})+x6*x7*(${D}*${sine('x8-x9')}-${C}*${cosine('x8-x9')})`,
      ),
      equal(
        `0.8+${2 * C}*x7^2+x5*x7*(${D}*${sine('x9')}-${C}*${cosine('x9')})-x6*x7*(${D}*${sine('x8-x9')}+${C}*${cosine('x8-x9')})`,
      ),
      equal(
        `0.2-x3+${2 * D}*x5^2+x5*x6*(${C}*${sine('x8')}-${D}*${cosine('x8')})+x5*x7*(${C}*${sine('x9')}-${D}*${cosine('x9')})`,
      ),
      equal(
        `0.2-x4+${2 * D}*x6^2-x5*x6*(${C}*${sine('x8')}+${D}*${cosine('x8')})-x6*x7*(${C}*${sine('x8-x9')}+${D}*${cosine('x8-x9')})`,
      ),
      equal(
        `-0.337+${2 * D}*x7^2-x5*x7*(${C}*${sine('x9')}+${D}*${cosine('x9')})+x6*x7*(${C}*${sine('x8-x9')}-${D}*${cosine('x8-x9')})`,
      ),
    ],
    lower: [0, 0, -I, -I, 0.90909, 0.90909, 0.90909, -I, -I],
    upper: [I, I, I, I, 1.0909, 1.0909, 1.0909, I, I],
    minima: [5055.011803],
  },
  108: {
    start: fill(9, 1),
    objective: '-0.5*(x1*x4-x2*x3+x3*x9-x5*x9+x5*x8-x6*x7)',
    constraints: [
      atLeast('1-x3^2-x4^2'),
      atLeast('1-x9^2'),
      atLeast('1-x5^2-x6^2'),
      atLeast('1-x1^2-(x2-x9)^2'),
      atLeast('1-(x1-x5)^2-(x2-x6)^2'),
      atLeast('1-(x1-x7)^2-(x2-x8)^2'),
      atLeast('1-(x3-x5)^2-(x4-x6)^2'),
      atLeast('1-(x3-x7)^2-(x4-x8)^2'),
      atLeast('1-x7^2-(x8-x9)^2'),
      atLeast('x1*x4-x2*x3'),
      atLeast('x3*x9'),
      atLeast('-x5*x9'),
      atLeast('x5*x8-x6*x7'),
    ],
    lower: [...fill(8, -I), 0],
    minima: [-sqrt(3) / 2, -0.6749814429, -0.5],
  },
  109: {
    start: fill(9, 0),
    objective: '3*x1+1e-6*x1^3+2*x2+0.522074e-6*x2^3',
    constraints: [
      ['x4-x3', -0.55, 0.55],
      atLeast('2250000-x1^2-x8^2'),
      atLeast('2250000-x2^2-x9^2'),
      equal(`x5*x6*sin(-x3-0.25)+x5*x7*sin(-x4-0.25)+${2 * Math.sin(0.25)}*x5^2-50.176*x1+${400 * 50.176}`),
      equal(`x5*x6*sin(x3-0.25)+x6*x7*sin(x3-x4-0.25)+${2 * Math.sin(0.25)}*x6^2-50.176*x2+${400 * 50.176}`),
      equal(`x5*x7*sin(x4-0.25)+x6*x7*sin(x4-x3-0.25)+${2 * Math.sin(0.25)}*x7^2+${881.779 * 50.176}`),
      equal(
        `50.176*x8+x5*x6*cos(-x3-0.25)+x5*x7*cos(-x4-0.25)-${200 * 50.176}-${2 * Math.cos(0.25)}*x5^2+${0.7533e-3 * 50.176}*x5^2`,
      ),
      equal(
        `50.176*x9+x5*x6*cos(x3-0.25)+x6*x7*cos(x3-x4-0.25)-${200 * 50.176}-${2 * Math.cos(0.25)}*x6^2+${0.7533e-3 * 50.176}*x6^2`,
      ),
      equal(
        `x5*x7*cos(x4-0.25)+x6*x7*cos(x4-x3-0.25)-${22.938 * 50.176}-${2 * Math.cos(0.25)}*x7^2+${0.7533e-3 * 50.176}*x7^2`,
      ),
    ],
    lower: [0, 0, -0.55, -0.55, 196, 196, 196, -400, -400],
    upper: [I, I, 0.55, 0.55, 252, 252, 252, 800, 800],
    minima: [5362.06928],
  },
  110: {
    start: fill(10, 9),
    objective: `${sum(range(10), (i) => `log(x${i}-2)^2+log(10-x${i})^2`)}-(${product(range(10))})^0.2`,
    lower: fill(10, 2.001),
    upper: fill(10, 9.999),
    minima: [-45.7784697],
  },
  111: {
    start: fill(10, -2.3),
    objective: sum(
      range(10),
      (j) =>
        `exp(x${j})*(${gibbs[j - 1]}+x${j}-log(${range(10)
          .map((k) => `exp(x${k})`)
          .join('+')}))`,
    ),
    constraints: [
      equal('exp(x1)+2*exp(x2)+2*exp(x3)+exp(x6)+exp(x10)-2'),
      equal('exp(x4)+2*exp(x5)+exp(x6)+exp(x7)-1'),
      equal('exp(x3)+exp(x7)+exp(x8)+2*exp(x9)+exp(x10)-1'),
    ],
    lower: fill(10, -100),
    upper: fill(10, 100),
    minima: [-47.7610908594],
  },
  112: {
    start: fill(10, 0.1),
    objective: sum(
      range(10),
      (j) =>
        `x${j}*(${gibbs[j - 1]}+log(x${j}/(${range(10)
          .map((k) => `x${k}`)
          .join('+')})))`,
    ),
    constraints: [equal('x1+2*x2+2*x3+x6+x10-2'), equal('x4+2*x5+x6+x7-1'), equal('x3+x7+x8+2*x9+x10-1')],
    lower: fill(10, 1e-6),
    minima: [-47.7610908594],
  },
  113: {
    start: [2, 3, 5, 5, 1, 2, 7, 3, 6, 10],
    objective:
      'x1^2+x2^2+x1*x2-14*x1-16*x2+(x3-10)^2+4*(x4-5)^2+(x5-3)^2+2*(x6-1)^2+5*x7^2+7*(x8-11)^2+2*(x9-10)^2+(x10-7)^2+45',
    constraints: [
      atLeast('105-4*x1-5*x2+3*x7-9*x8'),
      atLeast('-10*x1+8*x2+17*x7-2*x8'),
      atLeast('8*x1-2*x2-5*x9+2*x10+12'),
      atLeast('-3*(x1-2)^2-4*(x2-3)^2-2*x3^2+7*x4+120'),
      atLeast('-5*x1^2-8*x2-(x3-6)^2+2*x4+40'),
      atLeast('-0.5*(x1-8)^2-2*(x2-4)^2-3*x5^2+x6+30'),
      atLeast('-x1^2-2*(x2-2)^2+2*x1*x2-14*x5+6*x6'),
      atLeast('3*x1-6*x2-12*(x9-8)^2+7*x10'),
    ],
    minima: [24.3062090682],
  },
  114: {
    start: [1745, 12000, 110, 3048, 1974, 89.2, 92.8, 8, 3.6, 145],
    objective: '5.04*x1+0.035*x2+10*x3+3.36*x5-0.063*x4*x7',
    constraints: [
      atLeast('35.82-0.222*x10-0.9*x9'),
      atLeast('-133+3*x7-0.99*x10'),
      atLeast('-35.82+0.222*x10+x9/0.9'),
      atLeast('133-3*x7+x10/0.99'),
      atLeast('1.12*x1+0.13167*x1*x8-0.00667*x1*x8^2-0.99*x4'),
      atLeast('57.425+1.098*x8-0.038*x8^2+0.325*x6-0.99*x7'),
      atLeast('-1.12*x1-0.13167*x1*x8+0.00667*x1*x8^2+x4/0.99'),
      atLeast('-57.425-1.098*x8+0.038*x8^2-0.325*x6+x7/0.99'),
      equal('1.22*x4-x1-x5'),
      equal('98000*x3/(x4*x9+1000*x3)-x6'),
      equal('(x2+x5)/x1-x8'),
    ],
    lower: [1e-5, 1e-5, 1e-5, 1e-5, 1e-5, 85, 90, 3, 1.2, 145],
    upper: [2000, 16000, 120, 5000, 2000, 93, 95, 12, 4, 162],
    minima: [-1768.80696],
  },
  116: {
    start: [0.5, 0.8, 0.9, 0.1, 0.14, 0.5, 489, 80, 650, 450, 150, 150, 150],
    objective: 'x11+x12+x13',
    constraints: [
      atLeast('x3-x2'),
      atLeast('x2-x1'),
      atLeast('1-0.002*x7+0.002*x8'),
      ['x11+x12+x13', 50, 250],
      atLeast('x13-1.262626*x10+1.231059*x3*x10'),
      atLeast('x5-0.03475*x2-0.975*x2*x5+0.00975*x2^2'),
      atLeast('x6-0.03475*x3-0.975*x3*x6+0.00975*x3^2'),
      atLeast('x5*x7-x1*x8-x4*x7+x4*x8'),
      atLeast('1-0.002*(x2*x9+x5*x8-x1*x8-x6*x9)-x5-x6'),
      atLeast('x2*x9-x3*x10-x6*x9-500*x2+500*x6+x2*x10'),
      atLeast('x2-0.9-0.002*(x2*x10-x3*x10)'),
      atLeast('x4-0.03475*x1-0.975*x1*x4+0.00975*x1^2'),
      atLeast('x11-1.262626*x8+1.231059*x1*x8'),
      atLeast('x12-1.262626*x9+1.231059*x2*x9'),
    ],
    lower: [0.1, 0.1, 0.1, 0.0001, 0.1, 0.1, 0.1, 0.1, 500, 0.1, 1, 0.0001, 0.0001],
    upper: [1, 1, 1, 0.1, 0.9, 0.9, 1000, 1000, 1000, 500, 150, 150, 150],
    minima: [97.5875096],
  },
  117: {
    start: [...fill(6, 0.001), 60, ...fill(8, 0.001)],
    objective: [
      linear(colville.b.map((b) => -b)),
      ...colville.c.flatMap((row, k) => row.map((c, j) => `(${c})*x${11 + k}*x${11 + j}`)),
      ...colville.d.map((d, j) => `${2 * d}*x${11 + j}^3`),
    ].join('+'),
    constraints: range(5, 0).map((j) =>
      atLeast(
        [
          ...colville.c.map((row, k) => `(${2 * row[j]})*x${11 + k}`),
          `${3 * colville.d[j]}*x${11 + j}^2`,
          `(${colville.e[j]})`,
          ...colville.a.map((row, k) => `(${-row[j]})*x${k + 1}`),
        ].join('+'),
      ),
    ),
    lower: fill(15, 0),
    minima: [32.3486789716],
  },
  118: {
    start: [20, 55, 15, 20, 60, 20, 20, 60, 20, 20, 60, 20, 20, 60, 20],
    objective: sum(
      range(5, 0),
      (k) =>
        `2.3*x${3 * k + 1}+0.0001*x${3 * k + 1}^2+1.7*x${3 * k + 2}+0.0001*x${3 * k + 2}^2+2.2*x${3 * k + 3}+0.00015*x${3 * k + 3}^2`,
    ),
    constraints: [
      ...range(4).flatMap((k): FormulaConstraint[] => [
        [`x${3 * k + 1}-x${3 * k - 2}`, -7, 6],
        [`x${3 * k + 2}-x${3 * k - 1}`, -7, 7],
        [`x${3 * k + 3}-x${3 * k}`, -7, 6],
      ]),
      ...[60, 50, 70, 85, 100].map((least, k) => atLeast(`x${3 * k + 1}+x${3 * k + 2}+x${3 * k + 3}`, least)),
    ],
    lower: [8, 43, 3, ...fill(12, 0)],
    upper: [21, 57, 16, ...range(4).flatMap(() => [90, 120, 60])],
    minima: [664.82045],
  },
  119: {
    start: fill(16, 10),
    objective: hs119.pairs
      .flatMap((others, i) => [...new Set([i + 1, ...others])].map((j) => `(x${i + 1}^2+x${i + 1}+1)*(x${j}^2+x${j}+1)`))
      .join('+'),
    constraints: hs119.rows.map((row, k) => equal(linear(row, -hs119.right[k]))),
    lower: fill(16, 0),
    upper: fill(16, 5),
    minima: [244.899697515],
  },
};
