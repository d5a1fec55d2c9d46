package huafang.engine.checkpoint;

import java.util.Arrays;

/**
 * Files that are offered as checkpoints but are not safetensors, told by their first bytes and
 * never by a file name.
 */
enum FileKind {
    ZIP("a zip archive or a PyTorch pickle in one (.ckpt, .pt)" + FileKind.PICKLES, 'P', 'K', 3, 4),
    PICKLE_2("a Python pickle (.ckpt, .pt)" + FileKind.PICKLES, 0x80, 2),
    PICKLE_3("a Python pickle (.ckpt, .pt)" + FileKind.PICKLES, 0x80, 3),
    PICKLE_4("a Python pickle (.ckpt, .pt)" + FileKind.PICKLES, 0x80, 4),
    PICKLE_5("a Python pickle (.ckpt, .pt)" + FileKind.PICKLES, 0x80, 5),
    GGUF("a GGUF file", 'G', 'G', 'U', 'F'),
    GZIP("gzip data", 0x1f, 0x8b),
    SEVEN_ZIP("a 7z archive", '7', 'z', 0xbc, 0xaf, 0x27, 0x1c),
    LFS_POINTER(
            "a Git LFS pointer, not the file it points to", 'v', 'e', 'r', 's', 'i', 'o', 'n', ' '),
    PAGE("a web page", '<');

    /**
     * A command that converts pickled weights. They lie under one of these keys or at the top,
     * beside what is no tensor; safetensors takes only tensors without gaps that share no memory.
     */
    static final String RECIPE =
            """
            python3 -c "import torch, safetensors.torch; \
            c = torch.load('FILE', 'cpu', weights_only=True); \
            c = c.get('state_dict') or c.get('params_ema') or c.get('params') or c; \
            safetensors.torch.save_file({k: v.clone(memory_format=torch.contiguous_format) \
            for k, v in c.items() if torch.is_tensor(v)}, 'FILE.safetensors')\"\
            """;

    private static final String PICKLES =
            "; pickles can run programs as they are opened and are not read: convert it with "
                    + RECIPE;

    private final String words;
    private final byte[] magic;

    FileKind(String words, int... magic) {
        this.words = words;
        this.magic = new byte[magic.length];
        for (int i = 0; i < magic.length; i++) {
            this.magic[i] = (byte) magic[i];
        }
    }

    /**
     * What a file is that starts so, in words that fit after "found"; null if it is none of these.
     */
    static String describe(byte[] start) {
        for (FileKind kind : values()) {
            int length = kind.magic.length;
            if (start.length >= length && Arrays.equals(kind.magic, 0, length, start, 0, length)) {
                return kind.words;
            }
        }
        return null;
    }
}
