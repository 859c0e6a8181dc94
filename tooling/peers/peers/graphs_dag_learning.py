"""Peers for `graphs/dag-learning`: NOTEARS of gCastle and DAGMA of its authors, both for linear models.

Instance: `data`, a sample a row. Solution: `weights`, W row by row with an edge i -> j where W[i, j] is not 0, below the
package's threshold of 0.3 left out; and `raw`, W before that. Both packages return graphs with small cycles now and then:
the benchmark leaves out the smallest weights on them. Options: `lambda1`, the weight of the l1 penalty, as each package
has it by default.
"""

import importlib.util
import io
import sys
import types
from contextlib import redirect_stderr
from importlib.metadata import distribution

import numpy as np

from . import Peer, Result

PROBLEM = "graphs/dag-learning"
THRESHOLD = 0.3


def result(weights):
    kept = np.where(np.abs(weights) > THRESHOLD, weights, 0.0)
    return Result({"weights": kept.ravel(), "raw": np.asarray(weights, dtype=float).ravel()}, "converged", "its own rule")


def gcastle_notears():
    """The class of one file: the package imports PyTorch for its other methods, and asks for it when it checks types."""
    if "torch" not in sys.modules and importlib.util.find_spec("torch") is None:
        sys.modules["torch"] = types.ModuleType("torch")
    path = distribution("gcastle").locate_file("castle/algorithms/gradient/notears/linear.py")
    spec = importlib.util.spec_from_file_location("gcastle_notears_linear", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Notears


def notears(instance, options, clock):
    import logging

    logging.disable(logging.INFO)
    learner = gcastle_notears()(lambda1=options.get("lambda1", 0.1))
    with clock:
        learner.learn(instance["data"])
    return result(np.asarray(learner.weight_causal_matrix))


def dagma(instance, options, clock):
    from dagma.linear import DagmaLinear

    model = DagmaLinear(loss_type="l2")
    # A bar of progress goes to standard error.
    with redirect_stderr(io.StringIO()), clock:
        model.fit(np.array(instance["data"]), lambda1=options.get("lambda1", 0.03), w_threshold=0.0)
    return result(model.W_est)


SOLVERS = {
    "gcastle/notears": Peer("gCastle: NOTEARS", PROBLEM, "gcastle", notears),
    "dagma/linear": Peer("DAGMA of its authors", PROBLEM, "dagma", dagma),
}
