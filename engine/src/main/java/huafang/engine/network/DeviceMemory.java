package huafang.engine.network;

/**
 * What a device says of its memory.
 *
 * @param free bytes that nobody has, be it this process or another; what the runtime keeps for
 *     later calls counts as taken
 * @param total bytes
 */
public record DeviceMemory(long free, long total) {
    /** A part that is never counted on: what comes beside the U-Net, and what others take. */
    private static final int MARGIN = 10;

    /** Bytes that may be taken so that a tenth of the memory stays free. */
    public long room() {
        return Math.max(0, free - total / MARGIN);
    }

    /** Whether so many bytes more leave a tenth of the memory free. */
    public boolean hasRoomFor(long bytes) {
        return bytes <= room();
    }
}
