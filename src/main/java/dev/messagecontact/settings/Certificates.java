package dev.messagecontact.settings;

import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** The certificates in files that settings name. */
public final class Certificates {

    private Certificates() {}

    /** Those by which the owner of a key store's keys proves who it is; none of those that it only trusts. */
    public static Collection<Certificate> shownFrom(KeyStore store) throws KeyStoreException {
        List<Certificate> shown = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            Certificate[] chain = store.getCertificateChain(alias); // null for one that is only trusted
            shown.addAll(chain == null ? List.of() : List.of(chain));
        }
        return shown;
    }

    /** When the first of these X.509 certificates is no longer valid, in seconds since 1970; infinite without any. */
    public static double end(Collection<? extends Certificate> certificates) {
        return certificates.stream()
                .mapToDouble(each -> ((X509Certificate) each).getNotAfter().getTime() / 1000.0)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }
}
