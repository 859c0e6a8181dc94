"""Peers for `ot/barycenter`: POT's iterated Bregman projections, dense and by convolutions.

Instance: `histograms`, an image a row of `rows` x `cols` pixels, `epsilon` in squared side lengths, and `debiased`. Solution:
`barycenter` and `marginalError`, POT's own last error. Options: `tolerance`, POT's `stopThr`, and `maxIterations`. POT's
convolutions want square images of more than one pixel.
"""

import warnings

import numpy as np

from . import Declined, Peer, Result
from .ot_transport import ot

PROBLEM = "ot/barycenter"


def dense(method):
    def run(instance, options, clock):
        rows, cols = instance["rows"], instance["cols"]
        side = max(rows, cols, 2) - 1
        points = np.stack(np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij"), -1).reshape(-1, 2) / side
        cost = ot.dist(points, points)
        images = instance["histograms"].T / instance["histograms"].sum(1)
        solve = ot.bregman.barycenter_debiased if instance["debiased"] else ot.bregman.barycenter
        return ended(clock, options, lambda **more: solve(images, cost, instance["epsilon"], method=method, **more))

    return run


def convolutional(method):
    def run(instance, options, clock):
        rows, cols = instance["rows"], instance["cols"]
        if rows != cols or rows < 2:
            raise Declined("its grid is the unit square; take pot/barycenter-log")
        images = (instance["histograms"].T / instance["histograms"].sum(1)).T.reshape(-1, rows, cols)
        solve = (
            ot.bregman.convolutional_barycenter2d_debiased
            if instance["debiased"]
            else ot.bregman.convolutional_barycenter2d
        )
        return ended(clock, options, lambda **more: solve(images, instance["epsilon"], method=method, **more))

    return run


def ended(clock, options, solve):
    limit = int(options.get("maxIterations", 100_000))
    tolerance = float(options.get("tolerance", 1e-9))
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        with clock:
            barycenter, log = solve(numItermax=limit, stopThr=tolerance, log=True)
    barycenter = np.asarray(barycenter, dtype=float).ravel()
    if not np.isfinite(barycenter).all():
        raise RuntimeError("its barycentre is not finite: the kernel underflows")
    error = float(log["err"][-1]) if log.get("err") else 0.0
    limited = any("did not converge" in str(warning.message) for warning in caught)
    solution = {"barycenter": barycenter, "marginalError": error}
    return Result(solution, "iteration-limit" if limited else "converged", "its own criterion", log.get("niter"))


SOLVERS = {
    "pot/barycenter": Peer("POT: Bregman projections", PROBLEM, "POT", dense("sinkhorn")),
    "pot/barycenter-log": Peer("POT: Bregman projections, logarithms", PROBLEM, "POT", dense("sinkhorn_log")),
    "pot/convolutional-barycenter": Peer("POT: convolutions", PROBLEM, "POT", convolutional("sinkhorn")),
    "pot/convolutional-barycenter-log": Peer(
        "POT: convolutions, logarithms", PROBLEM, "POT", convolutional("sinkhorn_log")
    ),
}
