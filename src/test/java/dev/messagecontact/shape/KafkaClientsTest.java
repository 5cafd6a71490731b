package dev.messagecontact.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Only {@code kafka} makes clients and unwraps what their futures hold. */
class KafkaClientsTest {

    private static final Pattern CLIENT =
            Pattern.compile("new Kafka(Consumer|Producer)<|Admin\\.create\\(|\\bfor(Consumer|Producer|Admin)\\(");
    private static final Pattern FUTURE = Pattern.compile("\\bKafkaFuture\\b|\\b(Execution|Completion)Exception\\b");

    /**
     * Two wait for threads of their own, and the publisher asks only for what is there: {@code kafka} knows the settings, which
     * know its package.
     */
    private static final List<String> EXEMPT = List.of("LookupDesk.java", "PublishingThread.java", "Publisher.java");

    @Test
    void no_other_package_makes_a_client() {
        assertEquals(List.of(), Sources.linesWith(CLIENT, KafkaClientsTest::mustAsk, "src/main/java"));
    }

    @Test
    void no_other_package_waits_for_a_future_of_kafkas() {
        assertEquals(
                List.of(),
                Sources.linesWith(
                        FUTURE,
                        file -> mustAsk(file)
                                && !EXEMPT.contains(file.getFileName().toString()),
                        "src/main/java"));
    }

    @Test
    void each_exemption_is_needed() {
        for (String exempt : EXEMPT) {
            assertFalse(
                    Sources.linesWith(FUTURE, file -> file.endsWith(exempt), "src/main/java")
                            .isEmpty(),
                    exempt);
        }
    }

    private static boolean mustAsk(Path file) {
        return !file.startsWith("src/main/java/dev/messagecontact/kafka")
                && !file.endsWith("settings/KafkaSettings.java");
    }
}
