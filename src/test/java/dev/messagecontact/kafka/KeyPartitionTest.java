package dev.messagecontact.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPartitionTest {

    @ParameterizedTest
    @CsvSource({"rd-3G2b1x, 4", "rd-3G2b1x, 12", "'', 12", "rd-\u00e9, 7"})
    void a_key_is_right_on_one_partition_alone(String key, int partitions) {
        List<Integer> right = IntStream.range(0, partitions)
                .filter(partition -> !KeyPartition.isElsewhere(key.getBytes(UTF_8), partition, partitions))
                .boxed()
                .toList();
        assertEquals(List.of(murmur2(key.getBytes(UTF_8), partitions)), right);
    }

    @Test
    void a_record_without_a_key_is_nowhere_wrong() {
        assertFalse(KeyPartition.isElsewhere(null, 3, 12));
    }

    @Test
    void on_a_partition_that_came_after_the_question_nothing_is_said() {
        byte[] key = "rd-1".getBytes(UTF_8);
        assertFalse(KeyPartition.isElsewhere(key, 12, 12));
        assertFalse(KeyPartition.isElsewhere(key, 13, 12));
        assertTrue(IntStream.range(0, 12).anyMatch(partition -> KeyPartition.isElsewhere(key, partition, 12)));
    }

    /** As the guide for publishers says it: (murmur2(key) and 0x7fffffff) modulo partitions. */
    private static int murmur2(byte[] key, int partitions) {
        int m = 0x5bd1e995;
        int h = 0x9747b28c ^ key.length;
        int words = key.length / 4;
        for (int i = 0; i < words; i++) {
            int k = (key[4 * i] & 0xff)
                    | (key[4 * i + 1] & 0xff) << 8
                    | (key[4 * i + 2] & 0xff) << 16
                    | (key[4 * i + 3] & 0xff) << 24;
            k *= m;
            k ^= k >>> 24;
            k *= m;
            h = h * m ^ k;
        }
        int rest = key.length & ~3;
        if (key.length % 4 == 3) {
            h ^= (key[rest + 2] & 0xff) << 16;
        }
        if (key.length % 4 >= 2) {
            h ^= (key[rest + 1] & 0xff) << 8;
        }
        if (key.length % 4 >= 1) {
            h ^= key[rest] & 0xff;
            h *= m;
        }
        h ^= h >>> 13;
        h *= m;
        h ^= h >>> 15;
        return (h & 0x7fffffff) % partitions;
    }
}
