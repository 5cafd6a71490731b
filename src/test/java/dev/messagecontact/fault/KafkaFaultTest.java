package dev.messagecontact.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.MarkdownTable;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;

class KafkaFaultTest {

    @Test
    void the_table_for_operators_says_what_the_code_does() {
        var inCode = new TreeMap<String, String>();
        for (KafkaFault fault : KafkaFault.values()) {
            fault.kinds().forEach(kind -> inCode.put(kind.getSimpleName(), fault.name()));
        }
        var inTable = new TreeMap<String, String>();
        for (List<String> row : MarkdownTable.in("ops/faults.md", "Exception")) {
            inTable.put(MarkdownTable.code(row.get(0)), MarkdownTable.code(row.get(1)));
        }
        assertEquals(inCode, inTable);
    }

    @Test
    void a_kind_of_exception_says_what_it_means_with_all_that_extend_it() {
        assertEquals(KafkaFault.HOPELESS, KafkaFault.of(new UnsupportedVersionException("")));
        assertEquals(KafkaFault.FENCED, KafkaFault.of(new ProducerFencedException("")));
        assertEquals(KafkaFault.REFUSED, KafkaFault.of(new SaslAuthenticationException("")));
        assertEquals(KafkaFault.REFUSED, KafkaFault.of(new TopicAuthorizationException("t")));
    }

    @Test
    void a_library_that_this_JVM_cannot_load_is_hopeless_as_it_never_tries_again() {
        KafkaException failure = new KafkaException("", new NoClassDefFoundError("Could not initialize class Zstd"));
        assertEquals(KafkaFault.HOPELESS, KafkaFault.of(failure));
    }

    @Test
    void what_is_wrapped_counts_and_what_is_not_known_is_an_outage() {
        assertEquals(KafkaFault.FENCED, KafkaFault.of(new KafkaException("", new ProducerFencedException(""))));
        assertEquals(KafkaFault.OUTAGE, KafkaFault.of(new TimeoutException("")));
        assertEquals(KafkaFault.OUTAGE, KafkaFault.of(new KafkaException("", new IllegalStateException())));
    }
}
