package dev.messagecontact.kafka;

import dev.messagecontact.settings.Certificates;
import dev.messagecontact.settings.KafkaSettings;
import java.security.KeyStore;
import java.security.KeyStoreException;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

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
            KeyStore store = files.keystore();
            return store == null ? Double.POSITIVE_INFINITY : Certificates.end(Certificates.shownFrom(store));
        } catch (KafkaException | KeyStoreException e) {
            return Double.POSITIVE_INFINITY;
        }
    }
}
