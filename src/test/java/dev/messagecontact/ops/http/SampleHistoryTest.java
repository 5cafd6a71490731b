package dev.messagecontact.ops.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.ops.WorkerState.Histogram;
import dev.messagecontact.ops.WorkerState.Sample;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SampleHistoryTest {

    private final AtomicLong clock = new AtomicLong();

    @Test
    void the_samples_of_the_last_ten_minutes_are_kept_oldest_first() {
        try (SampleHistory history = new SampleHistory(this::next)) {
            for (int i = 1; i < 200; i++) {
                history.take();
            }
            List<Long> times = history.list().stream().map(Sample::at).toList();
            assertEquals(121, times.size());
            assertEquals(600_000, times.get(120) - times.get(0));
            assertEquals(times.stream().sorted().toList(), times);
        }
    }

    private Sample next() {
        long at = clock.getAndAdd(SampleHistory.EVERY.toMillis());
        return new Sample(at, List.of(), new Histogram(List.of(), List.of()), Map.of(), 0);
    }
}
