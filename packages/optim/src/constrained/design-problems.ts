// Problems of engineering design under constraints, as formulas, from the literature on global search. None of them was used during the
// development of the barrier method.
//
// C. Coello: Use of a self-adaptive penalty approach for engineering optimization problems (2000); C. Haverly: Studies of the behavior of
// recursion for the pooling problem (1978); T. Ray, K. Liew: Society and civilization (2003), for the least values.
import type { FormulaConstraint, FormulaProblem } from './formula-program.ts';

/** A design and the least value that is known of it. */
export interface DesignProblem extends FormulaProblem {
  /** f*. */
  readonly optimum: number;
}

const atMost = (formula: string, high: number): FormulaConstraint => [formula, -Infinity, high];
const equal = (formula: string): FormulaConstraint => [formula, 0, 0];

/** The designs by name. */
export const designProblems: Readonly<Record<string, DesignProblem>> = {
  // Thicknesses of shell and head, radius and length of a vessel of volume 1296000.
  'pressure vessel': {
    start: [1, 1, 50, 100],
    objective: '0.6224*x1*x3*x4+1.7781*x2*x3^2+3.1661*x1^2*x4+19.84*x1^2*x3',
    constraints: [
      atMost('0.0193*x3-x1', 0),
      atMost('0.00954*x3-x2', 0),
      [`${Math.PI}*x3^2*x4+${(4 * Math.PI) / 3}*x3^3`, 1_296_000, Infinity],
    ],
    lower: [0, 0, 10, 10],
    upper: [99, 99, 200, 200],
    optimum: 5885.3327736,
  },
  // Diameter of wire and coil, and number of coils.
  spring: {
    start: [0.1, 0.5, 5],
    objective: '(x3+2)*x2*x1^2',
    constraints: [
      atMost('1-x2^3*x3/(71785*x1^4)', 0),
      atMost('(4*x2^2-x1*x2)/(12566*(x2*x1^3-x1^4))+1/(5108*x1^2)', 1),
      atMost('1-140.45*x1/(x2^2*x3)', 0),
      atMost('x1+x2', 1.5),
    ],
    lower: [0.05, 0.25, 2],
    upper: [2, 1.3, 15],
    optimum: 0.0126652328,
  },
  // Thickness and length of the weld, height and thickness of the beam.
  'welded beam': {
    start: [0.5, 3, 5, 0.5],
    definitions: {
      d1: '6000/(1.4142135623730951*x1*x2)',
      r1: 'sqrt(x2^2/4+((x1+x3)/2)^2)',
      j1: '2*1.4142135623730951*x1*x2*(x2^2/12+((x1+x3)/2)^2)',
      d2: '6000*(14+x2/2)*r1/j1',
    },
    objective: '1.10471*x1^2*x2+0.04811*x3*x4*(14+x2)',
    constraints: [
      atMost('sqrt(d1^2+d1*d2*x2/r1+d2^2)', 13_600),
      atMost('504000/(x4*x3^2)', 30_000),
      atMost('x1-x4', 0),
      atMost('0.10471*x1^2+0.04811*x3*x4*(14+x2)', 5),
      atMost('65856000/(30e6*x3^3*x4)', 0.25),
      [`4.013*30e6/6/196*x3*x4^3*(1-x3/28*${Math.sqrt(30 / 48)})`, 6000, Infinity],
    ],
    lower: [0.125, 0.1, 0.1, 0.1],
    upper: [2, 10, 10, 2],
    optimum: 1.724852309,
  },
  // Width, module and teeth of a gear, and lengths and diameters of its shafts.
  'speed reducer': {
    start: [3, 0.75, 22, 8, 8, 3.4, 5.2],
    objective:
      '0.7854*x1*x2^2*(3.3333*x3^2+14.9334*x3-43.0934)-1.508*x1*(x6^2+x7^2)+7.4777*(x6^3+x7^3)+0.7854*(x4*x6^2+x5*x7^2)',
    constraints: [
      atMost('27/(x1*x2^2*x3)', 1),
      atMost('397.5/(x1*x2^2*x3^2)', 1),
      atMost('1.93*x4^3/(x2*x3*x6^4)', 1),
      atMost('1.93*x5^3/(x2*x3*x7^4)', 1),
      atMost('sqrt((745*x4/(x2*x3))^2+16.9e6)/(110*x6^3)', 1),
      atMost('sqrt((745*x5/(x2*x3))^2+157.5e6)/(85*x7^3)', 1),
      atMost('x2*x3/40', 1),
      atMost('5*x2/x1', 1),
      atMost('x1/(12*x2)', 1),
      atMost('(1.5*x6+1.9)/x4', 1),
      atMost('(1.1*x7+1.9)/x5', 1),
    ],
    lower: [2.6, 0.7, 17, 7.3, 7.3, 2.9, 5],
    upper: [3.6, 0.8, 28, 8.3, 8.3, 3.9, 5.5],
    optimum: 2994.4710661,
  },
  // Cross-sections of the bars.
  'three-bar truss': {
    start: [0.5, 0.5],
    objective: '100*(2.8284271247461903*x1+x2)',
    constraints: [
      atMost('2*(1.4142135623730951*x1+x2)/(1.4142135623730951*x1^2+2*x1*x2)', 2),
      atMost('2*x2/(1.4142135623730951*x1^2+2*x1*x2)', 2),
      atMost('2/(1.4142135623730951*x2+x1)', 2),
    ],
    lower: [1e-3, 1e-3],
    upper: [1, 1],
    optimum: 263.895843376,
  },
  // Flows of crude oil through a pool of unknown quality.
  pooling: {
    start: [50, 50, 50, 50, 50, 50, 50, 50, 0.015],
    objective: '6*x1+16*x2+10*(x6+x7)-9*x5-15*x8',
    constraints: [
      equal('x1+x2-x3-x4'),
      equal('0.03*x1+0.01*x2-x9*(x3+x4)'),
      equal('x3+x6-x5'),
      equal('x4+x7-x8'),
      atMost('x9*x3+0.02*x6-0.025*x5', 0),
      atMost('x9*x4+0.02*x7-0.015*x8', 0),
    ],
    lower: [0, 0, 0, 0, 0, 0, 0, 0, 0.01],
    upper: [300, 300, 100, 200, 100, 300, 100, 200, 0.03],
    optimum: -400,
  },
  // A sum of cubics between two circles, where almost nothing is feasible.
  'cubic corner': {
    start: [20.1, 5.84],
    objective: '(x1-10)^3+(x2-20)^3',
    constraints: [['(x1-5)^2+(x2-5)^2', 100, Infinity], atMost('(x1-6)^2+(x2-5)^2', 82.81)],
    lower: [13, 0],
    upper: [100, 100],
    optimum: -6961.8138755801,
  },
};
