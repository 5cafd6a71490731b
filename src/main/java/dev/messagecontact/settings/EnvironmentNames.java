package dev.messagecontact.settings;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Which variables of the environment are meant for this program.
 *
 * <p>A name with one of our own prefixes is; so a misspelt one stops the start. Prefixes that others use too (macOS sets
 * {@code COMMAND_MODE}) only count if the name is a setting or nearly one. What Kubernetes and Docker set for a
 * service that happens to be called like a prefix is never one of them.
 */
final class EnvironmentNames {

    static final String KAFKA = "KAFKA_";

    private static final List<String> OUR_OWN = List.of(
            "WORKER_",
            "CONTACTS_",
            "TOPICS_",
            "MANAGEMENT_",
            "DATABASE_",
            "PHONE_",
            "OFFSETS_",
            "AUTHORIZATION_",
            KAFKA);
    private static final List<String> SHARED = List.of("COMMAND_", "EMAIL_", "DIRECTORY_", "LOG_");

    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*(_SERVICE_HOST|_SERVICE_PORT(_.*)?|_PORT_\\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)");
    /** What Kafka's own scripts read. */
    private static final Pattern KAFKA_SCRIPTS = Pattern.compile("KAFKA_(HOME|DEBUG|MODE|VERSION|([A-Z0-9]+_)*OPTS)");

    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

    private EnvironmentNames() {}

    static boolean isMeantForUs(String name, String value, List<String> settings) {
        if (isServiceLink(name, value) || KAFKA_SCRIPTS.matcher(name).matches()) {
            return false;
        }
        return settings.contains(name)
                || startsWithOneOf(OUR_OWN, name)
                || (startsWithOneOf(SHARED, name)
                        && Nearest.to(name, settings, Nearest.EDITS_OF_A_SLIP).isPresent());
    }

    /** A service {@code management} makes {@code MANAGEMENT_PORT=tcp://10.0.0.7:80}, which is not our port. */
    private static boolean isServiceLink(String name, String value) {
        return SERVICE_LINK.matcher(name).matches()
                || (name.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
    }

    private static boolean startsWithOneOf(List<String> prefixes, String name) {
        return prefixes.stream().anyMatch(name::startsWith);
    }
}
