package huafang.contracts.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {
    @ParameterizedTest
    @CsvSource({
        "huafang-demo.safetensors, huafang-demo",
        "sub/Demo.v1.SafeTensors,  Demo.v1",
        "old.ckpt,                 old",
        "sub/sd-2.1,               sd-2.1",
        ".pt,                      .pt"
    })
    void aFileGoesByItsNameWithoutExtensionAndAFolderByAllOfIt(String file, String name) {
        assertThat(Model.name(file)).isEqualTo(name);
    }

    /** printf 'abc' >a; printf '' >b/c; sha256sum a b/c | sha256sum */
    @Test
    void aFoldersHashIsThatOfTheListOfItsFiles() {
        var files =
                new TreeMap<>(
                        Map.of(
                                "b/c",
                                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                "a",
                                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));

        assertThat(Model.sha256OfFolder(files))
                .isEqualTo("6eba35d7428180154eea7332bad049a6c0105a4bbd23c3a7542600305d2cbedb");
    }
}
