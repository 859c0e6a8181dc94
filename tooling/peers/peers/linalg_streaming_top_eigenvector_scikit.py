"""Peers for `linalg/streaming-top-eigenvector`: scikit-learn. Optional; absent unless requirements-scikit.txt is installed.

Instance and solution as in `linalg_streaming`. `IncrementalPCA` subtracts the mean of the rows, which nobody else does:
on rows whose mean is not zero it answers another question. Option: `batchSize`, d/5 by default, where it is quickest.
"""

import scipy.sparse
from sklearn.decomposition import IncrementalPCA, TruncatedSVD

from . import Declined, Peer
from .linalg_linear_system import read
from .linalg_streaming_top_eigenvector import PROBLEM, answer


def incremental(instance, options, clock):
    rows = read(instance["rows"])
    if scipy.sparse.issparse(rows):
        raise Declined("IncrementalPCA takes dense rows: take scikit-learn/truncated-svd")
    n, d = rows.shape
    batch = options.get("batchSize", max(2, d // 5))
    model = IncrementalPCA(n_components=1, batch_size=batch)
    with clock:
        for begin in range(0, n, batch):
            model.partial_fit(rows[begin : begin + batch], check_input=False)
    return answer(model.components_[0], model.singular_values_[0] ** 2, "all rows have been read")


def truncated(instance, options, clock):
    rows = read(instance["rows"])
    model = TruncatedSVD(n_components=1, algorithm="randomized", random_state=0)
    with clock:
        model.fit(rows)
    return answer(model.components_[0], model.singular_values_[0] ** 2, "randomised, five power iterations")


PACKAGE = "scikit-learn"
SOLVERS = {
    "scikit-learn/incremental-pca": Peer(
        "scikit-learn: IncrementalPCA", PROBLEM, PACKAGE, incremental
    ),
    "scikit-learn/truncated-svd": Peer("scikit-learn: TruncatedSVD", PROBLEM, PACKAGE, truncated),
}
