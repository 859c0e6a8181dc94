"""SciPy's side of sparse.ts: one JSON request a line on standard input, one JSON answer a line on standard output."""
import json
import sys
import time

import numpy as np
import scipy
import scipy.sparse

matrices = {}


def load(name, rows, cols, pointers, columns, values):
    matrices[name] = scipy.sparse.csr_matrix(
        (np.fromfile(values), np.fromfile(columns, dtype=np.int32), np.fromfile(pointers, dtype=np.int32)),
        shape=(rows, cols),
    )
    matrices[name].has_canonical_format = True


def timed(call):
    """Processor time."""
    start = time.thread_time()
    result = call()
    return time.thread_time() - start, result


def multiply(a, b):
    """Seconds of A @ B, whose rows are in no order, and of sorting them; entries and sum of the product."""
    seconds, product = timed(lambda: matrices[a] @ matrices[b])
    product.has_sorted_indices = False
    sorting, _ = timed(product.sort_indices)
    return {"multiply": seconds, "sort": sorting, "entries": product.nnz, "sum": float(product.data.sum())}


def matvec(a, repeats):
    x = np.ones(matrices[a].shape[1])
    seconds, _ = timed(lambda: [matrices[a] @ x for _ in range(repeats)])
    return {"seconds": seconds / repeats}


print(json.dumps({"numpy": np.__version__, "scipy": scipy.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    operation = request.pop("operation")
    answer = {"load": load, "multiply": multiply, "matvec": matvec}[operation](**request)
    print(json.dumps(answer), flush=True)
