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
 * carry the one that is signed in with the deployment's password.
 */
@Singleton
class ReservedName implements SecurityIdentityAugmentor {
    private static final String ADMIN = "admin";

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        boolean isToken =
                !identity.isAnonymous() && identity.getCredential(TokenCredential.class) != null;
        return isToken && ADMIN.equalsIgnoreCase(identity.getPrincipal().getName())
                ? Uni.createFrom()
                        .failure(
                                new AuthenticationFailedException(
                                        "A token must not carry the name " + ADMIN))
                : Uni.createFrom().item(identity);
    }
}
