package huafang.single;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.servers.FreePort;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A first visit with a real browser: from the sign-in to the picture in the database. */
@Timeout(600)
class PageIT {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private static Trial product;

    @BeforeAll
    static void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path var) throws Exception {
        product = Trial.start(ROOT, var, FreePort.any());
    }

    @AfterAll
    static void end() {
        if (product != null) {
            product.close();
        }
    }

    /** What the page calls things. */
    private record Words(
            String locale,
            String user,
            String password,
            String signIn,
            String wrong,
            String prompt,
            String steps,
            String save,
            String generate,
            String images,
            String download,
            String signOut,
            String painting,
            String begin,
            String mask,
            String cancel,
            String cancelled,
            String enlarge,
            String advanced,
            String hires,
            String upscaler,
            String scale,
            String secondSteps,
            String secondStrength,
            String clipSkip,
            String emphasis,
            String noNorm,
            String original,
            String tiling,
            String reuse) {}

    static Stream<Words> languages() {
        return Stream.of(
                new Words(
                        "en",
                        "User",
                        "Password",
                        "Sign in",
                        "This user name and password do not match.",
                        "Prompt",
                        "Steps",
                        "Save to DataBase",
                        "Generate",
                        "Images",
                        "Download",
                        "Sign out",
                        "a red house by the sea",
                        "Begin with this picture",
                        "Paint over what is to change",
                        "Cancel",
                        "Cancelled",
                        "Enlarge",
                        "Advanced",
                        "Second pass, larger (hires fix)",
                        "Enlarged by",
                        "Times as large",
                        "Steps of the second pass",
                        "Strength of the second pass",
                        "Clip skip",
                        "Emphasis",
                        "No norm: weighed words",
                        "Original: weighed words, same mean",
                        "Tiles",
                        "Use these parameters"),
                new Words(
                        "zh-CN",
                        "用户名",
                        "密码",
                        "登录",
                        "用户名或密码不正确。",
                        "提示词",
                        "步数",
                        "保存到数据库",
                        "生成",
                        "画廊",
                        "下载",
                        "退出",
                        "海边的红色房子",
                        "以此图开始",
                        "涂抹要修改的部分",
                        "取消",
                        "已取消",
                        "放大",
                        "高级选项",
                        "二次放大绘制（高清修复）",
                        "放大方式",
                        "放大倍数",
                        "二次绘制步数",
                        "二次绘制的重绘幅度",
                        "CLIP 跳过层",
                        "强调方式",
                        "No norm：括号加权",
                        "Original：括号加权，整体均值不变",
                        "无缝平铺",
                        "使用这些参数"));
    }

    @ParameterizedTest
    @MethodSource("languages")
    void aPromptBecomesAPictureInTheDatabase(Words words) throws Exception {
        try (var visitor = visitor(words)) {
            signIn(visitor, words);

            String prompt = words.painting() + " " + System.nanoTime();
            assertThat(visitor.field(words.save())).isChecked();
            visitor.field(words.prompt()).fill(prompt);
            visitor.field(words.steps()).fill("4");
            visitor.button(words.generate()).click();
            assertThat(visitor.widthOf(visitor.pictures(prompt))).isPositive();

            visitor.reload();
            assertThat(visitor.widthOf(visitor.pictures(prompt))).isPositive();

            visitor.view(words.images()).click();
            assertThat(visitor.widthOf(visitor.pictures(prompt))).isPositive();
            visitor.pictures(prompt).click();
            var file = visitor.download(visitor.dialog().getByText(words.download()));
            assertThat(Files.readAllBytes(file)).startsWith(0x89, 'P', 'N', 'G');

            assertThat(visitor.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void aPartOfAPictureIsPaintedAnew(Words words) {
        try (var visitor = visitor(words)) {
            signIn(visitor, words);
            String first = words.painting() + " " + System.nanoTime();
            visitor.field(words.prompt()).fill(first);
            visitor.field(words.steps()).fill("4");
            visitor.button(words.generate()).click();
            visitor.pictures(first).click();
            visitor.dialog().getByText(words.begin()).click();

            visitor.brush(visitor.field(words.mask()));
            String second = words.painting() + " " + System.nanoTime();
            visitor.field(words.prompt()).fill(second);
            visitor.button(words.generate()).click();

            assertThat(visitor.widthOf(visitor.pictures(second))).isPositive();
            visitor.pictures(second).click();
            assertThat(visitor.dialog().getByText("0.6")).isVisible();
            assertThat(visitor.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void whatIsFoldedAwayIsPaintedAndComesBackWithThePicture(Words words) {
        try (var visitor = visitor(words)) {
            signIn(visitor, words);
            String prompt = words.painting() + " " + System.nanoTime();
            visitor.field(words.prompt()).fill(prompt);
            visitor.field(words.steps()).fill("4");
            assertThat(visitor.field(words.tiling())).isHidden();
            visitor.text(words.advanced()).click();
            visitor.field(words.hires()).check();
            visitor.choose(words.upscaler(), "Lanczos");
            visitor.field(words.scale()).fill("1.5");
            visitor.field(words.secondSteps()).fill("2");
            visitor.field(words.secondStrength()).press("ArrowLeft");
            visitor.field(words.clipSkip()).fill("2");
            visitor.choose(words.emphasis(), words.noNorm());
            visitor.field(words.tiling()).check();

            String asked = visitor.jobOf(visitor.button(words.generate()));

            assertThat(asked)
                    .contains("\"clipSkip\":2", "\"emphasis\":\"No norm\"", "\"tiling\":true")
                    .contains(
                            "\"hires\":{\"upscaler\":\"Lanczos\",\"scale\":1.5,\"steps\":2,\"strength\":0.65}");
            assertThat(visitor.widthOf(visitor.pictures(prompt))).isEqualTo(192);
            visitor.field(words.hires()).uncheck();
            visitor.field(words.clipSkip()).fill("1");
            visitor.choose(words.emphasis(), words.original());
            visitor.pictures(prompt).click();
            assertThat(visitor.dialog().getByText("Lanczos 1.5×")).isVisible();
            visitor.dialog().getByText(words.reuse()).click();
            assertThat(visitor.field(words.hires())).isChecked();
            assertThat(visitor.field(words.secondSteps())).hasValue("2");
            assertThat(visitor.field(words.clipSkip())).hasValue("2");
            assertThat(visitor.choices(words.emphasis())).hasValue(words.noNorm());
            assertThat(visitor.complaints()).isEmpty();
        }
    }

    /** The file is gone by the time that it is asked for, which the gateway says at its field. */
    @Test
    void aVaeIsChosenAmongTheFilesThatThereAre() {
        Words words = languages().findFirst().orElseThrow();
        try (var visitor = visitor(words)) {
            visitor.answer(
                    "**/api/v1/add-ons",
                    "[{\"kind\":\"VAE\",\"name\":\"bright\",\"file\":\"a/bright.safetensors\",\"problem\":null}]");
            signIn(visitor, words);
            visitor.field(words.prompt()).fill(words.painting());
            visitor.text(words.advanced()).click();
            visitor.choose("VAE", "bright");

            String asked = visitor.jobOf(visitor.button(words.generate()));

            assertThat(asked).contains("\"vae\":\"a/bright.safetensors\"");
            assertThat(visitor.choices("VAE")).hasAttribute("aria-invalid", "true");
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void aPictureIsMadeLarger(Words words) {
        try (var visitor = visitor(words)) {
            signIn(visitor, words);
            String prompt = words.painting() + " " + System.nanoTime();
            visitor.field(words.prompt()).fill(prompt);
            visitor.field(words.steps()).fill("4");
            visitor.button(words.generate()).click();
            visitor.pictures(prompt).click();
            visitor.dialog().getByText(words.enlarge()).click();
            visitor.item("Lanczos 2×").click();

            assertThat(visitor.dialog()).hasCount(0);
            assertThat(visitor.pictures(prompt)).hasCount(2);
            assertThat(visitor.widthOf(visitor.pictures(prompt).first())).isEqualTo(256);
            visitor.view(words.images()).click();
            assertThat(visitor.pictures(prompt)).hasCount(2);
            assertThat(visitor.widthOf(visitor.pictures(prompt).first())).isEqualTo(256);
            visitor.pictures(prompt).first().click();
            assertThat(visitor.dialog().getByText("256 × 256")).isVisible();
            assertThat(visitor.complaints()).isEmpty();
        }
    }

    /** Its pictures wait behind others meanwhile. */
    @ParameterizedTest
    @MethodSource("languages")
    void whatIsNotWantedAnyMoreIsCancelled(Words words) throws Exception {
        String others = product.submit("{\"prompt\":\"hills\",\"steps\":150,\"count\":100}");
        try (var visitor = visitor(words)) {
            signIn(visitor, words);
            visitor.field(words.prompt()).fill(words.painting());
            visitor.button(words.generate()).click();
            visitor.button(words.cancel()).click();

            assertThat(visitor.text(words.cancelled()).first()).isVisible();
            assertThat(visitor.button(words.cancel())).hasCount(0);
            assertThat(visitor.complaints()).isEmpty();
        } finally {
            product.post(others + "/cancel", "");
        }
    }

    @Test
    void anEndedSessionKeepsWhatWasTyped() {
        Words words = languages().findFirst().orElseThrow();
        try (var visitor = visitor(words)) {
            signIn(visitor, words);
            visitor.field(words.prompt()).fill("half a thought");
            visitor.loseSession();
            visitor.button(words.generate()).click();

            visitor.field(words.password()).fill(product.password());
            visitor.button(words.signIn()).click();

            assertThat(visitor.field(words.prompt())).hasValue("half a thought");
        }
    }

    @Test
    void theChosenLanguageIsRemembered() {
        List<Words> words = languages().toList();
        try (var visitor = visitor(words.getFirst())) {
            visitor.button("中文").click();
            visitor.reload();

            assertThat(visitor.button(words.getLast().signIn())).isVisible();
            assertThat(visitor.language()).isEqualTo(words.getLast().locale());
        }
    }

    private static Visitor visitor(Words words) {
        return new Visitor(URI.create(product.url()), words.locale());
    }

    private static void signIn(Visitor visitor, Words words) {
        assertThat(visitor.field(words.user())).isVisible();
        assertThat(visitor.language()).isEqualTo(words.locale());
        visitor.field(words.user()).fill("admin");
        visitor.field(words.password()).fill("not " + product.password());
        visitor.button(words.signIn()).click();
        assertThat(visitor.text(words.wrong())).isVisible();
        visitor.field(words.password()).fill(product.password());
        visitor.button(words.signIn()).click();
        assertThat(visitor.button(words.signOut())).isVisible();
    }
}
