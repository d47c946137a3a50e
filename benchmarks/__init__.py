"""What things cost, each measured by a command of its own; what they printed stands in README.md beside this file.

One thread for BLAS and for polars, set before they are imported, as in every run: with several the same fits take far
longer, if they end.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_name, "1")
