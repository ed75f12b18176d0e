"""Screening: looking for duplicates in three pools, in leased chunks that any number of workers share."""
