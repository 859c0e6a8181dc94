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
    # The second round has the types that all later ones have.
    search(strategy, parameters, np.zeros(dimension), 0, lambda points: np.arange(float(len(points))), rounds=2)
    return strategy, parameters


def settings(watch, options):
    d = watch.dimension
    return compiled(options.get("population", 4 + int(3 * np.log(d))), d)


@functools.partial(watched, prepare=settings)
def cma_es(watch, options, prepared):
    strategy, parameters = prepared
    search(strategy, parameters, watch.scale, options.get("seed", 1), lambda points: watch.values(watch.start + points))


def search(strategy, parameters, scale, seed, values, rounds=10**9):
    """Asks and tells; points are relative to the start."""
    key, first = jax.random.split(jax.random.key(seed))
    state = strategy.init(first, jax.numpy.zeros(len(scale)), parameters)
    for _ in range(rounds):
        key, asked, told = jax.random.split(key, 3)
        points, state = strategy.ask(asked, state, parameters)
        found = values(scale * np.asarray(points))
        state, _ = strategy.tell(told, points, jax.numpy.asarray(found), state, parameters)


SOLVERS = {"evosax/cma-es": peer("evosax: CMA-ES", "evosax", cma_es, prepares=True)}
