// Scores texts by the kernels of the language model: memory that holds the weights, the bank and what a pass needs.
import { int32, type Layout, layout } from '@infimum/linalg/kernels';
import { eggTables } from './egg-arithmetic.ts';
import { eggKernels } from './egg-kernels.ts';
import type { EggNoise, EggWeights } from './egg-step.ts';

/** The arrays, in words of four bytes. */
type Arrays = Readonly<
  Record<
    'weights' | 'bank' | 'places' | 'vectors' | 'tables' | 'states' | 'text' | 'scratch',
    ReturnType<typeof int32>
  >
>;

/** A model in the memory of the kernels; its weights are copied when it is made and by `refresh`. */
export class EggScorer implements Disposable {
  readonly #model: EggWeights;
  readonly #memory: Layout<Arrays>;

  /** @param longest - bytes of the longest text */
  constructor(model: EggWeights, longest: number, bank: Int8Array = new Int8Array(0)) {
    const { dim, layers, parameters } = model;
    this.#model = model;
    const words = (bytes: number) => int32(Math.ceil(bytes / 16) * 4 + 4);
    this.#memory = layout({
      weights: words(model.weights.length),
      bank: words(bank.length),
      places: int32(parameters.length),
      vectors: words(2 * dim * (1 + 4 * layers)),
      tables: int32(eggTables.length),
      states: words(2 * dim * layers),
      text: words(longest),
      scratch: words(2 * (9 * dim + 256)),
    });
    const { tables, bank: own } = this.#memory;
    tables.set(eggTables);
    bytesOf(own).set(bank);
    this.refresh();
  }

  /** Takes the weights as they are now. */
  refresh(): void {
    bytesOf(this.#memory.weights).set(this.#model.weights);
  }

  /** What `EggModel.score` says. */
  score(text: Uint8Array, noise?: EggNoise): number {
    const { dim, layers } = this.#model;
    const { workspace, weights, bank, places, vectors, tables, states, text: own, scratch } = this.#memory;
    bytesOf(own).set(text);
    states.fill(0);
    if (noise) places.set(noise.places);
    const kernels = workspace.kernels(eggKernels);
    const [sign, shift] = [noise?.sign ?? 0, 4 + (noise?.sigma ?? 4)];
    const shared = [weights.byteOffset, bank.byteOffset, places.byteOffset, vectors.byteOffset] as const;
    kernels.eggVectors(dim, layers, sign, shift, ...shared);
    const head = [dim, layers, Math.log2(dim) / 2, sign, shift, text.length, own.byteOffset] as const;
    return kernels.eggScore(...head, ...shared, tables.byteOffset, states.byteOffset, scratch.byteOffset);
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }
}

function bytesOf(array: Int32Array): Int8Array {
  return new Int8Array(array.buffer, array.byteOffset, array.byteLength);
}
