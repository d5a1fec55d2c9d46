/**
 * What the model-downloader says of the models volume. {@code GET /internal/models} lists {@link
 * huafang.contracts.catalogue.Checkpoint checkpoints}, {@code GET /internal/add-ons} {@link
 * huafang.contracts.catalogue.AddOn what changes them}; {@code POST /internal/downloads} takes a
 * {@link huafang.contracts.catalogue.DownloadRequest} and answers 202 with a {@link
 * huafang.contracts.catalogue.Download}; {@code GET /internal/downloads} and {@code
 * /internal/downloads/ID} show them.
 */
package huafang.contracts.catalogue;
