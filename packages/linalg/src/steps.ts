// `@infimum/linalg/steps`: the iterative methods as steps, for those who drive them, a factorisation with pauses, and the simulator of SMASH for study.
export { sparseLdlInTurns } from './direct/sparse-ldl.ts';
export { lanczosSteps } from './eigen/lanczos.ts';
export { lobpcgSteps } from './eigen/lobpcg.ts';
export { type SimulateSmashOptions, type SmashSimulation, simulateSmash } from './products/simulate-smash.ts';
export { spgemmSteps } from './products/spgemm.ts';
export { streamingTopEigenvectorSteps } from './streaming/streaming-top-eigenvector.ts';
export { bicgstabSteps } from './systems/bicgstab.ts';
export { conjugateGradientSteps } from './systems/conjugate-gradient.ts';
export { gaussSeidelSteps } from './systems/gauss-seidel.ts';
export { gmresSteps } from './systems/gmres.ts';
export { jacobiSteps } from './systems/jacobi.ts';
export { kaczmarzSteps } from './systems/kaczmarz.ts';
export { lsmrSteps } from './systems/lsmr.ts';
export { lsqrSteps } from './systems/lsqr.ts';
export { minresSteps } from './systems/minres.ts';
export { sketchAndProjectSteps } from './systems/sketch-and-project.ts';
export { successiveOverRelaxationSteps } from './systems/successive-over-relaxation.ts';
export { symmetricOverRelaxationSteps } from './systems/symmetric-over-relaxation.ts';
