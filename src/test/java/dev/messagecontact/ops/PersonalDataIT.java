package dev.messagecontact.ops;

import static dev.messagecontact.support.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.messagecontact.command.Action;
import dev.messagecontact.command.ErrorCode;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.outcome.EventTopics;
import dev.messagecontact.support.Commands;
import dev.messagecontact.support.LogLines;
import dev.messagecontact.support.RunningWorker;
import dev.messagecontact.support.TestStage;
import dev.messagecontact.workshop.embedded.EmbeddedServices;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every value of a person that is sent here contains "canary"; whatever goes wrong with it, it may be found only where it
 * is meant to be: in the verification requests and the dead letters.
 */
@ResourceLock(LogLines.LEVELS)
class PersonalDataIT {

    private static final String CANARY = "canary";
    private static final String PHONE = "86-13977788899";
    private static final String PHONE_CANARY = "77788899";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** How much is logged while this test runs. */
    private static final Map<String, Level> LEVELS = Map.of(
            "dev.messagecontact", Level.TRACE,
            "org.jooq", Level.DEBUG,
            "com.zaxxer.hikari", Level.DEBUG,
            "org.apache.kafka.clients", Level.DEBUG,
            "org.apache.kafka.common", Level.DEBUG);

    private final Map<String, Level> levelsBefore = new LinkedHashMap<>();
    private final Lines lines = new Lines();
    private EmbeddedServices services;
    private TestStage stage;
    private RunningWorker worker;
    private int sent;
    private int requests;

    @BeforeEach
    void open() throws Exception {
        services = EmbeddedServices.start(false);
        stage = TestStage.on(services, 1);
        LoggerContext context = context();
        LEVELS.forEach((name, level) -> {
            Logger logger = context.getLogger(name);
            levelsBefore.put(name, logger.getLevel());
            logger.setLevel(level);
            // These lines are for this test only, not for the console.
            logger.setAdditive(false);
            logger.addAppender(lines);
        });
        lines.setContext(context);
        lines.start();
        worker = stage.startWorker();
    }

    @AfterEach
    void close() throws Exception {
        stage.close();
        services.close();
        levelsBefore.forEach((name, level) -> {
            Logger logger = context().getLogger(name);
            logger.setLevel(level);
            logger.setAdditive(true);
            logger.detachAppender(lines);
        });
    }

    @Test
    void no_error_path_tells_personal_data_to_anybody_it_is_not_meant_for() throws Exception {
        refuseSomeRows();
        submit(wrongCommands());
        submit(refusedByTheirState());
        submit(failingInTheDatabase());
        submit(aboutContacts());
        stage.answers(sent);
        duringAnOutage();
        worker.stop();

        Set<String> codes = assertErrorsAreClean();
        assertTrue(codes.containsAll(expectedCodes()), "not provoked: " + missing(codes));
        assertClean("results", stage.all(stage.events().results()), true);
        assertClean("headers", everything(), false);
        assertFalse(isPersonal(Scrape.of(worker.metrics()).text()), "a metric");
        assertTrue(lines.said("org.apache.kafka.clients", Level.DEBUG), "the clients were not heard");
        assertTrue(lines.said("dev.messagecontact", Level.WARN), "we were not heard");
        assertEquals(
                List.of(),
                lines.texts().filter(PersonalDataIT::isPersonal).limit(3).toList());
        assertTrue(
                stage.all(stage.events().emailVerifications()).stream()
                        .anyMatch(event -> isPersonal(text(event.value()))),
                "the canaries did not get through at all");
        assertTrue(stage.all(stage.events().deadLetters()).stream().anyMatch(event -> isPersonal(text(event.value()))));
    }

    private void refuseSomeRows() throws Exception {
        stage.database()
                .execute("alter table message_contact add constraint no_canary_check check (name <> 'canarycheck')");
        stage.database().execute("""
                create function refuse() returns trigger language plpgsql as $$
                begin
                  if new.name = 'canarytrigger' then
                    raise exception 'no % with %', new.name, new.email_address using detail = new.phone_number;
                  end if;
                  return new;
                end $$""");
        stage.database()
                .execute(
                        "create trigger refuse before insert on message_contact for each row execute function refuse()");
    }

    /** The database goes away with commands under way. */
    private void duringAnOutage() throws Exception {
        services.database().stop();
        submit(List.of(valid("rd-out", "r-out", "canaryout")));
        await("a fault is counted")
                .until(() -> Scrape.of(worker.metrics()).sum("contacts_faults_total", "cause=\"database\"") > 1);
        services.database().restart();
        stage.answers(sent);
    }

