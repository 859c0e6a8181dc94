"""pycma on `blackbox/continuous`: see blackbox_continuous.py."""

import cma
import numpy as np

from . import Declined
from .blackbox_continuous import peer, watched


@watched
def pycma(watch, options):
    """CMA-ES; `restarts` with twice the population, 9 by default."""
    # It makes no search in one dimension.
    if watch.dimension < 2:
        raise Declined("CMA-ES of pycma wants two variables")
    settings = {"verbose": -9, "seed": options.get("seed", 1) + 1, "maxfevals": np.inf, "CMA_stds": watch.scale}
    if np.isfinite(watch.lower).any() or np.isfinite(watch.upper).any():
        settings["bounds"] = [watch.lower.tolist(), watch.upper.tolist()]
    population = None
    for _ in range(1 + options.get("restarts", 9)):
        more = {} if population is None else {"popsize": population}
        search = cma.CMAEvolutionStrategy(watch.start, 1.0, {**settings, **more})
        while not search.stop():
            points = search.ask()
            search.tell(points, watch.values(points).tolist())
        population = 2 * search.popsize


SOLVERS = {"pycma/cma-es": peer("pycma: CMA-ES", "cma", pycma)}
