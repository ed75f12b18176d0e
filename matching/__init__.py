"""Finds what does the same thing. Knows nothing of the web or of the database.

Start at matching.corpus. This file imports nothing, and no other file of the package loads a
model before it is asked for a vector.
"""

import os

# onnxruntime sends usage data from version 1.29 on; this must stand before its import
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "1.1"  # raise it when the same texts, model and weights give other scores than before
