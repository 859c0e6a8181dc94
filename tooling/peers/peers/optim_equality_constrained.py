"""Peers for `optim/equality-constrained`: as for `optim/constrained`, with equalities alone and no bounds."""

from .optim_constrained import solvers

SOLVERS = solvers("optim/equality-constrained", "-equalities")
