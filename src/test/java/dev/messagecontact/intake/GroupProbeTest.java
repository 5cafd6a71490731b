package dev.messagecontact.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.messagecontact.intake.GroupProbe.Found;
import dev.messagecontact.intake.GroupProbe.Stand;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class GroupProbeTest {

    private static final TopicPartition FIRST = new TopicPartition("commands", 0);
    private static final TopicPartition SECOND = new TopicPartition("commands", 1);
    private static final TopicPartition THIRD = new TopicPartition("commands", 2);
    private static final Map<TopicPartition, String> OWNERS = Map.of(FIRST, "one", SECOND, "one", THIRD, "other");

    /** The client hands out one partition's commands until what it has fetched of it is used up, then the next one's. */
    @Test
    void a_partition_whose_owner_works_off_another_one_has_somebody_who_reads_it() {
        Map<TopicPartition, Stand> before = answered(10, 10, 10);
        assertEquals(List.of(THIRD), found(answered(10, 20, 10)).untended(before, Set.of(), Set.of()));
        assertEquals(List.of(), found(answered(20, 10, 20)).untended(before, Set.of(), Set.of()));
    }

    @Test
    void an_owner_that_answers_nothing_although_commands_wait_reads_none_of_its_partitions() {
        Map<TopicPartition, Stand> before = answered(10, 10, 10);
        assertEquals(List.of(FIRST, SECOND), found(answered(10, 10, 20)).untended(before, Set.of(), Set.of()));
        assertEquals(
                List.of(THIRD),
                found(before).untended(before, Set.of(), Set.of(FIRST, SECOND)),
                "ours tell for themselves");
        assertEquals(List.of(), found(before).untended(Map.of(), Set.of(), Set.of()), "nothing to compare with");
    }

    @Test
    void where_no_command_waits_nobody_need_answer_any() {
        Map<TopicPartition, Stand> before = answered(100, 100, 10);
        assertEquals(List.of(THIRD), found(before).untended(before, Set.of(), Set.of()));
    }

    @Test
    void a_partition_without_an_owner_has_nobody_whoever_answers_what() {
        Map<TopicPartition, Stand> before = answered(10, 10, 10);
        Map<TopicPartition, Stand> now = answered(20, 20, 20);
        assertEquals(
                List.of(THIRD),
                new Found(all(), now, Map.of(FIRST, "one", SECOND, "one")).untended(before, Set.of(), Set.of()));
        assertEquals(List.of(), new Found(all(), now, null).untended(before, Set.of(), Set.of()), "we may not know");
    }

    @Test
    void what_a_member_commits_that_is_no_worker_is_told_until_a_worker_commits() {
        Map<TopicPartition, Stand> before = answered(100, 100, 10);
        Map<TopicPartition, Stand> now = answered(100, 100, 100);
        now.put(THIRD, new Stand(100, true, 100, 100));
        Set<TopicPartition> strangers = found(now).strangers(before, Set.of());
        assertEquals(List.of(THIRD), found(now).untended(before, strangers, Set.of()));
        assertEquals(Set.of(THIRD), found(now).strangers(now, strangers), "also when no more commands come");
        assertEquals(List.of(), found(now).untended(before, strangers, Set.of(THIRD)), "once it is ours");
        assertEquals(Set.of(), found(answered(100, 100, 110)).strangers(now, strangers));
        assertEquals(Set.of(), found(now).strangers(now, Set.of()), "a tool had set it before there were members");
    }

    @Test
    void who_owns_partitions_is_unknown_without_the_right_and_stays_as_told_without_an_answer() {
        assertNull(GroupProbe.orNullIfDenied(CompletableFuture.failedFuture(new GroupAuthorizationException("group")))
                .join());
        CompletableFuture<?> unanswered =
                GroupProbe.orNullIfDenied(CompletableFuture.failedFuture(new TimeoutException("no coordinator")));
        assertThrows(CompletionException.class, unanswered::join);
    }

    private static Found found(Map<TopicPartition, Stand> stands) {
        return new Found(all(), stands, OWNERS);
    }

    private static Set<TopicPartition> all() {
        return new LinkedHashSet<>(List.of(FIRST, SECOND, THIRD));
    }

    /** Of 100 commands in each partition. */
    private static Map<TopicPartition, Stand> answered(long first, long second, long third) {
        Map<TopicPartition, Stand> stands = new HashMap<>();
        stands.put(FIRST, new Stand(first, false, 100, 100));
        stands.put(SECOND, new Stand(second, false, 100, 100));
        stands.put(THIRD, new Stand(third, false, 100, 100));
        return stands;
    }
}
