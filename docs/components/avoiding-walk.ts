// Two walks on one graph, side by side: the chain itself, and the walk that avoids visited nodes.
import type { Graph, SelfRepellentWalk } from '@infimum/graphs';
import { barabasiAlbert, createWalk, gridGraph, karateClub, lesMiserables } from '@infimum/graphs';

/** The graphs to choose from. */
export const graphs: Readonly<Record<string, { readonly title: string; make(): Graph }>> = {
  miserables: { title: 'Les Misérables: 77 characters who meet', make: lesMiserables },
  karate: { title: 'Zachary’s karate club: 34 members', make: karateClub },
  grid: { title: 'A grid of 16 × 16', make: () => gridGraph(16) },
  preferential: { title: 'Preferential attachment, 200 nodes', make: () => barabasiAlbert(200, 2, 1) },
};

/** A walk, and the distance of its visits from the target. */
export class WatchedWalk {
  readonly #walk: SelfRepellentWalk;
  readonly #nodes: number;
  /** The nodes visited last, the latest at the end. */
  readonly path: number[] = [];
  /** Total variation distance to the uniform distribution after 1, 2, 4, … steps and at the end. */
  readonly distances: [steps: number, distance: number][] = [];

  constructor(graph: Graph, alpha: number, seed: number) {
    this.#nodes = graph.nodes;
    this.#walk = createWalk(graph, { alpha, seed });
    this.path.push(this.#walk.node);
  }

  get steps(): number {
    return this.#walk.steps;
  }

  /** Continues the walk; distances are recorded at steps that grow by a tenth. */
  advance(steps: number): void {
    for (let n = 0; n < steps; n++) {
      this.path.push(this.#walk.step());
      if (this.path.length > 30) this.path.shift();
      const due = 1.1 * (this.distances.at(-1)?.[0] ?? 0);
      if (this.steps >= due) this.distances.push([this.steps, this.distance()]);
    }
  }

  /** The shares of the visits. */
  shares(): Float64Array {
    const { visits } = this.#walk;
    return visits.map((count) => count / Math.max(1, this.steps)) as Float64Array;
  }

  /** ½ Σ |share − 1/N|. */
  distance(): number {
    return this.shares().reduce((sum, share) => sum + Math.abs(share - 1 / this.#nodes) / 2, 0);
  }
}
