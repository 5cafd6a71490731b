package dev.messagecontact.recovery.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.fault.OperatorException;
import org.junit.jupiter.api.Test;

class SheetTest {

    private static final int MILLION = 1_000_000;

    @Test
    void what_would_leave_no_memory_for_the_rest_of_the_audit_is_refused_and_says_what_it_needs() {
        OperatorException refused = assertThrows(OperatorException.class, () -> Sheet.within(111L << 20, MILLION));
        assertEquals(
                "1,000,000 offsets need 111 MB of memory, and this Java has 111: give it more (-Xmx), or audit"
                        + " partitions or ranges one by one",
                refused.getMessage());
        assertEquals(MILLION, Sheet.within(112L << 20, MILLION).size());
    }
}
