package dev.messagecontact.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Only {@code outcome} knows what stands in an event: all others ask it. */
class EventFormatTest {

    private static final Pattern HEADER_NAME = Pattern.compile("\"(ce_|dl-)");
    private static final Pattern HEADER_READ = Pattern.compile("\\blastHeader\\(|\\bheaders\\(\"");

    @Test
    void no_other_package_names_a_header_of_an_event() {
        assertEquals(
                List.of(), Sources.linesWith(HEADER_NAME, EventFormatTest::mustAsk, "src/main/java", "src/workshop"));
    }

    @Test
    void no_other_package_reads_a_header() {
        assertEquals(
                List.of(), Sources.linesWith(HEADER_READ, EventFormatTest::mustAsk, "src/main/java", "src/workshop"));
    }

    private static boolean mustAsk(Path file) {
        return !file.startsWith("src/main/java/dev/messagecontact/outcome")
                // Headers of incoming commands, which are the publishers'.
                && !file.endsWith("command/CommandDecoder.java")
                && !file.endsWith("command/CommandForm.java")
                && !file.endsWith("authorization/token/TokenCheck.java")
                // W3C trace context of incoming commands.
                && !file.endsWith("ops/BatchTrace.java")
                // The bench's bare loop is what the worker is measured against, so it shares nothing with it.
                && !file.endsWith("bench/BareLoop.java");
    }
}
