"""The part of small-epsilon.ts that runs POT and OTT-JAX: reads one instance, solves it by one method, prints a JSON line.

Called with a folder, the method and the seconds that it may take. POT stops by an L2 norm that it looks at every tenth sweep: stopThr is lowered
until the l1 error of the marginals is at most 1e-9, and only the last of these calls is counted.
"""

import json
import multiprocessing
import os
import pathlib
import sys
import time
import warnings

os.environ["NPROC"] = "1"
for library in ("PYTORCH", "JAX", "CUPY", "TENSORFLOW"):
    os.environ[f"POT_BACKEND_DISABLE_{library}"] = "1"

import numpy as np

TOLERANCE = 1e-9


def load(folder):
    meta = json.loads((folder / "instance.json").read_text())
    n, m = meta["n"], meta["m"]
    read = lambda name: np.fromfile(folder / name)
    return read("a.bin"), read("b.bin"), read("cost.bin").reshape(n, m), meta["epsilon"]


def marginal_error(plan, a, b):
    return float(np.abs(plan.sum(1) - a).sum() + np.abs(plan.sum(0) - b).sum())


def pot(method, a, b, cost, epsilon):
    import ot

    def call(threshold):
        return ot.sinkhorn(a, b, cost, epsilon, method=method, numItermax=10**7, stopThr=threshold)

    return call


def ott(lse, a, b, cost, epsilon):
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    from ott.geometry.geometry import Geometry
    from ott.problems.linear.linear_problem import LinearProblem
    from ott.solvers.linear.sinkhorn import Sinkhorn

    compiled = {}

    def call(threshold):
        if threshold not in compiled:
            solver = Sinkhorn(lse_mode=lse, threshold=threshold, max_iterations=10**7, inner_iterations=10)
            run = lambda a, b, c: solver(LinearProblem(Geometry(cost_matrix=c, epsilon=epsilon), a, b)).matrix
            compiled[threshold] = jax.jit(run).lower(a, b, cost).compile()
            return None
        return np.asarray(jax.block_until_ready(compiled[threshold](a, b, cost)))

    return call


def work(folder, method, queue):
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    a, b, cost, epsilon = load(folder)
    make = (lambda: ott("log" in method, a, b, cost, epsilon)) if method.startswith("ott") else (lambda: pot(method, a, b, cost, epsilon))
    call = make()
    for threshold in (1e-9, 3e-10, 1e-10, 3e-11, 1e-11, 1e-12):
        if method.startswith("ott"):
            call(threshold)
        queue.put({"begin": True})
        start, cpu = time.perf_counter(), time.process_time()
        plan = call(threshold)
        seconds = time.process_time() - cpu
        error = marginal_error(plan, a, b)
        queue.put({"seconds": seconds, "error": error, "cost": float((plan * cost).sum())})
        if not error > TOLERANCE or not np.isfinite(error):
            break


if __name__ == "__main__":
    folder, method, limit = pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=work, args=(folder, method, queue))
    process.start()
    result = {"seconds": None, "error": None}
    deadline = time.monotonic() + 120
    while process.is_alive() or not queue.empty():
        try:
            message = queue.get(timeout=0.2)
            if "begin" in message:
                deadline = time.monotonic() + limit
            else:
                result = message
        except Exception:
            if time.monotonic() > deadline:
                result = {"seconds": None, "error": None, "limit": limit}
                break
    process.terminate()
    process.join()
    print(json.dumps(result), flush=True)
