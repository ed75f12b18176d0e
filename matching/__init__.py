"""Finds what does the same thing. Knows nothing of the web or of the database.

The public names are in matching.api, which needs numpy and opencc; matching.embed needs
numpy alone until a model is loaded.
"""

import os

# onnxruntime sends usage data from version 1.29 on; this must stand before its import
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
