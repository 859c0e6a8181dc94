// Adapters in files: LoRA as PEFT names it, and SNELL with its settings in the header; merged, or alone.
//
// PEFT's layout: https://github.com/huggingface/peft
import { checkNumber, checkObject, describeValue, fault } from '@infimum/core';
import type { SafetensorsFile, Tensor } from '@infimum/core/data';
import { checkTensors } from '../data/safetensors.ts';
import type { SnellAdapterOptions } from './snell-adapter.ts';
import { createSnellAdapter } from './snell-adapter.ts';

/**
 * The merged weights of PEFT's LoRA adapters: W + (alpha / r) B A for every pair `base_model.model.PATH.lora_A.weight` (r x in)
 * and `….lora_B.weight` (out x r), where `PATH.weight` (out x in) is the base; fully trained modules, such as a head, replace those of the
 * base.
 *
 * @param base - the model's tensors by name
 * @param adapters - the adapter file's tensors
 * @param alpha - `lora_alpha` of its settings
 * @throws {InvalidInputError} for adapters that match no weight of the base, or whose shapes do not fit
 *
 * @example
 * ```ts
 * import { mergePeftLora } from '@infimum/learn/tuning';
 *
 * const base = new Map([['q.weight', { shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) }]]);
 * const adapters = new Map([
 *   ['base_model.model.q.lora_A.weight', { shape: [1, 3], values: Float64Array.of(1, 0, -1) }],
 *   ['base_model.model.q.lora_B.weight', { shape: [2, 1], values: Float64Array.of(2, -1) }],
 * ]);
 * console.log(mergePeftLora(base, adapters, 4).get('q.weight')?.values.join(' ')); // 9 2 -5 0 5 10
 * ```
 */
export function mergePeftLora(
  base: ReadonlyMap<string, Tensor>,
  adapters: ReadonlyMap<string, Tensor>,
  alpha: number,
): Map<string, Tensor> {
  checkTensors(base, 'base');
  checkTensors(adapters, 'adapters');
  checkNumber(alpha, 'alpha');
  const merged = new Map(base);
  const refuse = (problem: string): never => {
    throw fault(problem, 'adapters', 'unknown');
  };
  // Fully trained modules, such as a head, have their own names in the file.
  const replace = (name: string, tensor: Tensor) => {
    const path = /^base_model\.model\.(.+)$/.exec(name)?.[1] ?? '';
    const old = base.get(path) ?? refuse(`${name} is neither a LoRA weight nor a weight of the base model`);
    if (old.shape.join() !== tensor.shape.join())
      refuse(`${name}: ${tensor.shape.join('x')} does not fit ${old.shape.join('x')}`);
    merged.set(path, tensor);
  };
  let pairs = 0;
  for (const [name, a] of adapters) {
    const match = /^base_model\.model\.(.+)\.lora_A\.weight$/.exec(name);
    if (!match) {
      if (!/\.lora_B\.weight$/.test(name)) replace(name, a);
      continue;
    }
    const path = match[1];
    const b = adapters.get(`base_model.model.${path}.lora_B.weight`) ?? refuse(`${path} has no lora_B`);
    const weight = base.get(`${path}.weight`) ?? refuse(`${path}.weight is not in the base model`);
    const [rank, inputs] = a.shape;
    const [outputs, inner] = b.shape;
    if (rank !== inner || weight.shape[0] !== outputs || weight.shape[1] !== inputs) {
      refuse(`${path}: ${b.shape.join('x')} times ${a.shape.join('x')} does not fit ${weight.shape.join('x')}`);
    }
    const values = weight.values.slice();
    for (let o = 0; o < outputs; o++) {
      for (let k = 0; k < rank; k++) {
        const factor = (alpha / rank) * b.values[o * rank + k];
        for (let i = 0; i < inputs; i++) values[o * inputs + i] += factor * a.values[k * inputs + i];
      }
    }
    merged.set(`${path}.weight`, { shape: weight.shape, values });
    pairs++;
  }
  if (pairs === 0) refuse('contain no LoRA weights');
  return merged;
}

