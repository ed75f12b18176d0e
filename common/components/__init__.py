"""What pages are built of: each template tag renders one file of templates/components."""
