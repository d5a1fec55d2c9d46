-- When nobody wants an image any more that has not been begun; images from before this have none.
ALTER TABLE ledger_images ADD COLUMN deadline DATETIME(6), ADD KEY open_images (state, deadline);
ALTER TABLE idempotency_keys ADD KEY old_keys (claimed_at);
