package huafang.gateway.session;

import io.smallrye.config.ConfigMapping;

/** The user {@code admin}. */
@ConfigMapping(prefix = "huafang.admin")
public interface AdminSettings {
    /** Has no default: nobody may know it before the deployment does. */
    String password();
}
