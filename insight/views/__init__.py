"""The pictures, their tables as files, and what stands behind a figure."""
