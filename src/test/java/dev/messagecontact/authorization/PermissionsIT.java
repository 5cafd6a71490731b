package dev.messagecontact.authorization;

import static dev.messagecontact.database.schema.Tables.DIRECTORY_CHANGE;
import static dev.messagecontact.database.schema.Tables.FIELD_REFUSAL;
import static dev.messagecontact.support.Permissions.ACCOUNT;
import static dev.messagecontact.support.Permissions.ALICE;
import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.authorization.token.KeyPairs;
import dev.messagecontact.authorization.token.KeyPairs.NewKey;
import dev.messagecontact.support.CommandLineRun;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.Permissions;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.StoredState;
import dev.messagecontact.support.TestStage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Commands that need a permission, from the record to the answer. */
class PermissionsIT {

    private static final String MALLORY = "acs:ram::1234567890123456:user/mallory";

    @TempDir
    private Path folder;

    private final TestStage stage = TestStage.with(1);
    private Permissions permissions;

    @BeforeEach
    void writeFiles() throws Exception {
        permissions = new Permissions(folder);
        assertEquals(0, stage.run("directories", "set-account", "rd-1", ACCOUNT).exitCode());
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void only_who_may_adds_contacts_and_nobody_else_learns_why_not() throws Exception {
        try (LogLines log = LogLines.of("dev.messagecontact")) {
            RunningWorker worker = stage.startWorker(permissions.settings());
            ProducerRecord<byte[], byte[]> good = signed("rd-1", "r-1", "tom", ALICE);
            ProducerRecord<byte[], byte[]> lifted = adding("rd-1", "r-2", "tim");
            lifted.headers().add(good.headers().lastHeader("authorization"));
            stage.submit(List.of(
                    good,
                    adding("rd-1", "r-3", "unsigned"),
                    lifted,
                    signed("rd-1", "r-4", "mallory", MALLORY),
                    signed("rd-2", "r-5", "noaccount", ALICE),
                    signed("rd-1", "r-1", "tom", MALLORY), // the request id of another
                    signed("rd-1", "r-3", "ann", ALICE), // the request id of a refused command is free
                    signed("rd-1", "r-6", "x1", ALICE),
                    signed("rd-1", "r-7", "tom", ALICE)));

            assertEquals(
                    List.of(
                            "Added",
                            "NoPermission",
                            "NoPermission",
                            "NoPermission",
                            "NoPermission",
                            "NoPermission",
                            "Added",
                            "InvalidParameter.Name",
                            "InvalidParameter.Name.AlreadyUsed"),
                    stage.codes(9));
            assertEquals(1, errors("NoPermission").distinct().count(), "one sentence for all reasons");
            assertEquals(List.of(), stage.all(stage.events().deadLetters()));
            String metrics = metrics(worker);
            Map.of("no_token", 1, "other_value", 1, "not_allowed", 2, "no_account", 1)
                    .forEach((reason, count) -> assertTrue(
                            metrics.contains(
                                    "contacts_permission_denials_total{reason=\"%s\"} %d.0".formatted(reason, count)),
                            reason));
            assertTrue(log.count("commands have no permission, by reason") > 0);
            for (String secret : secrets(good)) {
                assertEquals(0, log.count(secret), "in the log");
                assertFalse(metrics.contains(secret), "in the metrics");
                assertFalse(eventsAsText().contains(secret), "in the events");
            }
            worker.stop();
        }
        assertEquals(0, stage.run("audit").exitCode(), () -> stage.run("audit").out());
    }

    @Test
    void a_key_is_replaced_in_mid_run_and_history_stays_when_all_keys_are_gone() throws Exception {
        RunningWorker worker = stage.startWorker(permissions.settings());
        NewKey old = permissions.key();
        stage.submit(List.of(signed("rd-1", "r-1", "tom", ALICE), signed("rd-1", "r-2", "mallory", MALLORY)));
        stage.codes(2);

        NewKey next = KeyPairs.make("EdDSA", old.keySet());
        permissions.signWith(next);
        permissions.replace("jwks.json", next.keySet());
        int sent = 2 + untilAnswered("Added", 10, 2);
        permissions.signWith(old);
        assertEquals("Added", answerTo(signed("rd-1", "r-both", "both", ALICE), sent), "both keys are valid");
        NewKey last = KeyPairs.make("RS256", null);
        permissions.replace("jwks.json", last.keySet());
        untilAnswered("NoPermission", 30, sent + 1);
        worker.stop();

        List<String> answers = StoredState.events(
                stage, false, stage.events().results(), stage.events().errors());
        List<String> rows = StoredState.rows(stage);
        assertEquals(0, stage.run("replay", "--yes").exitCode());
        List<String> replayed = StoredState.events(
                stage, false, stage.events().results(), stage.events().errors());
        assertEquals(Stream.concat(answers.stream(), answers.stream()).sorted().toList(), replayed);

        loseAll();
        assertEquals(0, stage.run("rebuild", "--yes").exitCode());
        assertEquals(withoutDirectories(rows), withoutDirectories(StoredState.rows(stage)));
        assertTrue(stage.database().fetchCount(FIELD_REFUSAL) > 1, "denials are history");
    }

    @Test
    void a_policy_is_replaced_under_load_between_batches_and_a_broken_one_is_refused() throws Exception {
        RunningWorker worker = stage.startWorker(permissions.settings());
        stage.run("directories", "set-limit", "rd-1", "100000");
        int sent = load(0, 200);
        permissions.replace("policy.json", "{\"Version\":\"1\",\"Statement\":[");
        await("the broken policy is told")
                .until(() -> metrics(worker).contains("contacts_authorization_file_refused{file=\"policy\"} 1.0"));
        sent = load(sent, 200);
        assertEquals(List.of("Added"), stage.codes(sent).stream().distinct().toList(), "the old policy stays");

        permissions.replace("policy.json", Permissions.policy("Deny", ALICE));
        while (!stage.codes(sent).get(sent - 1).equals("NoPermission")) {
            sent = load(sent, 50);
        }
        List<String> codes = stage.codes(sent);
        int first = codes.indexOf("NoPermission");
        assertEquals(
                List.of("NoPermission"),
                codes.subList(first, sent).stream().distinct().toList(),
                "from one batch on");
        assertTrue(metrics(worker).contains("contacts_authorization_file_refused{file=\"policy\"} 0.0"));
    }

    @Test
    void directories_are_listed_and_each_change_is_recorded() {
        assertEquals(0, stage.run("directories", "set-limit", "rd-1", "1").exitCode());
        assertEquals(0, stage.run("directories", "set-limit", "rd-1", "1").exitCode(), "no change, no record");
        assertEquals(0, stage.run("directories", "set-account", "rd-1", "none").exitCode());
        assertEquals(2, stage.run("directories", "set-account", "rd-1", "alice").exitCode());
        assertEquals(2, stage.run("directories", "set-limit", "rd-1", "many").exitCode());
        assertEquals(2, stage.run("directories", "set-limit", "no such id", "1").exitCode());

        String list = stage.run("directories", "list", "--without-account").out();
        assertTrue(list.lines().anyMatch(line -> line.matches("rd-1 +0 +1 +none")), list);
        String json =
                stage.run("directories", "list", "--without-account", "--json").out();
        assertTrue(
                json.lines().anyMatch("{\"directory\":\"rd-1\",\"contacts\":0,\"limit\":1,\"account\":null}"::equals),
                json);
        assertEquals(
                List.of("account null 1234567890123456", "limit null 1", "account 1234567890123456 null"),
                stage.database()
                        .selectFrom(DIRECTORY_CHANGE)
                        .orderBy(DIRECTORY_CHANGE.CHANGED_AT)
                        .fetch(row -> "%s %s %s"
                                .formatted(
                                        row.get(DIRECTORY_CHANGE.SETTING),
                                        row.get(DIRECTORY_CHANGE.OLD_VALUE),
                                        row.get(DIRECTORY_CHANGE.NEW_VALUE))));
    }

    @Test
    void what_keys_makes_signs_what_submit_sends() throws Exception {
        Path keys = folder.resolve("made");
        String made = stage.run("keys", "--algorithm", "PS256", "--folder", keys.toString())
                .out();
        String again = stage.run("keys", "--folder", keys.toString()).out();
        assertEquals(
                2,
                JsonMapper.shared()
                        .readTree(Files.readString(keys.resolve("jwks.json")))
                        .path("keys")
                        .size());
        permissions.replace("jwks.json", Files.readString(keys.resolve("jwks.json")));
        stage.startWorker(permissions.settings());
        Path commands = folder.resolve("commands.jsonl");
        int sent = 0;
        for (String each : List.of(made, again)) {
            String privateKey = each.lines().findFirst().orElseThrow().replace("private key: ", "");
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(privateKey))));
            Files.write(
                    commands,
                    adding("rd-1", "r-" + sent, "tom" + Commands.letters(sent)).value());
            CommandLineRun run = CommandLineRun.of(
                    stage.environment(permissions.settings()),
                    "submit",
                    commands.toString(),
                    "--quiet",
                    "--sign-with",
                    privateKey,
                    "--subject",
                    ALICE);
            assertEquals(0, run.exitCode(), run.err());
            sent++;
        }
        assertEquals(List.of("Added", "Added"), stage.codes(2));
        assertEquals(
                2, stage.run("submit", commands.toString(), "--subject", ALICE).exitCode());
    }

    /** Sends commands one after the other until one is answered so. */
    private int untilAnswered(String code, int number, int before) throws Exception {
        for (int sent = 0; ; sent++) {
            String name = "k" + Commands.letters(number * 1000 + sent);
            ProducerRecord<byte[], byte[]> command = signed("rd-1", "r-" + name, name, ALICE);
            if (answerTo(command, before + sent).equals(code)) {
                return sent + 1;
            }
        }
    }

    private String answerTo(ProducerRecord<byte[], byte[]> command, int before) {
        stage.submit(List.of(command));
        return stage.codes(before + 1).get(before);
    }

    private int load(int sent, int more) throws Exception {
        List<ProducerRecord<byte[], byte[]>> commands = new ArrayList<>();
        for (int i = sent; i < sent + more; i++) {
            commands.add(signed("rd-1", "r-" + i, "n" + Commands.letters(i), ALICE));
        }
        stage.submit(commands);
        return sent + more;
    }

    private Stream<String> errors(String code) {
        return stage.all(stage.events().errors()).stream()
                .map(event -> JsonMapper.shared().readTree(event.value()))
                .filter(error -> error.path("Code").asString().equals(code))
                .map(error -> error.path("HttpStatusCode") + " " + error.path("Message") + error.path("Violations"));
    }

    private String eventsAsText() {
        StringBuilder text = new StringBuilder();
        stage.all(
                        stage.events().results(),
                        stage.events().errors(),
                        stage.events().emailVerifications(),
                        stage.events().smsVerifications())
                .forEach(event -> {
                    text.append(new String(event.value(), UTF_8));
                    event.headers()
                            .forEach(header -> text.append(header.key()).append(new String(header.value(), UTF_8)));
                });
        return text.toString();
    }

    private static List<String> secrets(ProducerRecord<byte[], byte[]> signed) {
        String token = new String(signed.headers().lastHeader("authorization").value(), UTF_8);
        List<String> secrets = new ArrayList<>(List.of(token.split("\\.")));
        secrets.add(ALICE);
        secrets.add(MALLORY);
        return secrets;
    }

    private static String metrics(RunningWorker worker) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            worker.metrics().scrape(out, "text/plain; version=0.0.4; charset=utf-8");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toString(UTF_8);
    }

    private void loseAll() {
        stage.database()
                .execute(
                        "truncate resource_directory, message_contact, command_rejection, field_refusal, batch_receipt");
    }

    /** Accounts are no part of what a rebuild can know. */
    private static List<String> withoutDirectories(List<String> rows) {
        return rows.stream()
                .filter(row -> !row.startsWith("resource_directory"))
                .toList();
    }

    private ProducerRecord<byte[], byte[]> adding(String directoryId, String requestId, String name) {
        return Commands.adding(stage, directoryId, requestId, name);
    }

    private ProducerRecord<byte[], byte[]> signed(String directoryId, String requestId, String name, String subject)
            throws BrokenFileException {
        return permissions.signed(adding(directoryId, requestId, name), subject);
    }
}
