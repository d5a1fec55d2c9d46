package huafang.gateway.session;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.function.BinaryOperator;
import no.nav.security.mock.oauth2.MockOAuth2Server;

/** A real issuer of bearer tokens, which the gateway trusts under the name "huafang" only. */
public final class Issuer implements QuarkusTestResourceLifecycleManager {
    /** Where a test wants the function from an issuer's name and a user's to a token. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.FIELD)
    public @interface Tokens {}

    private final MockOAuth2Server server = new MockOAuth2Server();

    @Override
    public Map<String, String> start() {
        server.start();
        return Map.of(
                "quarkus.oidc.tenant-enabled",
                "true",
                "quarkus.oidc.auth-server-url",
                server.issuerUrl("huafang").toString());
    }

    @Override
    public void inject(TestInjector injector) {
        BinaryOperator<String> tokens =
                (issuer, user) -> server.issueToken(issuer, user, "huafang").serialize();
        injector.injectIntoFields(
                tokens,
                new TestInjector.AnnotatedAndMatchesType(Tokens.class, BinaryOperator.class));
    }

    @Override
    public void stop() {
        server.shutdown();
    }
}
