package dev.messagecontact.ops;

import io.micrometer.core.instrument.Clock;
import java.time.Duration;

/** Stands still unless told to go on. */
public final class FakeClock implements Clock {

    private long nanos = Duration.ofDays(20_000).toNanos();

    public void advance(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public long wallTime() {
        return nanos / 1_000_000;
    }

    @Override
    public long monotonicTime() {
        return nanos;
    }
}
