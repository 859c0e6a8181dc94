"""Nevergrad on `blackbox/continuous`: see blackbox_continuous.py."""

import nevergrad

from .blackbox_continuous import peer, watched


def optimizer_by(name):
    """An optimiser by its name; `evaluations`, 10 000 d by default, which some of them plan with."""

    @watched
    def search(watch, options):
        array = nevergrad.p.Array(init=watch.start)
        if watch.bounded:
            array.set_bounds(watch.lower, watch.upper)
        else:
            array.set_mutation(sigma=float(watch.scale.mean()))
        array.random_state.seed(options.get("seed", 1))
        budget = options.get("evaluations", 10_000 * watch.dimension)
        optimizer = nevergrad.optimizers.registry[name](parametrization=array, budget=budget)
        for _ in range(budget):
            point = optimizer.ask()
            optimizer.tell(point, watch.one(point.value))

    return search


SOLVERS = {
    "nevergrad/two-points-de": peer("Nevergrad: TwoPointsDE", "nevergrad", optimizer_by("TwoPointsDE")),
    "nevergrad/one-plus-one": peer("Nevergrad: OnePlusOne", "nevergrad", optimizer_by("OnePlusOne")),
}
