package dev.messagecontact.ops.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.messagecontact.ops.FakeClock;
import dev.messagecontact.support.Commands;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogRateLimitTest {

    private final FakeClock clock = new FakeClock();
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final LogRateLimit limit = new LogRateLimit(clock::monotonicTime);
    private final Logger logger = context.getLogger("a.client");

    @BeforeEach
    void start() {
        limit.setContext(context);
        limit.start();
        context.addTurboFilter(limit);
        lines.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void the_eleventh_warning_of_a_kind_within_a_minute_is_left_out_and_counted_when_the_minute_ends() {
        for (int i = 0; i < 100; i++) {
            logger.warn("Connection to node {} could not be established", i);
        }
        clock.advance(Duration.ofSeconds(59));
        limit.report();
        assertEquals(10, lines.list.size());

        clock.advance(Duration.ofSeconds(1));
        limit.report();
        limit.report();

        assertEquals(11, lines.list.size());
        assertEquals(
                "90 more lines like this in a minute were left out: a.client: Connection to node 10 could not be"
                        + " established",
                lines.list.get(10).getFormattedMessage());
    }

    @Test
    void the_next_minute_begins_with_the_next_line_and_the_count_goes_before_it() {
        for (int i = 0; i < 12; i++) {
            logger.warn("again");
        }
        clock.advance(Duration.ofMinutes(2));
        logger.warn("again");

        assertEquals(
                List.of("2 more lines like this in a minute were left out: a.client: again", "again"),
                messages().subList(10, 12));
    }

    @Test
    void lines_that_differ_in_the_client_s_name_or_in_numbers_are_one_kind() {
        for (int i = 0; i < 20; i++) {
            logger.warn("[Consumer clientId=worker-" + i + ", groupId=g] Node " + i + " disconnected");
        }
        assertEquals(10, lines.list.size());
    }

    @Test
    void other_loggers_messages_and_levels_are_not_touched() {
        for (int i = 0; i < 20; i++) {
            logger.info("progress");
            logger.debug("detail");
            context.getLogger("another").warn("again");
            logger.warn("again");
            logger.error("worse");
        }
        assertEquals(20 + 20 + 10 + 10 + 10, lines.list.size());
        assertEquals(20, Collections.frequency(messages(), "progress"));
    }

    @Test
    void a_level_that_is_off_stays_off_and_counts_for_nothing() {
        logger.setLevel(Level.ERROR);
        for (int i = 0; i < 20; i++) {
            logger.warn("again");
        }
        logger.setLevel(Level.WARN);
        logger.warn("again");

        assertEquals(List.of("again"), messages());
    }

    @Test
    void messages_of_ever_new_kinds_end_as_one() {
        for (int i = 0; i < 2_000; i++) {
            logger.warn("kind " + Commands.letters(i));
        }
        assertEquals(510, lines.list.size());
    }

    private List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
