package dev.messagecontact.kafka;

import dev.messagecontact.settings.KafkaSettings;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/** The certificates by which our Kafka clients prove who they are, read as the clients read them. */
public final class ClientCertificates {

    private ClientCertificates() {}

    /**
     * When the first of those that stand in the key store now is no longer valid, in seconds since 1970. Infinite if none is
     * set, or if they cannot be read: a client that is made with them says why.
     */
    public static double end(KafkaSettings settings) {
        try (DefaultSslEngineFactory files = new DefaultSslEngineFactory()) {
            AdminClientConfig config = new AdminClientConfig(settings.forAdmin());
            String protocol = config.getString(AdminClientConfig.SECURITY_PROTOCOL_CONFIG);
            boolean isTls = protocol.endsWith(SecurityProtocol.SSL.name);
            if (!isTls || config.getClass(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG) != null) {
                return Double.POSITIVE_INFINITY;
            }
            files.configure(config.values());
            return end(files.keystore());
        } catch (KafkaException | KeyStoreException e) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private static double end(@Nullable KeyStore store) throws KeyStoreException {
        double end = Double.POSITIVE_INFINITY;
        if (store != null) {
            for (String alias : Collections.list(store.aliases())) {
                Certificate[] chain = store.getCertificateChain(alias); // null for one that is only trusted
                for (Certificate each : chain == null ? new Certificate[0] : chain) {
                    double one = ((X509Certificate) each).getNotAfter().getTime() / 1000.0;
                    end = Math.min(end, one);
                }
            }
        }
        return end;
    }
}
