package dev.messagecontact.workshop.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.Action;
import dev.messagecontact.identity.DerivedIds;
import dev.messagecontact.settings.TopicNames;
import dev.messagecontact.verification.Channel;
import dev.messagecontact.workshop.testkit.LifeCommands;
import dev.messagecontact.workshop.testkit.SampleCommands;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Commands without end, good and bad, drawn from a seed: new contacts, wrong fields, used names, full directories, one
 * request sent again with the same content or another, contacts asked to verify again, confirmed and deleted, records that
 * are no command, keys that belong to another directory, and senders whose clocks are wrong. Not thread-safe.
 */
final class CommandStream {

    static final String HOT_DIRECTORY = "rd-hot";

    private static final int REMEMBERED = 200;
    private static final int CONTACTS_PER_DIRECTORY = 12;
    private static final int OPEN_DIRECTORIES = 30;
    private static final long WORST_CLOCK = Duration.ofMinutes(50).toMillis();

    private static final List<byte[]> POISON = List.of(
            new byte[0],
            new byte[] {(byte) 0xff, 0},
            "null".getBytes(UTF_8),
            "[]".getBytes(UTF_8),
            "{\"Name\":".getBytes(UTF_8),
            "{\"Name\":\"tom\",\"Name\":\"tim\"}".getBytes(UTF_8),
            "{\"Name\":\"t\\u0000m\"}".getBytes(UTF_8),
            "{\"Name\":\"\\ud800\"}".getBytes(UTF_8),
            "{\"Name\":\"José\"}".getBytes(ISO_8859_1),
            ("{\"Extra\":\"" + "x".repeat(70_000) + "\"}").getBytes(UTF_8),
            ("{\"Extra\":" + "[".repeat(500) + "]".repeat(500) + "}").getBytes(UTF_8));

    private static final List<Action> ACTIONS =
            List.of(Action.SEND_EMAIL_VERIFICATION, Action.SEND_PHONE_VERIFICATION, Action.DELETE, Action.CONFIRM);

    private final TopicNames topics;
    private final LifeCommands life;
    private final SplittableRandom random;
    private final LongSupplier clock;
    private final Deque<Sent> sent = new ArrayDeque<>();
    private int made;

    /** @param clock in milliseconds since 1970 UTC */
    CommandStream(TopicNames topics, long seed, LongSupplier clock) {
        this.topics = topics;
        this.life = new LifeCommands(topics);
        this.random = new SplittableRandom(seed);
        this.clock = clock;
    }

    ProducerRecord<byte[], byte[]> next() {
        int drawn = random.nextInt(100);
        if (drawn < 5) {
            return record(random.nextBoolean() ? "rd-poison" : null, POISON.get(random.nextInt(POISON.size())));
        }
        if (drawn < 6) {
            return record(random.nextBoolean() ? "rd-poison" : null, null);
        }
        if (drawn < 16 && !sent.isEmpty()) {
            Sent again = remembered();
            boolean sameContent = random.nextInt(3) > 0;
            return record(key(again.directoryId), sameContent ? again.value : again.otherValue);
        }
        if (drawn < 26 && !sent.isEmpty()) {
            return aboutContact(remembered(), ACTIONS.get(random.nextInt(ACTIONS.size())));
        }
        return newCommand();
    }

    /** Of a contact that may not be there: not yet, not any more, or never. */
    private ProducerRecord<byte[], byte[]> aboutContact(Sent contact, Action action) {
        String contactId = DerivedIds.contactId(contact.directoryId, contact.requestId);
        ProducerRecord<byte[], byte[]> command = action == Action.CONFIRM
                ? life.confirming(contact.directoryId, contactId, verification(contact, contactId))
                : life.about(action, contact.directoryId, "life-" + made++ + "-" + random.nextInt(3), contactId);
        return new ProducerRecord<>(command.topic(), null, time(), command.key(), command.value());
    }

    private String verification(Sent contact, String contactId) {
        return random.nextInt(10) == 0
                ? "v-0000000000000000"
                : DerivedIds.verificationId(contactId, Channel.EMAIL.idName(), contact.emailAddress);
    }

    private ProducerRecord<byte[], byte[]> newCommand() {
        int number = made++;
        boolean hot = random.nextInt(10) == 0;
        String directoryId = hot ? HOT_DIRECTORY : "rd-" + directoryOf(number);
        String name = random.nextInt(20) == 0 ? "tom" : "tom" + SampleCommands.letters(number);
        String value = value(directoryId, "r-" + number, name, random.nextInt(10) == 0);
        String otherValue = value(directoryId, "r-" + number, name + "o", false);
        sent.addLast(new Sent(
                directoryId, "r-" + number, name + "@example.com", value.getBytes(UTF_8), otherValue.getBytes(UTF_8)));
        if (sent.size() > REMEMBERED) {
            sent.removeFirst();
        }
        return record(key(directoryId), value.getBytes(UTF_8));
    }

    private int directoryOf(int number) {
        return number / CONTACTS_PER_DIRECTORY + random.nextInt(OPEN_DIRECTORIES);
    }

    private Sent remembered() {
        Iterator<Sent> each = sent.iterator();
        for (int skip = random.nextInt(sent.size()); skip > 0; skip--) {
            each.next();
        }
        return each.next();
    }

    /** Now and then another directory's: such commands race on two partitions. */
    private String key(String directoryId) {
        return random.nextInt(15) == 0 ? "rd-" + random.nextInt(100) : directoryId;
    }

    private String value(String directoryId, String requestId, String name, boolean wrong) {
        String title = wrong && random.nextBoolean() ? "Chief" : "CEO";
        String phone = random.nextBoolean() ? ",\"PhoneNumber\":\"86-13900001234\"" : "";
        String email = wrong ? "tom at example.com" : name + "@example.com";
        return """
                {"RequestId":"%s","ResourceDirectoryId":"%s","Name":"%s","EmailAddress":"%s"%s,"Title":"%s",\
                "MessageTypes":["ServiceMessage"]}""".formatted(requestId, directoryId, name, email, phone, title);
    }

    private ProducerRecord<byte[], byte[]> record(@Nullable String key, byte @Nullable [] value) {
        byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
        return new ProducerRecord<>(topics.commands(), null, time(), keyBytes, value);
    }

    private long time() {
        long skew = random.nextInt(3) == 0 ? random.nextLong(-WORST_CLOCK, WORST_CLOCK) : 0;
        return clock.getAsLong() + skew;
    }

    /** @param otherValue another command with the same request id */
    private record Sent(String directoryId, String requestId, String emailAddress, byte[] value, byte[] otherValue) {}
}
