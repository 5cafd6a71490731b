package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.fault.OperatorException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FencingGuardTest {

    private long now;
    private final FencingGuard rivalry = new FencingGuard("prefix-group-host-0", () -> now);

    @Test
    void who_is_fenced_five_times_within_a_minute_gives_way_and_says_what_to_do() {
        for (int i = 0; i < 4; i++) {
            fencedAfter(Duration.ofSeconds(14));
        }
        OperatorException said = assertThrows(OperatorException.class, () -> fencedAfter(Duration.ofSeconds(14)));
        assertEquals(
                "another process uses the transactional id prefix-group-host-0 and fenced this one 5 times "
                        + "within a minute; give each process a WORKER_INSTANCE of its own, and each environment a "
                        + "WORKER_TRANSACTIONAL_ID_PREFIX of its own",
                said.getMessage());
    }

    @Test
    void being_fenced_now_and_then_is_no_rivalry() {
        for (int i = 0; i < 100; i++) {
            fencedAfter(Duration.ofSeconds(16));
        }
    }

    private void fencedAfter(Duration pause) {
        now += pause.toNanos();
        rivalry.fenced();
    }
}
