package dev.messagecontact.receipts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.messagecontact.support.TestStage;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReceiptsIT {

    private static final long MEBIBYTE = 1024 * 1024;

    /** A lane asks for them whenever it looks for a start, and all lanes have one heap. */
    @Test
    void the_last_receipts_take_no_memory_for_those_before_them() {
        try (TestStage stage = TestStage.with(1)) {
            stage.database().execute("""
                    insert into batch_receipt
                    select '00000000-0000-0000-0000-000000000001', i % 12, i / 12 * 10, i / 12 * 10 + 10, i / 12 * 10, '{}'
                    from generate_series(0, 119999) i""");
            Receipts.last(stage.database(), new UUID(0, 2)); // loads classes

            long before = bytesAllocated();
            Map<Integer, Receipt> last = Receipts.last(stage.database(), new UUID(0, 1));
            long taken = bytesAllocated() - before;

            assertEquals(12, last.size());
            assertEquals(Answered.before(100_000), last.get(11).settled());
            assertTrue(taken < 10 * MEBIBYTE, () -> taken + " bytes");
        }
    }

    /** By this thread. */
    private static long bytesAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
