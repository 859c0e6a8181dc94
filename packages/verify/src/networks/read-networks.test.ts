import { readFileSync } from 'node:fs';
import { Random } from '@infimum/core';
import { readSafetensors } from '@infimum/core/data';
import { describe, expect, it } from 'vitest';
import { outputBounds } from '../bounds/output-bounds.ts';
import { regionAround } from '../bounds/region.ts';
import { evaluateNetwork } from './network.ts';
import { networkFromTensors } from './network-from-tensors.ts';
import { packedVarints, wireFields } from './protobuf.ts';
import { readLayersModel } from './read-layers-model.ts';
import { readNnet } from './read-nnet.ts';
import { readOnnx } from './read-onnx.ts';

const fixture = (name: string) => new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));

interface Case {
  readonly x: readonly number[][];
  readonly y: readonly number[][];
}

const cases = JSON.parse(new TextDecoder().decode(fixture('cases.json'))) as Record<string, Case>;

/** Outputs in double precision, of networks that PyTorch, Keras and scikit-learn made themselves. */
const exact = {
  ...JSON.parse(new TextDecoder().decode(fixture('cases-torch.json'))),
  ...JSON.parse(new TextDecoder().decode(fixture('cases-keras.json'))),
  ...JSON.parse(new TextDecoder().decode(fixture('cases-smooth.json'))),
} as Record<string, Case>;

describe('readOnnx', () => {
  it.each(['iris', 'petal', 'convolutional', 'channels-last'])('%s gives what ONNX Runtime finds', (name) => {
    const { network } = readOnnx(fixture(`${name}.onnx`));
    cases[name].x.forEach((x, k) => {
      const y = evaluateNetwork(network, Float64Array.from(x));
      expect(y).toHaveLength(cases[name].y[k].length);
      y.forEach((value, i) => {
        expect(Math.abs(value - cases[name].y[k][i])).toBeLessThan(1e-4 * (1 + Math.abs(value)));
      });
    });
  });

  it.each(Object.keys(exact).filter((name) => name !== 'layers-model'))(
    '%s gives what PyTorch, Keras or scikit-learn find in double precision',
    (name) => {
      const { network } = readOnnx(fixture(`${name}.onnx`));
      exact[name].x.forEach((x, k) => {
        const y = evaluateNetwork(network, Float64Array.from(x));
        expect(y).toHaveLength(exact[name].y[k].length);
        y.forEach((value, i) => {
          expect(Math.abs(value - exact[name].y[k][i])).toBeLessThan(1e-6 * (1 + Math.abs(value)));
        });
      });
    },
  );

  it.each(['torch-gates', 'torch-attention', 'torch-attention-16'])('%s has bounds that hold and are tight', (name) => {
    const { network } = readOnnx(fixture(`${name}.onnx`));
    const random = new Random(1);
    const [x] = exact[name].x;
    const region = regionAround(x, 0.01);
    const { lower, upper } = outputBounds(network, region);
    const [least, most] = [upper.slice(), lower.slice()];
    for (let k = 0; k < 2000; k++) {
      const y = evaluateNetwork(
        network,
        x.map((value) => value + 0.01 * (k % 2 ? Math.sign(random.normal()) : 2 * random.uniform() - 1)),
      );
      y.forEach((value, i) => {
        [least[i], most[i]] = [Math.min(least[i], value), Math.max(most[i], value)];
      });
    }
    for (let i = 0; i < lower.length; i++) {
      expect(least[i] >= lower[i] && most[i] <= upper[i]).toBe(true);
      expect((upper[i] - lower[i]) / (most[i] - least[i])).toBeLessThan(1.5);
    }
  });

  it('tells names, shapes and what was left out', () => {
    const iris = readOnnx(fixture('iris.onnx'));
    expect(iris.shape).toEqual([4]);
    expect(iris.hasSoftmax).toBe(true);
    // The scaler is part of the first layer.
    expect(iris.network.layers).toHaveLength(3);
    const convolutional = readOnnx(fixture('convolutional.onnx'));
    expect([convolutional.input, convolutional.output, convolutional.shape]).toEqual(['x', 'y', [2, 6, 6]]);
    // The normalisation of the input; the average pool is part of the first dense layer.
    expect(convolutional.network.layers.map(({ kind }) => kind)).toEqual([
      'sparse',
      'convolution',
      'convolution',
      'dense',
      'dense',
    ]);
  });

  it('ends with the tensor that is named', () => {
    const { network, output } = readOnnx(fixture('convolutional.onnx'), { output: 't9' });
    expect(output).toBe('t9');
    expect(network.layers[network.layers.length - 1].activation).toBe('linear');
    expect(() => readOnnx(fixture('convolutional.onnx'), { output: 'nothing' })).toThrow(/'nothing'/);
  });

  it('refuses what it does not know, by operation and node', () => {
    // The file has a Gelu; Selu is not known.
    const bytes = fixture('unsupported.onnx');
    expect(readOnnx(bytes).network.layers.map(({ activation }) => activation)).toContain('gelu');
    bytes[Buffer.from(bytes).indexOf('Gelu')] = 'S'.charCodeAt(0);
    expect(() => readOnnx(bytes)).toThrow("the operation Selu of node 'act' is not supported");
  });

  it('refuses damaged files', () => {
    const whole = fixture('petal.onnx');
    for (let length = 1; length < whole.length; length += 37) {
      expect(() => readOnnx(whole.subarray(0, length))).toThrow(expect.objectContaining({ name: 'InvalidInputError' }));
    }
    expect(() => readOnnx('file' as never)).toThrow(expect.objectContaining({ argument: 'bytes' }));
  });

  it('reads numbers of the wire', () => {
    const minusOne = Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1);
    expect(packedVarints(Uint8Array.of(1, 0xac, 0x02, ...minusOne))).toEqual([1, 300, -1]);
    expect([...wireFields(Uint8Array.of(8, ...minusOne))].map(({ field, value }) => [field, value])).toEqual([[1, -1]]);
  });
});

