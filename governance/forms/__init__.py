"""Forms of governance: the shape of what people enter."""
