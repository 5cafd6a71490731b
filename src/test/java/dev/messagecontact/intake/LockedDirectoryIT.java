package dev.messagecontact.intake;

import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class LockedDirectoryIT {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void only_the_commands_of_a_locked_directory_wait_and_get_429_and_may_be_sent_again() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            stage.database()
                    .insertInto(RESOURCE_DIRECTORY, RESOURCE_DIRECTORY.DIRECTORY_ID)
                    .values("rd-locked")
                    .execute();
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                boolean locked = i % 10 == 0;
                records.add(adding(stage, locked ? "rd-locked" : "rd-" + i, "r-" + i, "tom" + letters(i)));
            }
            try (Connection stranger = stage.databaseAddress().connect()) {
                stranger.setAutoCommit(false);
                stranger.createStatement()
                        .execute("select 1 from resource_directory where directory_id = 'rd-locked' for update");
                stage.submit(records);
                long start = System.nanoTime();
                stage.startWorker();

                List<ConsumerRecord<byte[], byte[]>> others = stage.answers(36);
                assertEquals(Map.of("added", 36L), codes(others));

                assertEquals(Map.of("added", 36L, "ConcurrentCallNotSupported", 4L), codes(stage.answers(40)));
                assertTrue(System.nanoTime() - start > 4_900_000_000L, "the budget was cut short");
            }

            stage.submit(List.of(records.get(0), records.get(10)));

            assertEquals(Map.of("added", 38L, "ConcurrentCallNotSupported", 4L), codes(stage.answers(42)));
            assertEquals(38, stage.database().fetchCount(MESSAGE_CONTACT));
            assertEquals(38, stage.all(stage.events().smsVerifications()).size());
        }
    }

    @Test
    void of_more_than_can_wait_the_rest_gets_429_before_the_budget_is_spent_and_nobody_else_waits() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            stage.database()
                    .insertInto(RESOURCE_DIRECTORY, RESOURCE_DIRECTORY.DIRECTORY_ID)
                    .values("rd-locked")
                    .execute();
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 1_500; i++) {
                records.add(adding(stage, "rd-locked", "r-" + i, "tom" + letters(i)));
            }
            try (Connection stranger = stage.databaseAddress().connect()) {
                stranger.setAutoCommit(false);
                stranger.createStatement()
                        .execute("select 1 from resource_directory where directory_id = 'rd-locked' for update");
                stage.submit(records);
                RunningWorker worker = stage.startWorker(Map.of("DIRECTORY_LOCK_BUDGET", "PT15S"));

                assertEquals(Map.of("ConcurrentCallNotSupported", 1_200L), codes(stage.answers(1_200)));
                assertEquals(300, worker.metric("contacts_waiting_commands"));
                stage.submit(List.of(adding(stage, "rd-free", "r-free", "ann")));
                assertEquals(Map.of("ConcurrentCallNotSupported", 1_200L, "added", 1L), codes(stage.answers(1_201)));
                assertEquals(300, worker.metric("contacts_waiting_commands"));
                assertEquals(0, worker.metric("contacts_faults_total"));
                assertEquals(0, stage.committed().get(0));
            }
            assertEquals(
                    Map.of("ConcurrentCallNotSupported", 1_200L, "added", 21L, "LimitExceeded.Contacts", 280L),
                    codes(stage.answers(1_501)));
        }
    }

    @Test
    void a_worker_that_takes_over_answers_what_waited_and_nothing_twice() throws Exception {
        try (TestStage stage = TestStage.with(1)) {
            stage.database()
                    .insertInto(RESOURCE_DIRECTORY, RESOURCE_DIRECTORY.DIRECTORY_ID)
                    .values("rd-locked")
                    .execute();
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                records.add(adding(stage, i % 3 == 0 ? "rd-locked" : "rd-" + i, "r-" + i, "tom" + letters(i)));
            }
            try (Connection stranger = stage.databaseAddress().connect()) {
                stranger.setAutoCommit(false);
                stranger.createStatement()
                        .execute("select 1 from resource_directory where directory_id = 'rd-locked' for update");
                stage.submit(records);
                var first = stage.startWorker();
                stage.answers(20);
                first.stop();
            }

            stage.startWorker();

            assertEquals(Map.of("added", 30L), codes(stage.answers(30)));
            assertEquals(
                    30,
                    stage.all(stage.events().results(), stage.events().errors()).size());
            assertEquals(30, stage.all(stage.events().emailVerifications()).size());
        }
    }

    private static Map<String, Long> codes(List<ConsumerRecord<byte[], byte[]>> answers) {
        return answers.stream()
                .map(answer -> JSON.readTree(answer.value()))
                .map(value -> value.path("Code"))
                .map(code -> code.isMissingNode() ? "added" : code.asString())
                .collect(Collectors.groupingBy(code -> code, Collectors.counting()));
    }
}
