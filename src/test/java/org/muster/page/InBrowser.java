package org.muster.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.muster.RunningMuster;

/**
 * Gives each test {@link Windows} of its own, in one Chromium for all tests of the run, on the server of
 * {@link RunningMuster} unless they ask for another. Without a Chromium the tests are skipped, with {@code CI=true} they fail.
 */
public final class InBrowser implements ExecutionCondition, ParameterResolver, AfterEachCallback {
    private static final Namespace HERE = Namespace.create(InBrowser.class);
    /** Of these, the first that is there. The one that is only headless opens windows faster. */
    private static final String PLACES =
            System.getProperty("chromium", "/usr/bin/chromium-headless-shell:/usr/bin/chromium");

    private static final Optional<Path> CHROMIUM = Stream.of(PLACES.split(File.pathSeparator))
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    private static final String MISSING = "there is no Chromium at " + PLACES + " (-Dchromium=PATH names another)";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (CHROMIUM.isPresent()) {
            return ConditionEvaluationResult.enabled("Chromium is there");
        }
        if (isRequired()) {
            throw new IllegalStateException(MISSING);
        }
        return ConditionEvaluationResult.disabled(MISSING);
    }

    /** Says in one line that the browser tests will be skipped, if so: Maven tells only how many were. */
    public static void main(String[] arguments) {
        if (CHROMIUM.isEmpty() && !isRequired()) {
            System.out.println("[WARNING] The browser tests are skipped: " + MISSING);
        }
    }

    private static boolean isRequired() {
        return Boolean.parseBoolean(System.getenv("CI")) || Boolean.getBoolean("CI");
    }

    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Windows.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(HERE)
                .getOrComputeIfAbsent(
                        Windows.class,
                        type -> new Windows(chromium(context), () -> RunningMuster.base(context)),
                        Windows.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var windows = context.getStore(HERE).remove(Windows.class, Windows.class);
        if (windows == null) {
            return;
        }
        try (windows) {
            if (context.getExecutionException().isPresent()) {
                windows.keepPictures("%s.%s"
                        .formatted(
                                context.getRequiredTestClass().getSimpleName(),
                                context.getRequiredTestMethod().getName()));
            } else {
                windows.assertNoComplaints();
            }
        }
    }

    private static Browser chromium(ExtensionContext context) {
        return context.getRoot()
                .getStore(HERE)
                .getOrComputeIfAbsent(Chromium.class, type -> new Chromium(), Chromium.class)
                .browser;
    }

    private static final class Chromium implements AutoCloseable {
        private final Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        private final Browser browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(CHROMIUM.orElseThrow())
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));

        @Override
        public void close() {
            playwright.close();
        }
    }
}
