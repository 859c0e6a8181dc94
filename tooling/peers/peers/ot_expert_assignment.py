"""Peers for `ot/expert-assignment`: assignment, transport and linear programming as SciPy and POT have them.

Instance: `scores`, a row a token and a column an expert; `expertsPerToken`; and maybe `capacities`, the most tokens of
every expert, equal loads without. Solution: `tokenPointers` and `experts`, the routing token by token; `loads`; and
`bias`, minus the price of every expert, which the gap is computed with. All three methods are exact up to rounding, so
that there is no tolerance to hand over.

Assignment and plain transport can send a token to one expert only: for more, an expert could get it twice. What the
user of a package has to build first, copies of columns or the matrix of a program, is not counted.
"""

import os

# POT loads every tensor library that it finds; with numpy input it needs none of them.
for library in ("PYTORCH", "JAX", "CUPY", "TENSORFLOW"):
    os.environ[f"POT_BACKEND_DISABLE_{library}"] = "1"

import warnings

import numpy as np
import ot
import scipy.optimize
import scipy.sparse

from . import Declined, Peer, Result

PROBLEM = "ot/expert-assignment"


def assignment(instance, options, clock):
    """`linear_sum_assignment` (C++, shortest augmenting paths) on as many copies of an expert as it has places."""
    scores, capacities = one_expert_a_token(instance)
    places = np.repeat(np.arange(len(capacities)), capacities)
    copies = np.ascontiguousarray(scores[:, places])
    with clock:
        _, columns = scipy.optimize.linear_sum_assignment(copies, maximize=True)
    experts = places[columns]
    solution = routing(np.arange(len(scores)), experts, scores.shape)
    return Result({**solution, "bias": prices_of(scores, experts, capacities)}, "converged", "the assignment is optimal")


def transport(instance, options, clock):
    """`ot.emd` (C++, network simplex) with tokens of mass one and experts of the mass of their capacities.

    A last token without preferences takes the room that nobody needs. `numItermax` counts pivots.
    """
    scores, capacities = one_expert_a_token(instance)
    spare = int(capacities.sum()) - len(scores)
    cost = -scores
    masses = np.ones(len(scores))
    if spare > 0:
        cost = np.vstack([cost, np.zeros(len(capacities))])
        masses = np.append(masses, float(spare))
    limit = int(options.get("maxIterations", 1_000_000_000))
    with warnings.catch_warnings(), clock:
        warnings.simplefilter("ignore")
        plan, log = ot.emd(masses, capacities.astype(float), cost, numItermax=limit, log=True)
    tokens, experts = np.nonzero(plan[: len(scores)] > 0.5)
    solution = {**routing(tokens, experts, scores.shape), "bias": log["v"]}
    if log["warning"] is None:
        return Result(solution, "converged", "the network simplex found an optimal basis")
    return Result(solution, "iteration-limit" if "numItermax" in log["warning"] else "stalled", log["warning"])


def program(instance, options, clock):
    """`linprog` with HiGHS (C++), which chooses between its dual simplex and its interior point method."""
    scores, capacities = read(instance)
    rows, cols = scores.shape
    tokens = scipy.sparse.kron(scipy.sparse.eye_array(rows), np.ones((1, cols)), format="csr")
    experts = scipy.sparse.kron(np.ones((1, rows)), scipy.sparse.eye_array(cols), format="csr")
    limits = {"maxiter": int(options["maxIterations"])} if "maxIterations" in options else {}
    with clock:
        result = scipy.optimize.linprog(
            -scores.reshape(-1),
            A_ub=experts,
            b_ub=capacities,
            A_eq=tokens,
            b_eq=np.full(rows, instance["expertsPerToken"]),
            bounds=(0, 1),
            method="highs",
            options=limits,
        )
    if result.x is None:
        raise RuntimeError(result.message)
    # A basic solution is integral; the comparison takes off what rounding leaves.
    chosen, experts_of = np.nonzero(result.x.reshape(scores.shape) > 0.5)
    solution = {**routing(chosen, experts_of, scores.shape), "bias": result.ineqlin.marginals}
    ending = {0: "converged", 1: "iteration-limit"}.get(result.status, "stalled")
    return Result(solution, ending, result.message)


def read(instance):
    """Scores and capacities; by default these are equal, the first ones larger by one where they have to be."""
    scores = instance["scores"].astype(float)
    if "capacities" in instance:
        return scores, instance["capacities"]
    slots = len(scores) * instance["expertsPerToken"]
    least, more = divmod(slots, scores.shape[1])
    return scores, least + (np.arange(scores.shape[1]) < more).astype(np.int32)


def one_expert_a_token(instance):
    if instance["expertsPerToken"] > 1:
        raise Declined("it sends every token to one expert; take scipy/linprog-highs")
    return read(instance)


def routing(tokens, experts, shape):
    """Pairs of token and expert, in the order of the tokens, as pointers, experts and loads."""
    pointers = np.concatenate([[0], np.cumsum(np.bincount(tokens, minlength=shape[0]))])
    loads = np.bincount(experts, minlength=shape[1])
    return {
        "tokenPointers": pointers.astype(np.int32),
        "experts": experts.astype(np.int32),
        "loads": loads.astype(np.int32),
    }


def prices_of(scores, experts, capacities):
    """Dual prices of an optimal assignment, which SciPy does not tell.

    Nobody wants to move: bias_k - bias_j is at most what a token loses that moves from j to k, and an expert with room
    is nowhere dearer. Shortest paths between the experts solve these inequalities.
    """
    cols = len(capacities)
    distance = np.full((cols, cols), np.inf)
    for j in range(cols):
        mine = scores[experts == j]
        if len(mine):
            distance[j] = (mine[:, [j]] - mine).min(axis=0)
        if len(mine) < capacities[j]:
            distance[j] = np.minimum(distance[j], 0)
        distance[j, j] = 0
    for via in range(cols):
        distance = np.minimum(distance, distance[:, [via]] + distance[[via]])
    return distance.min(axis=0)


SOLVERS = {
    "scipy/linear-sum-assignment": Peer(
        "SciPy: assignment to copies of the experts", PROBLEM, "scipy", assignment
    ),
    "pot/emd-capacities": Peer("POT: exact transport to capacities", PROBLEM, "POT", transport),
    "scipy/linprog-highs": Peer("SciPy: linear program, HiGHS", PROBLEM, "scipy", program),
}
