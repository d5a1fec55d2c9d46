package huafang.contracts.catalogue;

/**
 * Asks for one checkpoint from the network.
 *
 * @param url where it lies; https
 * @param sha256 what its content must have, or null
 * @param file its name in the checkpoints' folder, or null for the name in the url
 */
public record DownloadRequest(String url, String sha256, String file) {}
