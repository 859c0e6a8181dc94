// Systems on which a false success is likely: extreme scales, singular and inconsistent ones.
import type { HardInstance } from '@infimum/core';
import type { DenseMatrix } from '../matrices.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import type { LinearSystem, SystemStructure } from './linear-system.ts';

/** All of them, made anew. */
export function hardSystems(): HardInstance<LinearSystem>[] {
  const side = 4;
  const laplacian = fivePointLaplacian(side);
  const b = Float64Array.from({ length: side * side }, (_, i) => Math.sin(i + 1));
  const hard: HardInstance<LinearSystem>[] = [];
  const add = (hardness: string, a: LinearSystem['a'], right: Float64Array, structure: SystemStructure) =>
    hard.push({ hardness, instance: { a, b: right, structure } });
  for (const [matrixScale, rightScale] of SCALES) {
    const a = { ...laplacian, values: laplacian.values.map((value) => value * matrixScale) };
    const right = b.map((value) => value * rightScale);
    for (const structure of ['positive-definite', 'general', 'least-squares'] as const) {
      add(`a ${structure} matrix times ${matrixScale}, b times ${rightScale}`, a, right, structure);
    }
  }
  add('b zero', laplacian, new Float64Array(side * side), 'positive-definite');
  add('a matrix of zeros', square([0, 0, 0, 0]), Float64Array.of(1, 2), 'symmetric');
  add('a matrix of zeros, least squares', square([0, 0, 0, 0]), Float64Array.of(1, 2), 'least-squares');
  add('a singular system with a solution', square([1, 1, 1, 1]), Float64Array.of(2, 2), 'symmetric');
  add('a singular system without one', square([1, 1, 1, 1]), Float64Array.of(1, 2), 'symmetric');
  add('a nilpotent matrix', square([0, 1, 0, 0]), Float64Array.of(1, 1), 'general');
  add('a cycle, on which minimal residuals stagnate', cycle(5), Float64Array.of(1, 0, 0, 0, 0), 'general');
  add('an indefinite matrix', square([0, 1, 1, 0]), Float64Array.of(2, 3), 'symmetric');
  const graded = square([1, 1e-160, 1e-160, 1e-300]);
  add('a graded matrix', graded, Float64Array.of(1, 1e-200), 'positive-definite');
  add('an indefinite matrix declared positive', square([1, 2, 2, 1]), Float64Array.of(1, 1), 'positive-definite');
  const column: DenseMatrix = { rows: 2, cols: 1, values: Float64Array.of(1e308, 1e308) };
  add('two equations near the largest number', column, Float64Array.of(1e308, 1e308), 'least-squares');
  const contradiction: DenseMatrix = { rows: 2, cols: 1, values: Float64Array.of(1, 1) };
  add('contradictory equations', contradiction, Float64Array.of(1, -1), 'least-squares');
  add('a denormal matrix', square([5e-324, 0, 0, 1e-322]), Float64Array.of(5e-324, 5e-324), 'positive-definite');
  return hard;
}

/** Of A and of b. */
const SCALES = [
  [1e150, 1e150],
  [1e-150, 1e-150],
  [1e-200, 1e-200],
  [1e-200, 1],
  [1, 1e-200],
  [1e300, 1e-10],
  [1e200, 1e-200],
] as const;

function square(values: readonly number[]): DenseMatrix {
  const size = Math.sqrt(values.length);
  return { rows: size, cols: size, values: Float64Array.from(values) };
}

/** The permutation matrix of a cycle. */
function cycle(size: number): DenseMatrix {
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) values[((i + 1) % size) * size + i] = 1;
  return { rows: size, cols: size, values };
}