    private List<ProducerRecord<byte[], byte[]>> wrongCommands() {
        Map<String, String> good = fields("rd-1", "r-wrong", "canary");
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<String> wrong = List.of("\"\"", "null", "12", "{\"canary\":1}", "[\"canary\"]", "\"canary <canary@@> 1\"");
        for (String field : good.keySet()) {
            for (String value : wrong) {
                Map<String, String> fields = new LinkedHashMap<>(good);
                fields.put(field, value);
                records.add(stage.record("canary key".getBytes(UTF_8), json(fields)));
            }
        }
        records.add(with(good, "Name", '"' + "canary".repeat(10) + '"'));
        records.add(with(good, "EmailAddress", '"' + "canary".repeat(60) + "@example.com\""));
        records.add(with(good, "PhoneNumber", "\"49-13977788899\""));
        byte[] command = json(good);
        records.add(stage.record(null, null));
        records.add(raw("canary"));
        records.add(raw("[\"canary\"]"));
        records.add(raw("{\"Name\":\"canary\",\"Name\":\"canary\"}"));
        records.add(raw("{\"canary\":" + "[".repeat(100) + "]".repeat(100) + "}"));
        records.add(raw("{\"Name\":\"canary\\ud800\"}"));
        records.add(raw("{\"Name\":\"canary\",\"canary\":\"" + "canary".repeat(20_000) + "\"}"));
        records.add(stage.record("canary key".getBytes(UTF_8), new String(command, UTF_8).getBytes(UTF_16)));
        ProducerRecord<byte[], byte[]> withHeaders =
                stage.record("canary key".getBytes(UTF_8), raw("canary").value());
        withHeaders.headers().add("ce_id", "canary id".getBytes(UTF_8));
        withHeaders.headers().add("ce_subject", "canary subject".getBytes(UTF_8));
        withHeaders.headers().add("content-type", "application/canary".getBytes(UTF_8));
        records.add(withHeaders);
        return records;
    }

