// The path of Lemke and Howson in doubles, on the two polytopes B'x <= 1 and A y <= 1.
import { Workspace } from '@infimum/linalg/kernels';
import type { SavedBasis, UnitMatrix } from './lemke-howson-basis.ts';
import { Basis, sizesOf } from './lemke-howson-basis.ts';
import type { NormalFormGame } from './normal-form-game.ts';
import { payoffScales } from './normal-form-game.ts';

/** The two polytopes of a game and the memory for their bases, which paths share; `using` releases it. */
export class Polytopes implements Disposable {
  /** Choices of both players. */
  readonly rows: number;
  readonly cols: number;
  /** B'x <= 1 and A y <= 1, payoffs moved and scaled to [1, 2]. */
  readonly bases: readonly [Basis, Basis];
  readonly #workspace: Workspace;
  #holder: Path | undefined;

  constructor(game: NormalFormGame, [first, second] = payoffScales(game)) {
    const [rows, cols] = game.actions;
    const [a, b] = game.payoffs;
    this.rows = rows;
    this.cols = cols;
    const x: UnitMatrix = { height: cols, width: rows, values: b, rowStride: 1, step: cols, ...second };
    const y: UnitMatrix = { height: rows, width: cols, values: a, rowStride: cols, step: 1, ...first };
    this.#workspace = Workspace.for(sizesOf([x, y]));
    this.bases = [new Basis(x, this.#workspace), new Basis(y, this.#workspace)];
  }

  /** The bases of a path; those of the previous path are saved. */
  basesOf(path: Path): readonly [Basis, Basis] {
    if (this.#holder === path) return this.bases;
    this.#holder?.putAside();
    this.#holder = path;
    const saved = path.takeBack();
    for (const side of [0, 1] as const) this.bases[side].restore(saved?.[side]);
    return this.bases;
  }

  [Symbol.dispose](): void {
    this.#workspace.release();
  }
}

/** A path from the artificial equilibrium. */
export class Path {
  /** Pivots so far. */
  pivots = 0;
  /** Whether the label that was dropped has been found again. */
  isDone = false;
  /** The label that was dropped. */
  readonly label: number;
  readonly #polytopes: Polytopes;
  #saved: readonly [SavedBasis, SavedBasis] | undefined;
  #enter: number;
  #isFirst: boolean;

  constructor(polytopes: Polytopes, label: number) {
    this.#polytopes = polytopes;
    this.label = label;
    this.#enter = label;
    this.#isFirst = label < polytopes.rows;
  }

  /** Whether ties were met. */
  get isDegenerate(): boolean {
    return this.#polytopes.basesOf(this).some((basis) => basis.isDegenerate);
  }

  /** Memory of the path, in numbers, while others are followed. */
  get memory(): number {
    const [x, y] = this.#polytopes.basesOf(this);
    return x.size ** 2 + y.size ** 2 + 8 * (this.#polytopes.rows + this.#polytopes.cols);
  }

  /** Keeps its bases while another path is walked. */
  putAside(): void {
    const [x, y] = this.#polytopes.bases;
    this.#saved = [x.save(), y.save()];
  }

  /** The bases that were kept, if any. */
  takeBack(): readonly [SavedBasis, SavedBasis] | undefined {
    const saved = this.#saved;
    this.#saved = undefined;
    return saved;
  }

  /** Pivots until the label is found again, so many pivots have been done, or so many multiplications. */
  walk(limit: number, work: number): void {
    const { rows, cols } = this.#polytopes;
    const bases = this.#polytopes.basesOf(this);
    for (let done = 0; !this.isDone && this.pivots < limit && done < work; ) {
      const basis = bases[this.#isFirst ? 0 : 1];
      const { size } = basis;
      done += (rows + cols) * (size + 2) + 2 * size * size;
      // Labels of rows come first: variables of the first system, slacks of the second.
      const left = basis.pivot(this.#isFirst ? this.#enter : this.#swapped(this.#enter, rows));
      if (left < 0) {
        this.isDone = true;
        return;
      }
      this.pivots++;
      this.#enter = this.#isFirst ? left : this.#swapped(left, cols);
      this.#isFirst = !this.#isFirst;
      this.isDone = this.#enter === this.label;
    }
  }

  /** The number with rows and columns in the other order, of which `first` come first. */
  #swapped(label: number, first: number): number {
    const { rows, cols } = this.#polytopes;
    return label < first ? label + (rows + cols - first) : label - first;
  }

  /** Weights at the vertex, not normalised. */
  weights(): readonly [Float64Array, Float64Array] {
    const [x, y] = this.#polytopes.basesOf(this);
    return [x.weights(), y.weights()];
  }
}
