"Layer type -> formula. A name that both formats have means the same in both, so that one table serves them."

from __future__ import annotations

from anedb.placement.formulae import elementwise, moves, norms, products, recurrent, reductions, windows
from anedb.placement.formulae.case import Formula

FAMILIES = (elementwise, products, windows, norms, reductions, recurrent, moves)

FORMULAE: dict[str, Formula] = {type: formula for family in FAMILIES for type, formula in family.FORMULAE.items()}
