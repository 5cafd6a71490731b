package dev.messagecontact.workshop.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Commands that together show every outcome that a caller can bring about: first one for each kind of error, then contacts
 * that are added, with and without a phone, and now and then a command sent twice. Always the same commands for the same
 * count.
 */
public final class SampleCommands {

    /** The number of commands needed to show every outcome. */
    public static final int AT_LEAST = 60;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int CONTACTS_PER_DIRECTORY = 10;
    private static final int DIRECTORY_LIMIT = 20;
    private static final int SENT_TWICE = 25;
    private static final int LARGE = 7;

    private final String topic;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

    private SampleCommands(String topic) {
        this.topic = topic;
    }

    /**
     * Commands for this topic, in the order in which they are to be sent.
     *
     * @param count how many, at least {@link #AT_LEAST}
     */
    public static List<ProducerRecord<byte[], byte[]>> of(String topic, int count) {
        if (count < AT_LEAST) {
            throw new IllegalArgumentException("it takes " + AT_LEAST + " commands to show every outcome");
        }
        SampleCommands samples = new SampleCommands(topic);
        samples.addWrongFields();
        samples.addConflicts();
        samples.addPoison();
        for (int i = 0; samples.records.size() < count; i++) {
            samples.addContact(i, count);
        }
        return samples.records;
    }

    /** A good command for one of their directories, for a sender who has no permission. */
    public static ProducerRecord<byte[], byte[]> ofStranger(String topic) {
        SampleCommands samples = new SampleCommands(topic);
        samples.send(command("rd-0", "stranger-0", "mallory"));
        return samples.records.get(0);
    }

    private void addWrongFields() {
        wrong(command -> command.put("RequestId", "a b"));
        wrong(command -> command.put("ResourceDirectoryId", "rd/../x"));
        wrong(command -> command.remove("Name"));
        wrong(command -> command.put("Name", "t0m"));
        wrong(command -> command.put("Name", "Bartholomewson"));
        wrong(command -> command.remove("EmailAddress"));
        wrong(command -> command.put("EmailAddress", "tom at example.com"));
        wrong(command -> command.put("EmailAddress", "x".repeat(250) + "@example.com"));
        wrong(command -> command.put("PhoneNumber", ""));
        wrong(command -> command.put("PhoneNumber", "13900001234"));
        wrong(command -> command.put("PhoneNumber", "852-91234567"));
        wrong(command -> command.remove("Title"));
        wrong(command -> command.put("Title", "Chief"));
        wrong(command -> command.putArray("MessageTypes"));
        wrong(command -> command.putArray("MessageTypes").add("Spam"));
        ObjectNode nobodys = command("rd-wrong", "nobodys", "tom");
        nobodys.remove("ResourceDirectoryId");
        send(null, JSON.writeValueAsBytes(nobodys));
    }

    private void wrong(Consumer<ObjectNode> mistake) {
        ObjectNode command = command("rd-wrong", "wrong-" + records.size(), "tom");
        mistake.accept(command);
        send("rd-wrong", JSON.writeValueAsBytes(command));
    }

    private void addConflicts() {
        send(command("rd-taken", "taken-a", "tom"));
        send(command("rd-taken", "taken-b", "tom")); // the name is used
        send(command("rd-taken", "taken-a", "tom")); // the same request again: the same answer
        send(command("rd-taken", "taken-a", "tim")); // the same request id with other content
        for (int i = 0; i <= DIRECTORY_LIMIT; i++) {
            send(command("rd-full", "full-" + i, "tom" + letters(i))); // the last one is over the limit
        }
    }

    private void addPoison() {
        poison("");
        poison("{\"Name\":");
        poison("null");
        poison("{\"Name\":\"tom\",\"Name\":\"tim\"}");
        poison("{\"Extra\":\"" + "x".repeat(70_000) + "\"}");
        poison("{\"Extra\":" + "[".repeat(500) + "]".repeat(500) + "}");
        poison("{\"Name\":\"t\\u0000m\"}");
        send("rd-poison", "{\"Name\":\"José\"}".getBytes(ISO_8859_1));
    }

    private void poison(String value) {
        send("rd-poison", value.getBytes(UTF_8));
    }

    private void addContact(int i, int count) {
        ObjectNode command = command("rd-" + i / CONTACTS_PER_DIRECTORY, "add-" + i, "tom" + letters(i));
        if (i % 2 == 1) {
            command.remove("PhoneNumber");
        }
        if (i % LARGE == 0) {
            command.put("Comment", "x".repeat(2_000)); // a field that nobody knows
        }
        send(command);
        if (i % SENT_TWICE == 0 && records.size() < count) {
            send(command); // a careful caller who got no answer in time
        }
    }

    private static ObjectNode command(String directoryId, String requestId, String name) {
        ObjectNode command = JSON.createObjectNode()
                .put("RequestId", requestId)
                .put("ResourceDirectoryId", directoryId)
                .put("Name", name)
                .put("EmailAddress", name + "@example.com")
                .put("PhoneNumber", "86-13900001234")
                .put("Title", "TechnicalDirector");
        command.putArray("MessageTypes").add("AccountExpenses").add("SecurityMessage");
        return command;
    }

    private void send(ObjectNode command) {
        send(command.path("ResourceDirectoryId").asString(), JSON.writeValueAsBytes(command));
    }

    private void send(@Nullable String key, byte[] value) {
        records.add(new ProducerRecord<>(topic, key == null ? null : key.getBytes(UTF_8), value));
    }

    /** A number in letters, because a name has no digits: a, b, ... z, ba, bb, ... */
    public static String letters(int number) {
        StringBuilder letters = new StringBuilder();
        int rest = number;
        do {
            letters.insert(0, (char) ('a' + rest % 26));
            rest /= 26;
        } while (rest > 0);
        return letters.toString();
    }
}
