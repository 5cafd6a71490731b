package dev.messagecontact.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;

class AccessDeniedExceptionTest {

    @Test
    void a_refused_topic_is_named_wherever_it_stands_among_the_causes() {
        var refused = new KafkaException("cannot commit", new TopicAuthorizationException(Set.of("b", "a")));
        assertEquals(Optional.of("access denied: topic a, b"), AccessDeniedException.in(refused));
    }

    @Test
    void a_refused_group_is_named() {
        var refused = GroupAuthorizationException.forGroupId("workers");
        assertEquals(Optional.of("access denied: group workers"), AccessDeniedException.in(refused));
    }

    @Test
    void what_the_brokers_do_not_name_is_named_by_who_asked() {
        var refused = new TransactionalIdAuthorizationException("Transactional Id authorization failed.");
        assertEquals(
                Optional.of("access denied: transactional id x-1"),
                AccessDeniedException.in(AccessDeniedException.naming("transactional id x-1", refused)));
    }

    @Test
    void another_failure_stays_what_it_is() {
        var late = new TimeoutException("late");
        assertSame(late, AccessDeniedException.naming("topic a", late));
        assertEquals(Optional.empty(), AccessDeniedException.in(late));
    }
}