describe('safetensors', () => {
  const description = {
    layers: [
      { weight: 'hidden.weight', bias: 'hidden.bias', activation: 'relu', layout: 'in-out' },
      { weight: 'out.weight', bias: 'out.bias', layout: 'in-out' },
    ],
  } as const;

  it('gives what NumPy finds, of single, half and double precision', () => {
    const network = networkFromTensors(readSafetensors(fixture('digits.safetensors')).tensors, description);
    cases['digits'].x.forEach((x, k) => {
      evaluateNetwork(network, Float64Array.from(x)).forEach((value, i) => {
        expect(value).toBeCloseTo(cases['digits'].y[k][i], 9);
      });
    });
  });

  it('names tensors that are missing and files that are damaged', () => {
    const { tensors } = readSafetensors(fixture('digits.safetensors'));
    expect(() => networkFromTensors(tensors, { layers: [{ weight: 'fc.weight' }] })).toThrow(/^fc\.weight/);
    expect(() => readSafetensors(new Uint8Array(4))).toThrow(expect.objectContaining({ argument: 'bytes' }));
    expect(() => readSafetensors(fixture('digits.safetensors').subarray(0, 500))).toThrow(
      expect.objectContaining({ argument: 'bytes' }),
    );
  });

  it('turns kernels and images with the channels last', () => {
    const kernel = Float64Array.from({ length: 8 }, (_, i) => i + 1);
    const tensors = new Map([
      ['conv', { shape: [2, 1, 2, 2], values: kernel }],
      ['dense', { shape: [4, 1], values: Float64Array.of(1, 10, 100, 1000) }],
    ]);
    const network = networkFromTensors(tensors, {
      shape: [2, 3, 1],
      flatten: 'HWC',
      layers: [
        { weight: 'conv', layout: 'HWIO' },
        { weight: 'dense', layout: 'in-out' },
      ],
    });
    // By hand: an image of 3 x 1 pixels with 2 channels, channels first.
    const x = Float64Array.of(1, 2, 3, 4, 5, 6);
    const at = (row: number, o: number) => {
      let sum = 0;
      for (let h = 0; h < 2; h++) for (let i = 0; i < 2; i++) sum += x[i * 3 + row + h] * kernel[(h * 2 + i) * 2 + o];
      return sum;
    };
    expect(evaluateNetwork(network, x)[0]).toBe(at(0, 0) + 10 * at(0, 1) + 100 * at(1, 0) + 1000 * at(1, 1));
  });
});

describe('readLayersModel', () => {
  const model = JSON.parse(new TextDecoder().decode(fixture('layers-model.json')));

  it('gives what Keras finds in double precision', () => {
    const { network, shape, hasSoftmax } = readLayersModel(model, fixture('layers-model.bin'));
    expect(shape).toEqual([6, 6, 1]);
    expect(hasSoftmax).toBe(false);
    exact['layers-model'].x.forEach((x, k) => {
      evaluateNetwork(network, Float64Array.from(x)).forEach((value, i) => {
        expect(Math.abs(value - exact['layers-model'].y[k][i])).toBeLessThan(1e-6 * (1 + Math.abs(value)));
      });
    });
  });

  it('refuses other layers by class and name, and files that end early', () => {
    expect(() => readLayersModel(model, fixture('layers-model.bin').subarray(0, 100))).toThrow(/ends within/);
    expect(() => readLayersModel({}, new Uint8Array(0))).toThrow(/not a layers model/);
    const other = structuredClone(model);
    other.modelTopology.model_config.config.layers[2].class_name = 'LSTM';
    expect(() => readLayersModel(other, fixture('layers-model.bin'))).toThrow(/LSTM '/);
  });
});

describe('readNnet', () => {
  // Two inputs, two ReLUs, one output: relu(a - b) + 2 relu(b + 1) + 0.5 of the scaled inputs.
  const text = [
    '// a network by hand',
    '2,2,1,2,',
    '2,2,1,',
    '0,',
    '-10,-20,',
    '10,20,',
    '1,2,3,',
    '2,4,5,',
    '1,-1,',
    '0,1,',
    '0,',
    '1,',
    '1,2,',
    '0.5,',
  ].join('\n');

  it('takes the scaling of inputs and outputs into the layers', () => {
    const { network, region } = readNnet(text);
    expect(Array.from(region.lower)).toEqual([-10, -20]);
    for (const [x, y] of [
      [3, 1],
      [-4, 7],
      [0, 0],
    ]) {
      const [a, b] = [(x - 1) / 2, (y - 2) / 4];
      const plain = Math.max(0, a - b) + 2 * Math.max(0, b + 1) + 0.5;
      expect(evaluateNetwork(network, Float64Array.of(x, y))[0]).toBeCloseTo(5 * plain + 3, 12);
    }
  });

  it('names the line that is wrong', () => {
    expect(() => readNnet(text.replace('0,1,', '0,'))).toThrow(/in line 10/);
    expect(() => readNnet('')).toThrow(expect.objectContaining({ name: 'InvalidInputError' }));
    expect(() => readNnet(3 as never)).toThrow(expect.objectContaining({ argument: 'text' }));
  });
});
