"""Official documents as Word, PDF and spreadsheet; without a word of the domain."""
