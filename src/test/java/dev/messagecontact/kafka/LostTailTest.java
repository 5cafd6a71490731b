package dev.messagecontact.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class LostTailTest {

    private static final TopicPartition ASKED = new TopicPartition("commands", 0);
    private static final TopicPartition ALSO_ASKED = new TopicPartition("commands", 1);
    private static final TopicPartition BEING_READ = new TopicPartition("commands", 2);

    private static final TopicPartition STOPPED = new TopicPartition("commands", 3);

    private final Set<TopicPartition> shortened = new HashSet<>();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none") {
        @Override
        public synchronized long position(TopicPartition id, Duration limit) {
            if (shortened.isEmpty()) {
                return super.position(id, limit);
            }
            Map<TopicPartition, Long> positions = new HashMap<>();
            Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            shortened.forEach(each -> positions.put(each, 150L));
            shortened.forEach(each -> ends.put(each, new OffsetAndMetadata(130)));
            shortened.clear();
            throw new LogTruncationException("", positions, ends);
        }
    };

    @Test
    void those_that_the_client_names_together_are_all_found() {
        shortened.addAll(Set.of(ASKED, ALSO_ASKED));
        assertEquals(Map.of(ASKED, 130L, ALSO_ASKED, 130L), find(ASKED, ALSO_ASKED));
        assertEquals(75, consumer.position(BEING_READ));
    }

    @Test
    void a_partition_that_is_being_read_keeps_its_position_until_it_is_asked_about_too() {
        shortened.addAll(Set.of(ASKED, BEING_READ));
        assertThrows(LogTruncationException.class, () -> find(ASKED));
        assertEquals(75, consumer.position(BEING_READ));
    }

    @Test
    void a_paused_one_does_not_keep_the_others_from_being_found() {
        shortened.addAll(Set.of(ASKED, STOPPED));
        assertEquals(130L, find(ASKED).get(ASKED));
    }

    private Map<TopicPartition, Long> find(TopicPartition... asked) {
        consumer.assign(List.of(ASKED, ALSO_ASKED, BEING_READ, STOPPED));
        consumer.pause(List.of(STOPPED));
        consumer.seek(BEING_READ, 75);
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        for (TopicPartition each : asked) {
            committed.put(each, new OffsetAndMetadata(150, Optional.of(5), ""));
        }
        return LostTail.find(consumer, committed);
    }
}
