"""Peers for `ot/transport`: OTT-JAX. Optional; absent unless requirements-jax.txt is installed.

Instance and solution as in ot_transport.py, with OTT's own scaling of the plan: exp((f + g - cost) / epsilon).

`tolerance` is OTT's `threshold` on the L1 norm of the column marginal's violation (the rows are exact after every
sweep), looked at every 10th iteration; `maxIterations` is a multiple of 10. In 64 bits and on one thread. Compilation is
not counted: it is done ahead for the instance's shape.
"""

import os

# The size of XLA's thread pool.
os.environ["NPROC"] = "1"

import jax
import numpy as np
from ott.geometry.geometry import Geometry
from ott.problems.linear.linear_problem import LinearProblem
from ott.solvers.linear.sinkhorn import Sinkhorn

from . import Peer, Result

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")

CHECK_EVERY = 10


def sinkhorn(log_domain):
    def solve(instance, options, clock):
        tolerance = float(options.get("tolerance", 1e-9))
        limit = int(options.get("maxIterations", 100_000))
        method = Sinkhorn(
            lse_mode=log_domain,
            threshold=tolerance,
            max_iterations=max(CHECK_EVERY, limit - limit % CHECK_EVERY),
            inner_iterations=CHECK_EVERY,
        )

        def run(a, b, cost, epsilon):
            output = method(LinearProblem(Geometry(cost_matrix=cost, epsilon=epsilon), a, b))
            return output.matrix, output.f, output.g, output.n_iters, output.converged

        data = [jax.numpy.asarray(instance[name]) for name in ("a", "b", "cost", "epsilon")]
        compiled = jax.jit(run).lower(*data).compile()
        with clock:
            answer = jax.block_until_ready(compiled(*data))
        plan, f, g, iterations, converged = (np.asarray(part) for part in answer)
        solution = {"plan": plan, "rowPotentials": f, "columnPotentials": g}
        return Result(solution, *ending(converged, plan, tolerance), int(iterations))

    return solve


def ending(converged, plan, tolerance):
    if converged:
        return "converged", f"OTT's error measure is below threshold = {tolerance}"
    if not np.isfinite(plan).all():
        return "stalled", "numerical errors: the plan has entries that are not finite"
    return "iteration-limit", "max_iterations was reached before threshold"


SOLVERS = {
    "ott/sinkhorn": Peer("OTT: Sinkhorn scaling", "ot/transport", "ott-jax", sinkhorn(log_domain=False), "entropic", prepares=True),
    "ott/sinkhorn-log": Peer("OTT: log-domain Sinkhorn", "ot/transport", "ott-jax", sinkhorn(log_domain=True), "entropic", prepares=True),
}