    private List<ProducerRecord<byte[], byte[]>> refusedByTheirState() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        records.add(valid("rd-2", "r-1", "canary"));
        records.add(valid("rd-2", "r-1", "canaryother"));
        records.add(valid("rd-2", "r-2", "canary"));
        for (int i = 0; i < 21; i++) {
            records.add(valid("rd-3", "r-" + i, "canary" + Commands.letters(i)));
        }
        return records;
    }

    private List<ProducerRecord<byte[], byte[]>> failingInTheDatabase() {
        return List.of(
                valid("rd-4", "r-1", "canarycheck"),
                valid("rd-4", "r-2", "canarytrigger"),
                valid("rd-4", "r-3", "canaryafter"));
    }

    /** What goes wrong with contacts that are there, and with those that are not, and then one is deleted. */
    private List<ProducerRecord<byte[], byte[]>> aboutContacts() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        records.add(valid("rd-5", "r-1", "canarygone"));
        Map<String, String> phoneless = fields("rd-5", "r-2", "canarymail");
        phoneless.remove("PhoneNumber");
        records.add(stage.record("rd-5".getBytes(UTF_8), json(phoneless)));
        String contact = '"' + DerivedIds.contactId("rd-5", "r-1") + '"';
        String withoutPhone = '"' + DerivedIds.contactId("rd-5", "r-2") + '"';
        for (Action action : Action.values()) {
            for (String wrong : List.of("\"\"", "\"canary\"", "{\"canary\":1}", "\"c-canary0000000000\"", contact)) {
                Map<String, String> fields = about(action, wrong);
                fields.put("EmailAddress", "\"canary.other@example.com\"");
                fields.put("PhoneNumber", '"' + PHONE + "9\"");
                fields.put("VerificationId", wrong);
                // The senders' actions on the senders' topic, and on that of upstream, where they are not supported.
                records.add(stage.record("rd-5".getBytes(UTF_8), json(fields)));
                records.add(new ProducerRecord<>(stage.outcomes(), "rd-5".getBytes(UTF_8), json(fields)));
            }
        }
        records.add(stage.record("rd-5".getBytes(UTF_8), json(about(Action.SEND_PHONE_VERIFICATION, withoutPhone))));
        ProducerRecord<byte[], byte[]> unknown = valid("rd-5", "r-unknown", "canarytype");
        unknown.headers().add("ce_specversion", "1.0".getBytes(UTF_8));
        unknown.headers().add("ce_type", "canary type".getBytes(UTF_8));
        records.add(unknown);
        records.add(with(fields("rd-5", "r-action", "canaryaction"), "Action", "\"canary action\""));
        records.add(stage.record("rd-5".getBytes(UTF_8), json(about(Action.SEND_EMAIL_VERIFICATION, contact))));
        records.add(stage.record("rd-5".getBytes(UTF_8), json(about(Action.DELETE, contact))));
        records.add(valid("rd-5", "r-1", "canarygone"));
        return records;
    }

    /** As many requests as commands: none is a repeat. */
    private Map<String, String> about(Action action, String contactId) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Action", '"' + action.operation() + '"');
        fields.put("RequestId", '"' + "about-" + requests++ + '"');
        fields.put("ResourceDirectoryId", "\"rd-5\"");
        fields.put("ContactId", contactId);
        return fields;
    }

    private static Set<String> expectedCodes() {
        Set<String> codes = new TreeSet<>();
        for (ErrorCode code : ErrorCode.values()) {
            codes.add(code.code());
        }
        codes.remove("NoPermission"); // off here; PermissionsIT looks for tokens and subjects
        codes.remove("ConcurrentCallNotSupported"); // no value of a command takes part in it
        codes.remove("MissingParameter.ResourceDirectoryId"); // the key stands in for it
        return codes;
    }

    private static Set<String> missing(Set<String> codes) {
        Set<String> missing = new TreeSet<>(expectedCodes());
        missing.removeAll(codes);
        return missing;
    }

    private Set<String> assertErrorsAreClean() {
        List<ConsumerRecord<byte[], byte[]>> errors = stage.all(stage.events().errors());
        assertClean("errors", errors, true);
        return errors.stream()
                .map(error -> JSON.readTree(error.value()))
                .flatMap(error -> {
                    List<String> codes =
                            new ArrayList<>(List.of(error.get("Code").asString()));
                    for (JsonNode violation : error.get("Violations")) {
                        codes.add(violation.get("Code").asString());
                    }
                    return codes.stream();
                })
                .collect(Collectors.toSet());
    }

    private List<ConsumerRecord<byte[], byte[]>> everything() {
        EventTopics topics = stage.events();
        return stage.all(topics.results(), topics.errors(), topics.emailVerifications(), topics.smsVerifications());
    }

    private void assertClean(String what, List<ConsumerRecord<byte[], byte[]>> events, boolean withValue) {
        assertFalse(events.isEmpty(), what);
        for (ConsumerRecord<byte[], byte[]> event : events) {
            assertFalse(isPersonal(text(event.key())), () -> what + ": the key of " + event.offset());
            for (Header header : event.headers()) {
                assertFalse(
                        isPersonal(text(header.value())), () -> what + ": " + header.key() + " of " + event.offset());
            }
            assertFalse(withValue && isPersonal(text(event.value())), () -> what + ": " + text(event.value()));
        }
        stage.all(stage.events().deadLetters())
                .forEach(letter -> letter.headers().forEach(header -> {
                    boolean isOurs = header.key().startsWith("dl-");
                    assertFalse(isOurs && isPersonal(text(header.value())), header.key());
                }));
    }

    private void submit(List<ProducerRecord<byte[], byte[]>> records) {
        stage.submit(records);
        sent += records.size();
    }

    private ProducerRecord<byte[], byte[]> valid(String directoryId, String requestId, String name) {
        return stage.record(directoryId.getBytes(UTF_8), json(fields(directoryId, requestId, name)));
    }

    private ProducerRecord<byte[], byte[]> with(Map<String, String> fields, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(fields);
        changed.put(name, value);
        return stage.record("rd-1".getBytes(UTF_8), json(changed));
    }

    private ProducerRecord<byte[], byte[]> raw(String value) {
        return stage.record("canary key".getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private static Map<String, String> fields(String directoryId, String requestId, String name) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("RequestId", '"' + requestId + '"');
        fields.put("ResourceDirectoryId", '"' + directoryId + '"');
        fields.put("Name", '"' + name + '"');
        fields.put("EmailAddress", '"' + name + "@canary.example\"");
        fields.put("PhoneNumber", '"' + PHONE + '"');
        fields.put("Title", "\"CEO\"");
        fields.put("MessageTypes", "[\"ServiceMessage\"]");
        return fields;
    }

    private static byte[] json(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> '"' + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(UTF_8);
    }

    private static boolean isPersonal(String text) {
        return text.contains(CANARY) || text.contains(PHONE_CANARY);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, UTF_8);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    /** All that is logged, causes of causes included. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final ConcurrentLinkedQueue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }

        Stream<String> texts() {
            return events.stream().map(event -> {
                StringBuilder text =
                        new StringBuilder(event.getLoggerName()).append(": ").append(event.getFormattedMessage());
                for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
                    text.append('\n').append(cause.getClassName()).append(": ").append(cause.getMessage());
                }
                return text.toString();
            });
        }

        boolean said(String logger, Level level) {
            return events.stream()
                    .anyMatch(event -> event.getLoggerName().startsWith(logger) && event.getLevel() == level);
        }
    }
}
