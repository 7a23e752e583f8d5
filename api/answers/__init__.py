"""What every answer shares: the envelope, errors, kinds of fields, CSV, idempotency keys, and the documentation."""
