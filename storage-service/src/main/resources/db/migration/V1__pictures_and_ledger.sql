-- Only what MySQL 8 and MariaDB both understand. Names and keys compare byte by byte (utf8mb4_bin):
-- two owners whose names differ in case are two owners.

-- People read this table by hand: the first eleven columns keep their names, order and meaning.
CREATE TABLE generated_images (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    prompt LONGTEXT NOT NULL,
    negative_prompt LONGTEXT NOT NULL,
    steps VARCHAR(255) NOT NULL,
    seed VARCHAR(255) NOT NULL,
    sampler VARCHAR(255) NOT NULL,
    cfg_scale VARCHAR(255) NOT NULL,
    size VARCHAR(255) NOT NULL,
    model_hash VARCHAR(255) NOT NULL,
    model VARCHAR(255) NOT NULL,
    image_base64 LONGTEXT NOT NULL,
    job_id VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    image_index INT NOT NULL,
    owner VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    parameters LONGTEXT NOT NULL,
    engine_millis BIGINT NOT NULL,
    finished_at DATETIME(6) NOT NULL,
    UNIQUE KEY one_row_per_image (job_id, image_index),
    KEY gallery (owner, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE ledger_jobs (
    job_id VARCHAR(36) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    owner VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    idempotency_key VARCHAR(255) COLLATE utf8mb4_bin,
    image_count INT NOT NULL,
    save_images BOOLEAN NOT NULL,
    parameters LONGTEXT NOT NULL,
    accepted_at DATETIME(6) NOT NULL,
    KEY jobs_of_owner (owner, accepted_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- No foreign key: an image may start before the ledger hears that its job was accepted.
CREATE TABLE ledger_images (
    job_id VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    image_index INT NOT NULL,
    state VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
    attempts INT NOT NULL,
    reason LONGTEXT,
    topic_partition INT,
    topic_offset BIGINT,
    ended_at DATETIME(6),
    PRIMARY KEY (job_id, image_index)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE idempotency_keys (
    owner VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    idempotency_key VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    job_id VARCHAR(36) COLLATE utf8mb4_bin NOT NULL,
    request_hash VARCHAR(255) COLLATE utf8mb4_bin NOT NULL,
    claimed_at DATETIME(6) NOT NULL,
    PRIMARY KEY (owner, idempotency_key)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
