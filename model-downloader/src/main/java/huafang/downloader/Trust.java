package huafang.downloader;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whose certificates are believed. */
final class Trust {
    private Trust() {}

    /** Java's own authorities, and those in a PEM file. */
    static SSLContext context(Optional<Path> authorities) {
        try {
            if (authorities.isEmpty()) {
                return SSLContext.getDefault();
            }
            var factory = factory(store(authorities.get()));
            var context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException unusable) {
            throw new ConfigurationException(
                    "huafang.downloader.certificate-authorities: expected a file of PEM certificates, found %s: %s"
                            .formatted(authorities.map(Path::toString).orElse("none"), unusable));
        }
    }

    private static KeyStore store(Path authorities) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (var manager : factory(null).getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                for (var issuer : known.getAcceptedIssuers()) {
                    store.setCertificateEntry("java-" + number++, issuer);
                }
            }
        }
        try (var pem = Files.newInputStream(authorities)) {
            var certificates = CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new IOException("it has none");
            }
            for (var certificate : certificates) {
                store.setCertificateEntry("own-" + number++, certificate);
            }
        }
        return store;
    }

    private static TrustManagerFactory factory(KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }
}
