"""JAXopt's side of cleaning.bench.ts: implicit differentiation of the same problem in double precision, with Adam on the weights.

The inner solver is L-BFGS, warm-started; its fixed point is differentiated by conjugate gradients. Compilation is not counted: the
first outer step is made twice. Seconds are of the processor, one thread; all x of the way are handed back.
"""

import json
import sys
import time

import numpy as np

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp  # noqa: E402
import jaxopt  # noqa: E402
from jaxopt import linear_solve  # noqa: E402


def main():
    spec = json.load(sys.stdin)
    read = lambda name, kind: np.fromfile(spec["place"] + name, dtype=kind)  # noqa: E731
    train, labels = jnp.array(read(".train", float).reshape(spec["rows"], -1)), read(".labels", np.int32)
    held, held_labels = jnp.array(read(".held", float).reshape(spec["held"], -1)), read(".heldlabels", np.int32)
    classes, ridge = spec["classes"], spec["ridge"]
    hot, held_hot = jnp.eye(classes)[labels], jnp.eye(classes)[held_labels]

    def losses(y, a, one):
        scores = a @ y.reshape(classes, -1).T
        return jax.nn.logsumexp(scores, axis=1) - jnp.sum(scores * one, axis=1)

    def inner(y, x):
        return jnp.mean(jax.nn.sigmoid(x) * losses(y, train, hot)) + 0.5 * ridge * jnp.vdot(y, y)

    solver = jaxopt.LBFGS(
        inner,
        maxiter=spec["innerSteps"],
        tol=spec["innerTolerance"],
        implicit_diff=True,
        implicit_diff_solve=lambda matvec, b: linear_solve.solve_cg(matvec, b, maxiter=spec["linearSteps"]),
    )

    def outer(x, start):
        y = solver.run(start, x).params
        trust = spec["trust"] * jnp.mean(jax.nn.softplus(-x))
        return jnp.mean(losses(y, held, held_hot)) + trust, y

    step = jax.jit(jax.value_and_grad(outer, has_aux=True))
    x, y = jnp.zeros(spec["rows"]), jnp.zeros(classes * train.shape[1])
    jax.block_until_ready(step(x, y))
    first, second = jnp.zeros_like(x), jnp.zeros_like(x)
    path, seconds = [], []
    start = time.process_time()
    for k in range(1, spec["outerSteps"] + 1):
        (value, y), gradient = step(x, y)
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        x = x - spec["eta"] * (first / (1 - 0.9**k)) / (jnp.sqrt(second / (1 - 0.999**k)) + 1e-30)
        jax.block_until_ready(x)
        seconds.append(time.process_time() - start)
        path.append(x)
    np.asarray(path).tofile(spec["place"] + ".x")
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
