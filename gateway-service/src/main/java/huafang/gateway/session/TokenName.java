package huafang.gateway.session;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/**
 * Pictures belong to a name. So a token of an issuer, where people may choose their names, must not
 * carry the one that is signed in with the deployment's password, nor one that the database cannot
 * tell from another's: it ignores blanks at the end.
 */
@Singleton
class TokenName implements SecurityIdentityAugmentor {
    private static final String ADMIN = "admin";
    private static final int LONGEST = 255;

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        boolean isToken =
                !identity.isAnonymous() && identity.getCredential(TokenCredential.class) != null;
        return isToken && !mayOwn(identity.getPrincipal().getName())
                ? Uni.createFrom()
                        .failure(
                                new AuthenticationFailedException(
                                        "A token's name must have 1 to %d characters, no blank at its ends, and not be %s"
                                                .formatted(LONGEST, ADMIN)))
                : Uni.createFrom().item(identity);
    }

    private static boolean mayOwn(String name) {
        return !ADMIN.equalsIgnoreCase(name)
                && !name.isEmpty()
                && name.equals(name.strip())
                && name.codePointCount(0, name.length()) <= LONGEST;
    }
}
