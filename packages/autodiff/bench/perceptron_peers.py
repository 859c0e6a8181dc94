"""The peers' side of perceptron.ts: medians of milliseconds of processor time of a loss with its gradient, one thread."""
import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
import numpy as np

repeats = int(sys.argv[1])
random = np.random.default_rng(1)
inputs = random.uniform(0, 1, (128, 784))
classes = np.arange(128) % 10
targets = np.eye(10)[classes]
weights = [0.05 * random.standard_normal(shape) for shape in ((784, 128), (128,), (128, 10), (10,))]


def with_numpy():
    first, bias, second, last = weights

    def step():
        hidden = np.tanh(inputs @ first + bias)
        scores = hidden @ second + last
        most = scores.max(1, keepdims=True)
        powers = np.exp(scores - most)
        sums = powers.sum(1, keepdims=True)
        loss = (np.log(sums) + most - (scores * targets).sum(1, keepdims=True)).mean()
        slope = (powers / sums - targets) / len(inputs)
        back = (slope @ second.T) * (1 - hidden * hidden)
        return loss, inputs.T @ back, back.sum(0), hidden.T @ slope, slope.sum(0)

    return step


def with_torch():
    import torch

    torch.set_num_threads(1)
    table, labels = torch.tensor(inputs), torch.tensor(classes)
    variables = [torch.tensor(w, requires_grad=True) for w in weights]

    def step():
        first, bias, second, last = variables
        loss = torch.nn.functional.cross_entropy(torch.tanh(table @ first + bias) @ second + last, labels)
        return torch.autograd.grad(loss, variables)

    return step


def with_jax():
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def loss(variables):
        first, bias, second, last = variables
        scores = jnp.tanh(inputs @ first + bias) @ second + last
        return jnp.mean(jax.scipy.special.logsumexp(scores, axis=1) - (scores * targets).sum(1))

    step = jax.jit(jax.value_and_grad(loss))
    return lambda: jax.block_until_ready(step(weights))


found = {}
for name, make in (("PyTorch", with_torch), ("JAX", with_jax), ("NumPy by hand", with_numpy)):
    try:
        step = make()
    except ImportError:
        continue
    for _ in range(30):
        step()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        step()
        times.append(1e3 * (time.process_time() - start))
    found[name] = sorted(times)[repeats // 2]
print(json.dumps(found))
