package dev.messagecontact.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.MarkdownTable;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeMap;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseFaultTest {

    @Test
    void the_table_for_operators_says_what_the_code_does() {
        var inCode = new TreeMap<String, String>();
        for (DatabaseFault fault : DatabaseFault.values()) {
            fault.prefixes().forEach(prefix -> inCode.put(prefix, fault.name()));
        }
        var inTable = new TreeMap<String, String>();
        for (List<String> row : MarkdownTable.in("ops/faults.md", "SQLSTATE")) {
            inTable.put(MarkdownTable.code(row.get(0)), MarkdownTable.code(row.get(1)));
        }
        assertEquals(inCode, inTable);
    }

    @ParameterizedTest
    @CsvSource({
        "22021, DATA", "22P05, DATA", "23505, DATA", "23514, DATA", "40001, CONFLICT", "40P01, CONFLICT",
        "55P03, CONFLICT", "57014, CONFLICT", "28P01, REFUSED", "28000, REFUSED", "3D000, REFUSED", "42501, REFUSED",
        "42P01, REFUSED", "08006, OUTAGE", "08001, OUTAGE", "25006, OUTAGE", "25P03, OUTAGE", "53100, OUTAGE",
        "53200, OUTAGE", "53300, OUTAGE", "57P01, OUTAGE", "57P03, OUTAGE", "57P05, OUTAGE", "58030, OUTAGE",
        "XX000, OUTAGE", "99999, OUTAGE", ", OUTAGE"
    })
    void a_state_says_whose_fault_it_is_and_one_that_is_not_known_counts_as_an_outage(
            String sqlState, DatabaseFault expected) {
        assertEquals(expected, DatabaseFault.of(new DataAccessException("", new SQLException("", sqlState))));
    }

    @ParameterizedTest
    @CsvSource({
        "57014, true", "54000, true", "XX000, true", "XX001, true", "58030, true", "P0002, true", "MC001, true",
        "40001, false", "08006, false", "25006, false", "28P01, false", "42501, false", "53100, false", "57P01, false",
        ", false"
    })
    void a_state_that_may_be_of_one_command_is_none_that_all_commands_meet(String sqlState, boolean expected) {
        assertEquals(
                expected, DatabaseFault.mayBeOfOneCommand(new DataAccessException("", new SQLException("", sqlState))));
    }

    @Test
    void what_no_server_said_is_a_bug() {
        assertEquals(DatabaseFault.BUG, DatabaseFault.of(new DataAccessException("no more rows")));
    }
}
