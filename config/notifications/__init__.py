"""Who is told what: derived from the audit trail by one table, and from the tasks that run out."""
