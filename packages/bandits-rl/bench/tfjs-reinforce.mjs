// REINFORCE on CartPole in TensorFlow.js (its WebAssembly backend, the fastest without a graphics card): the carts of a batch step
// together, the gradient is one backward pass. Prints steps a second of processor time.
// Arguments: carts, updates, widths of hidden layers, a folder in which @tensorflow/tfjs and @tensorflow/tfjs-backend-wasm are installed.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [carts, updates, hidden, folder] = [
  Number(process.argv[2]),
  Number(process.argv[3]),
  JSON.parse(process.argv[4]),
  process.argv[5],
];
const { resolve } = createRequire(join(folder, 'package.json'));
const load = (name) => createRequire(join(folder, 'package.json'))(name);
const tf = load('@tensorflow/tfjs');
load('@tensorflow/tfjs-backend-wasm').setWasmPaths(`${dirname(resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');
await tf.ready();

const sizes = [4, ...hidden, 2];
const weights = sizes
  .slice(1)
  .map((size, l) => ({
    matrix: tf.variable(
      tf.randomNormal([sizes[l], size], 0, hidden.length > 0 ? 1 / Math.sqrt(sizes[l]) : 0, 'float32', l + 1),
    ),
    bias: tf.variable(tf.zeros([size]), hidden.length > 0),
  }));
const optimiser = tf.train.sgd(1e-4);

function network(x) {
  return weights.reduce((h, { matrix, bias }, l) => {
    const product = tf.matMul(h, matrix);
    const z = hidden.length > 0 ? tf.add(product, bias) : product;
    return l + 1 < weights.length ? tf.tanh(z) : z;
  }, x);
}

let draws = 1;
/** Numbers from 0 to 1, the same in every run. */
function uniform() {
  draws = (Math.imul(draws, 1664525) + 1013904223) >>> 0;
  return draws / 2 ** 32;
}

/** Gymnasium's dynamics; whether the cart stands. */
function step(state, i, action) {
  const [x, speed, angle, turn] = state.subarray(4 * i, 4 * i + 4);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const temp = ((action === 1 ? 10 : -10) + 0.05 * turn * turn * sin) / 1.1;
  const bend = (9.8 * sin - cos * temp) / (0.5 * (4 / 3 - (0.1 * cos * cos) / 1.1));
  const push = temp - (0.05 * bend * cos) / 1.1;
  state[4 * i] = x + 0.02 * speed;
  state[4 * i + 1] = speed + 0.02 * push;
  state[4 * i + 2] = angle + 0.02 * turn;
  state[4 * i + 3] = turn + 0.02 * bend;
  return Math.abs(state[4 * i]) <= 2.4 && Math.abs(state[4 * i + 2]) <= (12 * Math.PI) / 180;
}

function update() {
  const state = Float32Array.from({ length: 4 * carts }, () => 0.1 * uniform() - 0.05);
  const stands = new Uint8Array(carts).fill(1);
  const seen = [];
  let [left, steps] = [carts, 0];
  for (let h = 0; h < 200 && left > 0; h++) {
    const odds = tf.tidy(() => tf.softmax(network(tf.tensor2d(state, [carts, 4]))).dataSync());
    const actions = new Int32Array(carts);
    seen.push({ state: state.slice(), actions, stands: stands.slice() });
    for (let i = 0; i < carts; i++) {
      if (!stands[i]) continue;
      steps++;
      actions[i] = uniform() < odds[2 * i + 1] ? 1 : 0;
      if (step(state, i, actions[i])) continue;
      stands[i] = 0;
      left--;
    }
  }
  const rows = seen.length * carts;
  const [observations, actions, advantages] = [new Float32Array(4 * rows), new Int32Array(rows), new Float32Array(rows)];
  const ahead = new Float64Array(carts);
  for (let h = seen.length - 1; h >= 0; h--) {
    observations.set(seen[h].state, 4 * h * carts);
    actions.set(seen[h].actions, h * carts);
    let mean = 0;
    for (let i = 0; i < carts; i++) {
      ahead[i] = seen[h].stands[i] * (1 + 0.99 * ahead[i]);
      mean += ahead[i] / carts;
    }
    for (let i = 0; i < carts; i++) advantages[h * carts + i] = seen[h].stands[i] * (ahead[i] - mean) * 0.99 ** h;
  }
  tf.tidy(() => {
    optimiser.minimize(() => {
      const logOdds = tf.logSoftmax(network(tf.tensor2d(observations, [rows, 4])));
      const chosen = tf.sum(tf.mul(logOdds, tf.oneHot(tf.tensor1d(actions, 'int32'), 2)), 1);
      return tf.neg(tf.div(tf.sum(tf.mul(chosen, tf.tensor1d(advantages))), carts));
    });
  });
  return steps;
}

for (let k = 0; k < Math.max(1, updates / 4); k++) update();
const before = process.cpuUsage();
let steps = 0;
for (let k = 0; k < updates; k++) steps += update();
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify(steps / ((user + system) / 1e6)));
