"""What all routes share: the envelope, errors, field types, CSV tables, idempotency keys, and the documentation."""
