"""evosax on `blackbox/continuous`: see blackbox_continuous.py. In 64 bits and on one thread; compilation is not counted.

`population`, 4 + floor(3 ln d) by default. It knows no bounds: points are moved to them, as everybody's are.
"""

import functools
import os

# The size of XLA's thread pool.
os.environ["NPROC"] = "1"

import jax
import numpy as np
from evosax.algorithms import CMA_ES

from .blackbox_continuous import peer, watched

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


@functools.cache
def compiled(population, dimension):
    """Compiled once for every shape: instances of one dimension share it."""
    strategy = CMA_ES(population_size=population, solution=jax.numpy.zeros(dimension))
    parameters = strategy.default_params
    key = jax.random.key(0)
    state = strategy.init(key, jax.numpy.zeros(dimension), parameters)
    # The second round has the types that all later ones have.
    for _ in range(2):
        points, state = strategy.ask(key, state, parameters)
        state, _ = strategy.tell(key, points, jax.numpy.arange(population, dtype=float), state, parameters)
    return strategy, parameters


def settings(watch, options):
    d = watch.dimension
    return compiled(options.get("population", 4 + int(3 * np.log(d))), d)


@functools.partial(watched, prepare=settings)
def cma_es(watch, options, prepared):
    strategy, parameters = prepared
    key, first = jax.random.split(jax.random.key(options.get("seed", 1)))
    state = strategy.init(first, jax.numpy.zeros(watch.dimension), parameters)
    while True:
        key, asked, told = jax.random.split(key, 3)
        points, state = strategy.ask(asked, state, parameters)
        values = watch.values(watch.start + watch.scale * np.asarray(points))
        state, _ = strategy.tell(told, points, jax.numpy.asarray(values), state, parameters)


SOLVERS = {"evosax/cma-es": peer("evosax: CMA-ES", "evosax", cma_es)}
