// `@infimum/bandits-rl/control`: Riccati equations and regulators, controllers from recorded trajectories, quadrature.
export type { ControlSystem, ControlSystemLike, LinearPlant, LinearPlantLike } from './quadrature/control-instance.ts';
export { linearInstance, policyOf as controlPolicy } from './quadrature/control-problem.ts';
export { type NodesAndWeights, polynomialRule } from './quadrature/gauss-legendre.ts';
export { type IntegralReinforcementOptions, type IntegralSolution, integralReinforcement } from './quadrature/integral-rl.ts';
export { type Features, quadraticMonomials } from './quadrature/monomials.ts';
export { type QuadratureRule, type QuadratureWeightsOptions, quadratureWeights } from './quadrature/quadrature-weights.ts';
export { type ObservedWindow, type ValueFromWindows, valueFromWindows } from './quadrature/value-from-windows.ts';
export { dlqr, type Estimator, kalman, type LqrOptions, lqe, lqr, type Regulator } from './regulators/lqr.ts';
export { solveCare, solveDare } from './regulators/riccati.ts';
export { c2d, ctrb, obsv, place } from './regulators/state-space.ts';
