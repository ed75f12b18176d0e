"""What is measured and held: run by make bench-matching and by hand."""
