package dev.messagecontact.intake;

import static dev.messagecontact.database.schema.Tables.MESSAGE_CONTACT;
import static dev.messagecontact.database.schema.Tables.RESOURCE_DIRECTORY;
import static dev.messagecontact.support.Commands.adding;
import static dev.messagecontact.support.Commands.letters;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.messagecontact.support.EventReader;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedDatabase;
import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class CrashIT {

    private static final int COMMANDS = 3_000;
    private static final int LIMIT = 20;

    /** A worker that was killed is missed after this long; Kafka's default is 45 s. */
    private static final Map<String, String> SHORT_SESSIONS = Map.of(
            "group.consumer.min.session.timeout.ms", "2000",
            "group.consumer.session.timeout.ms", "2000");

    @Test
    void with_one_of_two_workers_killed_in_mid_run_every_command_is_answered_once_and_contacts_equal_the_model()
            throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(SHORT_SESSIONS);
                EmbeddedDatabase database = EmbeddedDatabase.start(true);
                TestStage stage = TestStage.on(kafka, database, 4)) {
            Process survivor = stage.startProcess(Map.of("WORKER_INSTANCE", "survivor", "WORKER_BATCH_SIZE", "50"));
            Process victim = stage.startProcess(Map.of("WORKER_INSTANCE", "victim", "WORKER_BATCH_SIZE", "50"));
            try {
                Map<String, Set<String>> model = new TreeMap<>();
                stage.submit(commands(stage, model));
                stage.answers(COMMANDS / 10);

                victim.destroyForcibly().waitFor();
                stage.answers(COMMANDS);

                assertEquals(COMMANDS, positionsAnswered(stage).size());
                assertEquals(
                        COMMANDS,
                        stage.all(stage.events().results(), stage.events().errors())
                                .size());
                assertEquals(model, storedNames(stage));
                assertEquals(counts(model), storedCounts(stage));
                int contacts = stage.database().fetchCount(MESSAGE_CONTACT);
                assertEquals(
                        contacts,
                        verificationsOf(stage, stage.events().emailVerifications())
                                .size());
                assertEquals(
                        contacts, stage.all(stage.events().emailVerifications()).size());
                assertEquals(
                        contacts, stage.all(stage.events().smsVerifications()).size());

                survivor.destroy();
                assertEquals(true, survivor.waitFor(20, TimeUnit.SECONDS));
                assertEquals(0, survivor.exitValue());
            } finally {
                survivor.destroyForcibly();
                victim.destroyForcibly();
            }
        }
    }

    /** Random commands of directories that fill up, and the names that each directory must end up with. */
    private static List<ProducerRecord<byte[], byte[]>> commands(TestStage stage, Map<String, Set<String>> model) {
        Random random = new Random(11);
        List<ProducerRecord<byte[], byte[]>> commands = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            String directoryId = "rd-" + random.nextInt(200);
            String name = "tom" + letters(random.nextInt(60));
            commands.add(adding(stage, directoryId, "r-" + i, name));
            Set<String> names = model.computeIfAbsent(directoryId, id -> new TreeSet<>());
            if (names.size() < LIMIT) {
                names.add(name);
            }
        }
        return commands;
    }

    private static Set<String> positionsAnswered(TestStage stage) {
        Set<String> positions = new HashSet<>();
        try (EventReader reader =
                stage.reader(stage.events().results(), stage.events().errors())) {
            reader.all().forEach(answer -> positions.add(idOf(answer)));
        }
        return positions;
    }

    private static Set<String> verificationsOf(TestStage stage, String topic) {
        Set<String> ids = new HashSet<>();
        stage.all(topic).forEach(request -> ids.add(idOf(request)));
        return ids;
    }

    private static String idOf(ConsumerRecord<byte[], byte[]> event) {
        return EventReader.header(event, "ce_id");
    }

    private static Map<String, Set<String>> storedNames(TestStage stage) {
        Map<String, Set<String>> names = new TreeMap<>();
        stage.database()
                .selectFrom(MESSAGE_CONTACT)
                .forEach(row -> names.computeIfAbsent(row.get(MESSAGE_CONTACT.DIRECTORY_ID), id -> new TreeSet<>())
                        .add(row.get(MESSAGE_CONTACT.NAME)));
        return names;
    }

    private static Map<String, Integer> counts(Map<String, Set<String>> model) {
        Map<String, Integer> counts = new TreeMap<>();
        model.forEach((directoryId, names) -> counts.put(directoryId, names.size()));
        return counts;
    }

    private static Map<String, Integer> storedCounts(TestStage stage) {
        return new TreeMap<>(stage.database()
                .selectFrom(RESOURCE_DIRECTORY)
                .fetchMap(RESOURCE_DIRECTORY.DIRECTORY_ID, RESOURCE_DIRECTORY.CONTACT_COUNT));
    }
}
