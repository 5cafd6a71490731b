package dev.messagecontact.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.SQLException;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.TimeoutException;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is reported of each kind of exception that a lane recovers from. */
class FaultCauseTest {

    @ParameterizedTest
    @MethodSource("faults")
    void the_cause_of_a_fault_names_the_server_to_look_at(RuntimeException fault, FaultCause expected) {
        assertEquals(expected, FaultCause.of(fault));
    }

    private static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new TimeoutException("no answer"), FaultCause.KAFKA),
                Arguments.of(new RuntimeException("a topic was recreated"), FaultCause.KAFKA),
                Arguments.of(sql("08006"), FaultCause.DATABASE),
                Arguments.of(ReceiptMismatchException.ofLast(new UUID(1, 2), 3), FaultCause.DATABASE),
                Arguments.of(ReceiptMismatchException.ofServer(), FaultCause.DATABASE),
                Arguments.of(sql("28P01"), FaultCause.REFUSED),
                Arguments.of(sql("40001"), FaultCause.CONFLICT),
                Arguments.of(new StandbyWaitException(sql("57014")), FaultCause.CONFLICT),
                Arguments.of(sql("23505"), FaultCause.DATA),
                Arguments.of(new DataAccessException("no more rows"), FaultCause.BUG));
    }

    private static DataAccessException sql(String state) {
        return new DataAccessException("", new SQLException("", state));
    }
}
