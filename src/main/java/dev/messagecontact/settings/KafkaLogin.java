package dev.messagecontact.settings;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.security.auth.spi.LoginModule;
import javax.security.sasl.Sasl;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SecurityConfig;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.common.utils.Utils;

/**
 * What shows before any server is asked that the Kafka clients can never log in. The clients say it when they are made, in words
 * that cannot be told from those about an issuer of tokens that does not answer yet.
 */
public final class KafkaLogin {

    private KafkaLogin() {}

    /**
     * Why no client can ever log in; empty if one may. No value is in it.
     *
     * @param values of a client's settings, as the client has parsed them
     * @param written how a key is called where it is set
     */
    public static Optional<String> problem(Map<String, ?> values, UnaryOperator<String> written) {
        String jaas = written.apply(SaslConfigs.SASL_JAAS_CONFIG);
        String module;
        try {
            module = JaasContext.loadClientContext(values)
                    .configurationEntries()
                    .get(0)
                    .getLoginModuleName();
        } catch (IllegalArgumentException e) {
            return Optional.of(jaas + " must be: <login module> required <option>=\"<value>\" ...;");
        }
        if (!isLoginModule(module)) {
            return Optional.of(jaas + " names no login module that Java can load");
        }
        return mayBringMore(module, values) || isKnown(String.valueOf(values.get(SaslConfigs.SASL_MECHANISM)))
                ? Optional.empty()
                : Optional.of(
                        written.apply(SaslConfigs.SASL_MECHANISM) + " is none that this login module or Java has");
    }

    /** What a client makes of the texts of these settings. */
    static Map<String, Object> parsed(Map<String, String> texts) {
        Map<String, Object> values = new HashMap<>(texts);
        values.putIfAbsent(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM);
        values.computeIfPresent(SaslConfigs.SASL_JAAS_CONFIG, (key, text) -> new Password(String.valueOf(text)));
        return values;
    }

    /** It tells Java of the mechanisms that it brings when it is loaded. */
    private static boolean isLoginModule(String name) {
        try {
            return LoginModule.class.isAssignableFrom(Class.forName(name, true, Utils.getContextOrKafkaClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** Others may tell Java of their mechanisms when they log in. */
    private static boolean mayBringMore(String module, Map<String, ?> values) {
        return !module.startsWith("org.apache.kafka.") || values.get(SecurityConfig.SECURITY_PROVIDERS_CONFIG) != null;
    }

    private static boolean isKnown(String mechanism) {
        return Collections.list(Sasl.getSaslClientFactories()).stream()
                .flatMap(factory -> Stream.of(factory.getMechanismNames(Map.of())))
                .anyMatch(mechanism::equals);
    }
}
