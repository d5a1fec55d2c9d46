package huafang.single;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Someone at the page with a browser of their own, who understands one language. */
final class Visitor implements AutoCloseable {
    private static final List<String> PROGRAMS =
            List.of("chromium", "chromium-browser", "google-chrome");
    private static final List<String> OPTIONS =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync");
    private static final double PATIENCE_MILLIS = 120_000;

    private final Playwright playwright;
    private final Browser browser;
    private final Page page;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    /**
     * @param locale what the browser prefers, as in {@code zh-CN}
     */
    Visitor(URI address, String locale) {
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(program())
                                        .setArgs(OPTIONS));
        page = browser.newPage(new Browser.NewPageOptions().setLocale(locale));
        page.setDefaultTimeout(PATIENCE_MILLIS);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        page.onConsoleMessage(this::hear);
        page.onPageError(complaints::add);
        page.onRequest(request -> watch(request, address));
        page.navigate(address.toString());
    }

    private static Path program() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> PROGRAMS.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("none on the PATH: " + PROGRAMS));
    }

    /** An answer of 4xx is the page's own business; anything else on the console is a fault. */
    private void hear(ConsoleMessage message) {
        if (message.type().equals("error")
                && !message.text().startsWith("Failed to load resource")) {
            complaints.add(message.text());
        }
    }

    private void watch(Request request, URI address) {
        URI asked = URI.create(request.url());
        if (asked.getScheme().startsWith("http")
                && !asked.getAuthority().equals(address.getAuthority())) {
            complaints.add("asked another host: " + asked);
        }
    }

    /** What the browser found wrong, and requests that left the product. */
    List<String> complaints() {
        return complaints;
    }

    String language() {
        return (String) page.evaluate("document.documentElement.lang");
    }

    Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    Locator text(String text) {
        return page.getByText(text, new Page.GetByTextOptions().setExact(true));
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator view(String name) {
        return page.getByRole(
                AriaRole.TAB, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    /** Something in a menu that is open. */
    Locator item(String name) {
        return page.getByRole(
                AriaRole.MENUITEM, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** A field with choices. */
    Locator choices(String label) {
        return page.getByRole(
                AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName(label).setExact(true));
    }

    /** Takes one of a field's choices. */
    void choose(String label, String choice) {
        choices(label).click();
        page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName(choice).setExact(true))
                .click();
    }

    /** The job that a click asks for, in JSON. */
    String jobOf(Locator button) {
        return page.waitForRequest(
                        request ->
                                request.method().equals("POST")
                                        && request.url().endsWith("/api/v1/jobs"),
                        button::click)
                .postData();
    }

    /** Gives the page another answer than the product's. */
    void answer(String address, String json) {
        page.route(
                address,
                route ->
                        route.fulfill(
                                new Route.FulfillOptions()
                                        .setContentType("application/json")
                                        .setBody(json)));
    }

    /** The pictures of a prompt. */
    Locator pictures(String prompt) {
        return page.getByAltText(prompt, new Page.GetByAltTextOptions().setExact(true));
    }

    /** Its width in the file, once it is there and has been decoded: pixels. */
    int widthOf(Locator picture) {
        picture.scrollIntoViewIfNeeded();
        return (int)
                picture.evaluate(
                        "async image => { await image.decode(); return image.naturalWidth }");
    }

    /** Draws a stroke across something. */
    void brush(Locator canvas) {
        canvas.scrollIntoViewIfNeeded();
        var box = canvas.boundingBox();
        page.mouse().move(box.x + box.width * 0.3, box.y + box.height * 0.5);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.7, box.y + box.height * 0.5);
        page.mouse().up();
    }

    /** As if it had ended in the meantime. */
    void loseSession() {
        page.context().clearCookies();
    }

    void reload() {
        page.reload();
    }

    /** The file that a click on a link brings. */
    Path download(Locator link) {
        return page.waitForDownload(link::click).path();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
