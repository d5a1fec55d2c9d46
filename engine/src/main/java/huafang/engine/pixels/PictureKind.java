package huafang.engine.pixels;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** The kinds of files that pictures come in, told by their first bytes. */
enum PictureKind {
    /** W3C, "Portable Network Graphics", third edition. */
    PNG {
        @Override
        boolean begins(byte[] file) {
            return Arrays.equals(file, 0, Math.min(8, file.length), SIGNATURE, 0, 8);
        }

        @Override
        Essence essence(byte[] file) {
            var kept = new ByteArrayOutputStream(file.length);
            byte[] exif = new byte[0];
            kept.writeBytes(SIGNATURE);
            ByteBuffer bytes = ByteBuffer.wrap(file);
            for (int at = 8; at + 12 <= file.length; ) {
                long length = Integer.toUnsignedLong(bytes.getInt(at));
                String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
                int end = (int) Math.min(at + 12 + length, file.length);
                if (PIXELS.contains(type)) {
                    kept.write(file, at, end - at);
                } else if (type.equals("eXIf")) {
                    exif = Arrays.copyOfRange(file, at + 8, Math.max(end - 4, at + 8));
                }
                at = end;
            }
            return new Essence(kept.toByteArray(), exif);
        }
    },
    /** ITU-T T.81. */
    JPEG {
        @Override
        boolean begins(byte[] file) {
            return file.length > 3
                    && file[0] == (byte) 0xff
                    && file[1] == (byte) 0xd8
                    && file[2] == (byte) 0xff;
        }

        @Override
        Essence essence(byte[] file) {
            var kept = new ByteArrayOutputStream(file.length);
            byte[] exif = new byte[0];
            kept.write(file, 0, 2);
            int at = 2;
            while (at + 4 <= file.length && (file[at + 1] & 0xff) != SCAN) {
                int marker = file[at + 1] & 0xff;
                int end = at + 2 + ((file[at + 2] & 0xff) << 8 | file[at + 3] & 0xff);
                if (file[at] != (byte) 0xff || end > file.length) {
                    break;
                }
                // The first and the fifteenth application segment say how colours are stored.
                boolean comment =
                        marker > 0xe0 && marker < 0xf0 && marker != 0xee || marker == 0xfe;
                if (!comment) {
                    kept.write(file, at, end - at);
                } else if (marker == 0xe1
                        && new String(
                                        file,
                                        at + 4,
                                        Math.min(6, end - at - 4),
                                        StandardCharsets.ISO_8859_1)
                                .equals("Exif\0\0")) {
                    exif = Arrays.copyOfRange(file, at + 10, end);
                }
                at = end;
            }
            requireFewScans(file, at);
            kept.write(file, at, file.length - at);
            return new Essence(kept.toByteArray(), exif);
        }

        /** Each of them goes over all pixels, however short it is. */
        private void requireFewScans(byte[] file, int from) {
            int scans = 0;
            for (int i = from; i + 1 < file.length; i++) {
                scans += file[i] == (byte) 0xff && (file[i + 1] & 0xff) == SCAN ? 1 : 0;
            }
            if (scans > MOST_SCANS) {
                throw new IllegalArgumentException(
                        "the picture: found a JPEG file of %d scans, allowed: %d"
                                .formatted(scans, MOST_SCANS));
            }
        }
    },
    /** RFC 9649. */
    WEBP {
        @Override
        boolean begins(byte[] file) {
            return file.length > 12
                    && new String(file, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
                    && new String(file, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP");
        }

        @Override
        Essence essence(byte[] file) {
            return new Essence(file, new byte[0]);
        }
    };

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final Set<String> PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
    private static final int SCAN = 0xda;
    private static final int MOST_SCANS = 100;

    /**
     * What is worth reading in a file.
     *
     * @param file another one of the same kind, of the pixels alone
     * @param exif in TIFF's format, or empty
     */
    record Essence(byte[] file, byte[] exif) {}

    abstract boolean begins(byte[] file);

    /** Damaged files may lose more. */
    abstract Essence essence(byte[] file);

    static PictureKind of(byte[] file) {
        for (PictureKind kind : values()) {
            if (kind.begins(file)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "the picture: found a file of another kind, allowed: PNG, JPEG");
    }
}
