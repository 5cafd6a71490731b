package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LaneDeathIT {

    /** Not even an Exception, as when the stack or the memory is at its end. */
    private static final class Unexpected extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void an_error_in_one_lane_ends_the_worker_and_all_its_lanes() {
        Logger logger = (Logger) LoggerFactory.getLogger(Assignment.class);
        TestStage stage = TestStage.with(2);
        AppenderBase<ILoggingEvent> trap = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().contains(stage.commands() + "-0 resumes")) {
                    throw new Unexpected();
                }
            }
        };
        trap.start();
        logger.addAppender(trap);
        try (stage) {
            RunningWorker worker = stage.startWorker(Map.of("WORKER_LANES", "2"));

            Throwable death = worker.death();

            assertEquals(
                    "a lane died",
                    assertInstanceOf(IllegalStateException.class, death).getMessage());
            assertInstanceOf(Unexpected.class, death.getCause());
            stage.forgetDead();
        } finally {
            logger.detachAppender(trap);
        }
    }
}
