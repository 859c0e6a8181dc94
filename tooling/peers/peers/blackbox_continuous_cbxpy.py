"""CBXpy on `blackbox/continuous`: see blackbox_continuous.py."""

import numpy as np
from cbx.dynamics import CBO
from cbx.scheduler import effective_sample_size

from .blackbox_continuous import peer, watched


@watched
def cbxpy(watch, options):
    """Consensus-based optimisation: 50 particles, anisotropic noise, for which its sigma is meant, alpha by sample size."""
    np.random.seed(options.get("seed", 1))
    if watch.bounded:
        start = np.random.uniform(watch.lower, watch.upper, (1, 50, watch.dimension))
    else:
        start = watch.start + watch.scale * np.random.normal(size=(1, 50, watch.dimension))

    def values(x):
        return watch.values(x.reshape(-1, watch.dimension)).reshape(x.shape[:-1])

    dynamics = CBO(values, x=start, f_dim="3D", noise="anisotropic", max_it=10**9, verbosity=0)
    schedule = effective_sample_size(maximum=1e15)
    while True:
        dynamics.step()
        schedule.update(dynamics)


SOLVERS = {"cbxpy/cbo": peer("CBXpy: CBO", "cbx", cbxpy)}
