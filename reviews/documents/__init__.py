"""Official documents of the review: decision notice, annual list, meeting pack."""
