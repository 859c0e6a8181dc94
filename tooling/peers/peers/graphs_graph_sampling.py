"""Peers for `graphs/graph-sampling`: walks as one writes them with NetworkX and NumPy, for no package has them.

Instance: `graph` with `nodes`, `rowPointers` and `columnIndices`; `values`, `target` of sum 1, `steps` of all walkers
together. Solution: `mean`, `standardError`, `halfWidth`, the `walkers`' means, and `visited`, of sum 1. Options: `walkers`
and `seed`.
"""

import math

import networkx as nx
import numpy as np
from scipy import stats

from . import Peer, Result

PROBLEM = "graphs/graph-sampling"


def read(graph):
    pointers, columns = graph["rowPointers"], graph["columnIndices"]
    result = nx.Graph()
    result.add_nodes_from(range(graph["nodes"]))
    for i in range(graph["nodes"]):
        result.add_edges_from((i, int(j)) for j in columns[pointers[i] : pointers[i + 1]])
    return result


def simple(graph, target, random, alpha):
    """To a uniform neighbour; nodes count by target over degree."""
    node = int(random.integers(len(graph)))
    neighbours = {i: list(graph.adj[i]) for i in graph}
    while True:
        if neighbours[node]:
            node = neighbours[node][int(random.random() * len(neighbours[node]))]
        yield node, target[node] / max(1, len(neighbours[node]))


def repelling(graph, target, random, alpha):
    """Metropolis-Hastings for the target; with alpha > 0 each move weighed by (visits / target) ** -alpha."""
    node = int(random.integers(len(graph)))
    neighbours = {i: np.array(list(graph.adj[i]), dtype=int) for i in graph}
    degrees = np.array([max(1, len(neighbours[i])) for i in graph])
    memory = np.full(len(graph), 1 / len(graph))
    while True:
        around = neighbours[node]
        move = np.minimum(1 / degrees[node], target[around] / (target[node] * degrees[around]))
        places = np.append(around, node)
        chance = np.append(move, max(0.0, 1 - move.sum()))
        if alpha > 0:
            logs = -alpha * (np.log(memory[places]) - np.log(target[places]))
            chance = chance * np.exp(logs - logs.max())
        sums = np.cumsum(chance)
        node = int(places[np.searchsorted(sums, random.random() * sums[-1], side="right")])
        memory[node] += 1
        yield node, 1.0


def sampling(walk, alpha=0.0):
    def solve(instance, options, clock):
        graph, values, target = read(instance["graph"]), instance["values"], instance["target"]
        count = options.get("walkers", 10)
        seeds = np.random.SeedSequence(options.get("seed", 0)).spawn(count)
        steps, visited, means = int(instance["steps"]), np.zeros(len(graph)), np.zeros(count)
        with clock:
            for walker in range(count):
                own = steps // count + (walker < steps % count)
                sums = np.zeros(2)
                nodes = walk(graph, target, np.random.default_rng(seeds[walker]), alpha)
                for _ in range(own):
                    node, weight = next(nodes)
                    visited[node] += weight
                    sums += (weight * values[node], weight)
                means[walker] = sums[0] / sums[1] if sums[1] > 0 else 0.0
        error = float(np.std(means, ddof=1) / math.sqrt(count)) if count > 1 else 0.0
        solution = {
            "mean": float(means.mean()),
            "standardError": error,
            "halfWidth": float(error * stats.t.ppf(0.975, count - 1)) if count > 1 else 0.0,
            "walkers": means,
            "visited": visited / visited.sum(),
        }
        return Result(solution, "stalled", f"all {steps} steps are spent", steps)

    return solve


SOLVERS = {
    "networkx/simple-walk": Peer("NetworkX: simple walk", PROBLEM, "networkx", sampling(simple)),
    "networkx/metropolis-hastings": Peer("NetworkX: Metropolis-Hastings", PROBLEM, "networkx", sampling(repelling)),
    "networkx/self-repellent": Peer("NetworkX: self-repellent", PROBLEM, "networkx", sampling(repelling, 5.0)),
}
