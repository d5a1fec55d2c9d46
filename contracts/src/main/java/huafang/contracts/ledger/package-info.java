/**
 * What the storage service answers to the gateway, for one owner where one is named.
 *
 * <ul>
 *   <li>{@code GET /internal/jobs?after=ID&limit=N}: {@link huafang.contracts.ledger.LedgerJob
 *       jobs} with images that have not ended, by id; all owners'.
 *   <li>{@code GET /internal/jobs/ID}: a {@link huafang.contracts.ledger.LedgerJob}, or 404.
 *   <li>{@code POST /internal/jobs/ID/cancellation?images=N}: cancels those of the job's N images
 *       that have not ended; the indexes of all that are cancelled.
 *   <li>{@code PUT /internal/idempotency-keys?owner=O&key=K} with a {@link
 *       huafang.contracts.ledger.KeyClaim}: the claim that holds, which is an earlier one if there
 *       was one.
 *   <li>{@code GET /internal/images?owner=O&before=ID&limit=N}: {@link
 *       huafang.contracts.ledger.StoredImage stored images}, newest first.
 *   <li>{@code GET /internal/images/JOB/INDEX?owner=O}: the PNG, or 404.
 * </ul>
 */
package huafang.contracts.ledger;
