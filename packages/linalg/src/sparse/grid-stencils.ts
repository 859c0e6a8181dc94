// Difference operators on a square grid: the model problems of numerical linear algebra.
import type { CsrMatrix } from '../matrices.ts';
import { CsrBuilder } from './csr-builder.ts';

/** The five-point Laplacian of a grid of side x side inner points: 4 on the diagonal, -1 for each neighbour. */
export function fivePointLaplacian(side: number): CsrMatrix {
  return stencil(side, { center: 4, west: -1, east: -1, north: -1, south: -1 });
}

/** Diffusion and a wind from the west, upwind differences: the further from symmetric, the stronger the wind. */
export function convectionDiffusion(side: number, wind: number): CsrMatrix {
  const flow = wind / (side + 1);
  return stencil(side, { center: 4 + flow, west: -1 - flow, east: -1, north: -1, south: -1 });
}

/** The Laplacian less a multiple of the identity, with eigenvalues on both sides of zero. */
export function helmholtz(side: number, shift: number): CsrMatrix {
  return stencil(side, { center: 4 - shift, west: -1, east: -1, north: -1, south: -1 });
}

interface Stencil {
  readonly center: number;
  readonly west: number;
  readonly east: number;
  readonly north: number;
  readonly south: number;
}

function stencil(side: number, { center, west, east, north, south }: Stencil): CsrMatrix {
  const size = side * side;
  const builder = new CsrBuilder(size, size);
  for (let i = 0; i < size; i++) {
    const column = i % side;
    if (i >= side) builder.push(i - side, north);
    if (column > 0) builder.push(i - 1, west);
    builder.push(i, center);
    if (column < side - 1) builder.push(i + 1, east);
    if (i + side < size) builder.push(i + side, south);
    builder.endRow();
  }
  return builder.matrix();
}
