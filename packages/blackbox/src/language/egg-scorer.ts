// Scores texts by the kernels of the language model: memory for the weights, the bank and the scratch of a pass.
import type { Layout } from '@infimum/linalg/kernels';
import { int32, layout } from '@infimum/linalg/kernels';
import { eggTables } from './egg-arithmetic.ts';
import { eggKernels } from './egg-kernels.ts';
import type { EggNoise, EggWeights } from './egg-step.ts';

/** The arrays, in words of four bytes. */
type Arrays = Readonly<
  Record<'weights' | 'bank' | 'places' | 'vectors' | 'tables' | 'states' | 'text' | 'scratch', ReturnType<typeof int32>>
>;

/** A model in the memory of the kernels; its weights are copied when it is made and by `refresh`. */
export class EggScorer implements Disposable {
  readonly #model: EggWeights;
  readonly #memory: Layout<Arrays>;
  #before = 0;
  #sign = 0;
  #shift = 0;

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

  /** Copies the current weights. */
  refresh(): void {
    bytesOf(this.#memory.weights).set(this.#model.weights);
  }

  /** What `EggModel.score` says. */
  score(text: Uint8Array, noise?: EggNoise): number {
    this.begin(noise);
    return this.read(text);
  }

  /** Begins a text. */
  begin(noise?: EggNoise): void {
    const { dim, layers } = this.#model;
    const { workspace, weights, bank, places, vectors, states } = this.#memory;
    states.fill(0);
    this.#before = 0;
    [this.#sign, this.#shift] = [noise?.sign ?? 0, 4 + (noise?.sigma ?? 4)];
    if (noise) places.set(noise.places);
    const shared = [weights.byteOffset, bank.byteOffset, places.byteOffset, vectors.byteOffset] as const;
    workspace.kernels(eggKernels).eggVectors(dim, layers, this.#sign, this.#shift, ...shared);
  }

  /** Continues a text: the sum of log-probabilities of its bytes in sixteenths of a bit. */
  read(text: Uint8Array): number {
    bytesOf(this.#memory.text).set(text);
    const score = this.#pass(text.length);
    if (text.length > 0) this.#before = text[text.length - 1];
    return score;
  }

  /** Continues with the likeliest byte, the first of equals. */
  write(): number {
    this.#pass(1);
    const { byteOffset, buffer } = this.#memory.scratch;
    const logits = new Int16Array(buffer, byteOffset + 18 * this.#model.dim, 256);
    let likeliest = 0;
    for (let b = 1; b < 256; b++) if (logits[b] > logits[likeliest]) likeliest = b;
    this.#before = likeliest;
    return likeliest;
  }

  #pass(length: number): number {
    const { dim, layers } = this.#model;
    const { workspace, weights, bank, places, vectors, tables, states, text, scratch } = this.#memory;
    const head = [dim, layers, Math.log2(dim) / 2, this.#sign, this.#shift, this.#before, length] as const;
    const shared = [weights.byteOffset, bank.byteOffset, places.byteOffset, vectors.byteOffset] as const;
    return workspace
      .kernels(eggKernels)
      .eggScore(...head, text.byteOffset, ...shared, tables.byteOffset, states.byteOffset, scratch.byteOffset);
  }

  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]();
  }
}

function bytesOf(array: Int32Array): Int8Array {
  return new Int8Array(array.buffer, array.byteOffset, array.byteLength);
}
