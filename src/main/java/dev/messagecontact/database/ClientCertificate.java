package dev.messagecontact.database;

import dev.messagecontact.settings.Certificates;
import dev.messagecontact.settings.DatabaseSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.PSQLException;

/** The certificate by which a worker proves to the database who it is, read as the driver reads it. */
public final class ClientCertificate {

    private ClientCertificate() {}

    /**
     * When the first of those in the file, as it is now, is no longer valid, in seconds since 1970. Infinite if none is set, or
     * if they cannot be read: the driver says why.
     */
    public static double end(DatabaseSettings settings) {
        try {
            Properties url = Driver.parseURL(settings.url(), new Properties());
            return url == null || SslMode.of(url) == SslMode.DISABLE
                    ? Double.POSITIVE_INFINITY
                    : Certificates.end(shown(url));
        } catch (PSQLException | IOException | GeneralSecurityException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    /** A key in a PKCS 12 file has its certificates beside it; any other key has a file for them. */
    private static Collection<? extends Certificate> shown(Properties url)
            throws IOException, GeneralSecurityException {
        String key = PGProperty.SSL_KEY.getOrDefault(url);
        boolean isStore = key != null && (key.endsWith(".p12") || key.endsWith(".pfx"));
        String file = isStore ? key : PGProperty.SSL_CERT.getOrDefault(url);
        if (file == null) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return isStore
                    ? stored(in, PGProperty.SSL_PASSWORD.getOrDefault(url))
                    : CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static Collection<Certificate> stored(InputStream in, @Nullable String password)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(in, password == null ? null : password.toCharArray());
        return Certificates.shownFrom(store);
    }
}
