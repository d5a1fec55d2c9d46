package huafang.engine.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * CLIP's byte-pair encoding: the same ids as the Python tokenizer of transformers 4 with ftfy,
 * which AUTOMATIC1111 uses; the fast tokenizer, which diffusers uses now, leaves full-width signs
 * and curled quotes as they are. For the towers of OpenCLIP AUTOMATIC1111 calls OpenCLIP's own
 * tokenizer, which differs in the names of the two tokens below and in HTML entities alone.
 *
 * <p>The start and end tokens' own names mean those tokens. Thread-safe.
 */
public final class ClipTokenizer {
    /** Opens each sequence. */
    public static final int START = 49_406;

    /** Closes each sequence, and fills it up in Stable Diffusion 1.x. */
    public static final int END = 49_407;

    /** Ids are below this. */
    public static final int SIZE = 49_408;

    /** U+0345 is in no word: in any case it is a letter, by itself it is none. */
    private static final Pattern WORD =
            Pattern.compile(
                    "<\\|startoftext\\|>|<\\|endoftext\\|>"
                            + "|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}\\x{345}]+",
                    Pattern.UNICODE_CHARACTER_CLASS
                            | Pattern.CASE_INSENSITIVE
                            | Pattern.UNICODE_CASE);

    private static final Pattern TOKEN = Pattern.compile("<\\|startoftext\\|>|<\\|endoftext\\|>");

    private static final int BYTES = 256;

    /** Bytes that stand for themselves in the merges; each other has a letter from U+0100 on. */
    private static final int PRINTED = 188;

    private static final int FIRST_MERGE = 2 * BYTES;

    /**
     * Two adjacent tokens, first in the high half, to their merge's rank; the merged token is
     * FIRST_MERGE + rank.
     */
    private final Map<Long, Integer> rankOfPair = HashMap.newHashMap(49_000);

    private final int[] idOfByte = new int[BYTES];

    private ClipTokenizer() {
        int[] bytes = bytesById();
        Map<String, Integer> ids = HashMap.newHashMap(50_000);
        for (int id = 0; id < BYTES; id++) {
            String symbol = Character.toString(id < PRINTED ? bytes[id] : BYTES + id - PRINTED);
            idOfByte[bytes[id]] = id;
            ids.put(symbol, id);
            ids.put(symbol + "</w>", BYTES + id);
        }
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                ClipTokenizer.class.getResourceAsStream("clip-merges.txt"),
                                UTF_8))) {
            int rank = 0;
            for (String line; (line = lines.readLine()) != null; rank++) {
                int space = line.indexOf(' ');
                String left = line.substring(0, space);
                String right = line.substring(space + 1);
                rankOfPair.put(pair(ids.get(left), ids.get(right)), rank);
                ids.put(left + right, FIRST_MERGE + rank);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one vocabulary there is. */
    public static ClipTokenizer clip() {
        return Vocabulary.CLIP;
    }

    /**
     * The ids of a text, without {@link #START} and {@link #END} around them; as many as it takes.
     */
    public int[] encode(String text) {
        var ids = IntStream.builder();
        // What stands between two tokens is a text of its own, with its own word ends.
        for (String part : TOKEN.splitWithDelimiters(text, 0)) {
            if (TOKEN.matcher(part).matches()) {
                ids.add(idOf(part));
            } else {
                encodeWords(CleanText.lowerCase(CleanText.of(part)), ids);
            }
        }
        return ids.build().toArray();
    }

    private void encodeWords(String text, IntStream.Builder ids) {
        for (var word = WORD.matcher(text); word.find(); ) {
            if (TOKEN.matcher(word.group()).matches()) {
                ids.add(idOf(word.group()));
            } else {
                Arrays.stream(merge(word.group().getBytes(UTF_8))).forEach(ids);
            }
        }
    }

    private static int idOf(String token) {
        return token.startsWith("<|s") ? START : END;
    }

    /**
     * Replaces, again and again, the adjacent pair of the best rank (the leftmost of equals) by its
     * merge.
     */
    private int[] merge(byte[] word) {
        int[] token = new int[word.length];
        int[] next = new int[word.length];
        int[] previous = new int[word.length];
        // The rank in the high half, the position in the low one.
        var candidates = new PriorityQueue<Long>();
        for (int i = 0; i < word.length; i++) {
            token[i] = idOfByte[word[i] & 0xff] + (i == word.length - 1 ? BYTES : 0);
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i < word.length; i++) {
            offer(candidates, token, i, next[i]);
        }
        while (!candidates.isEmpty()) {
            long best = candidates.poll();
            int rank = (int) (best >>> 32);
            int left = (int) best;
            int right = next[left];
            if (right >= word.length
                    || !Integer.valueOf(rank)
                            .equals(rankOfPair.get(pair(token[left], token[right])))) {
                continue; // one of the two was merged with another since
            }
            token[left] = FIRST_MERGE + rank;
            token[right] = -1;
            next[left] = next[right];
            if (next[left] < word.length) {
                previous[next[left]] = left;
            }
            offer(candidates, token, previous[left], left);
            offer(candidates, token, left, next[left]);
        }
        return Arrays.stream(token).filter(id -> id >= 0).toArray();
    }

    private void offer(PriorityQueue<Long> candidates, int[] token, int left, int right) {
        if (left < 0 || right >= token.length) {
            return;
        }
        Integer rank = rankOfPair.get(pair(token[left], token[right]));
        if (rank != null) {
            candidates.add(((long) rank << 32) | left);
        }
    }

    private static long pair(int left, int right) {
        return ((long) left << 32) | (right & 0xffff_ffffL);
    }

    /** All bytes in the order of their ids: those that Latin-1 prints, then the others. */
    private static int[] bytesById() {
        IntPredicate printed = b -> b >= '!' && b <= '~' || b >= '¡' && b <= '¬' || b >= '®';
        return IntStream.concat(
                        IntStream.range(0, BYTES).filter(printed),
                        IntStream.range(0, BYTES).filter(printed.negate()))
                .toArray();
    }

    private static final class Vocabulary {
        static final ClipTokenizer CLIP = new ClipTokenizer();
    }
}