/** PEFT's `adapter_config.json` for LoRA adapters with these weights, whose alpha is their rank. */
export function peftLoraConfig(adapters: ReadonlyMap<string, Tensor>): {
  /** Always LoRA. */
  readonly peft_type: 'LORA';
  /** Rank. */
  readonly r: number;
  /** The product is times lora_alpha / r. */
  readonly lora_alpha: number;
  /** The ends of the paths that have adapters. */
  readonly target_modules: readonly string[];
  /** The fully trained modules. */
  readonly modules_to_save: readonly string[];
} {
  checkTensors(adapters, 'adapters');
  const targets = new Set<string>();
  const saved = new Set<string>();
  let rank = 0;
  for (const [name, { shape }] of adapters) {
    const path = name.replace(/^base_model\.model\./, '').replace(/\.(lora_[AB]\.)?(weight|bias)$/, '');
    const isThin = /\.lora_[AB]\.weight$/.test(name);
    if (/\.lora_A\.weight$/.test(name)) rank = shape[0];
    (isThin ? targets : saved).add(path.split('.').slice(-2).join('.'));
  }
  if (rank === 0) throw fault('contain no LoRA weights', 'adapters', 'unknown');
  return { peft_type: 'LORA', r: rank, lora_alpha: rank, target_modules: [...targets], modules_to_save: [...saved] };
}

/**
 * Settings of SNELL adapters as texts for a file's header, and back.
 *
 * @throws {InvalidInputError} naming the setting that is neither number nor text nor switch
 */
export function snellMetadata(options: SnellAdapterOptions): Record<string, string> {
  checkObject(options, 'options');
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || ['number', 'string', 'boolean'].includes(typeof value)) continue;
    throw fault(`is ${describeValue(value)}; only numbers, strings and booleans can be written`, `options.${name}`, 'type');
  }
  return { format: 'snell', settings: JSON.stringify(options) };
}

/**
 * The merged weights of SNELL adapters made by `fineTuneTransformer`: W + S' for every pair `snell.PATH.A` (heads x in x q) and
 * `snell.PATH.B` (heads x out x q), where `PATH.weight` (out x in) is the base, with the sparsity of `snell.PATH.sparsity` where there
 * is one; other tensors replace those of the base.
 *
 * @param base - the model's tensors by name
 * @param file - the adapters with their header, as `readSafetensors` gives them
 * @throws {InvalidInputError} for adapters that match no weight of the base, or whose shapes do not fit, and for a header without
 *   settings
 */
export function mergeSnell(base: ReadonlyMap<string, Tensor>, file: SafetensorsFile): Map<string, Tensor> {
  checkTensors(base, 'base');
  checkObject(file, 'file');
  checkTensors(file.tensors, 'file.tensors');
  const refuse = (problem: string): never => {
    throw fault(problem, 'file', 'unknown');
  };
  const settings = settingsOf(file, refuse);
  const merged = new Map(base);
  let pairs = 0;
  for (const [name, tensor] of file.tensors) {
    const path = /^snell\.(.+)\.A$/.exec(name)?.[1];
    if (path === undefined) {
      if (/^snell\..+\.(B|sparsity)$/.test(name)) continue;
      const old = base.get(name) ?? refuse(`${name} is not in the base model`);
      if (old.shape.join() !== tensor.shape.join())
        refuse(`${name}: ${tensor.shape.join('x')} does not fit ${old.shape.join('x')}`);
      merged.set(name, tensor);
      continue;
    }
    const other = file.tensors.get(`snell.${path}.B`) ?? refuse(`${path} has no B`);
    const weight = base.get(`${path}.weight`) ?? refuse(`${path}.weight is not in the base model`);
    const [heads, inputs, width] = tensor.shape;
    const [, outputs] = other.shape;
    const isRight =
      weight.shape[0] === outputs && weight.shape[1] === inputs && other.shape.join() === [heads, outputs, width].join();
    if (!isRight)
      refuse(`${path}: A of ${tensor.shape.join('x')} and B of ${other.shape.join('x')} do not fit ${weight.shape.join('x')}`);
    const adapter = createSnellAdapter(inputs, outputs, { ...settings, heads, rank: heads * width });
    adapter.sparsity = file.tensors.get(`snell.${path}.sparsity`)?.values[0] ?? adapter.sparsity;
    adapter.parameters[0].set(tensor.values);
    adapter.parameters[1].set(other.values);
    const { values: change } = adapter.toDense();
    const values = weight.values.slice();
    for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) values[o * inputs + i] += change[i * outputs + o];
    merged.set(`${path}.weight`, { shape: weight.shape, values });
    pairs++;
  }
  if (pairs === 0) refuse('holds no SNELL adapters');
  return merged;
}

function settingsOf({ metadata }: SafetensorsFile, refuse: (problem: string) => never): SnellAdapterOptions {
  try {
    const settings = JSON.parse(metadata?.['settings'] ?? '');
    if (metadata['format'] === 'snell' && typeof settings === 'object' && settings !== null) return settings;
  } catch {
    // said below
  }
  return refuse('has no settings of SNELL in its header');
}
