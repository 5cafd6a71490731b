package dev.messagecontact.cases;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.messagecontact.command.CommandDecoder;
import dev.messagecontact.command.CommandRecords;
import dev.messagecontact.command.Decoded;
import dev.messagecontact.command.DecoderLimits;
import dev.messagecontact.command.Envelope;
import dev.messagecontact.command.Identifiers;
import dev.messagecontact.command.Origin;
import dev.messagecontact.validation.Checked;
import dev.messagecontact.validation.Contact;
import dev.messagecontact.validation.ContactRules;
import dev.messagecontact.validation.RuleSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Commands that were damaged at random, from a fixed seed. */
class RandomRecordsTest {

    private static final int RECORDS = 20_000;
    private static final String[] PIECES = {
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "\\u0000",
        "\\ud83d",
        "\\ude00",
        "\uFEFF",
        "\0",
        "1e9",
        "-",
        "true",
        "\"Name\":",
        "\"data\":{",
        "张",
        "😀",
        "[[[[[[[[",
        "{\"a\":",
        "\u00a0",
        "\r\n",
        "86-",
        "@",
        "\"\""
    };

    private final Random random = new Random(20220419);
    private final CommandDecoder decoder =
            new CommandDecoder(new UUID(1, 2), Origin.UPSTREAM, new DecoderLimits(700, 9));
    private final ContactRules rules = new ContactRules(new RuleSettings(254, Set.of(86, 1, 44, 852), true));
    private final List<AcceptanceCase> cases = AcceptanceCase.STATELESS.stream()
            .flatMap(file -> AcceptanceCase.of(file).stream())
            .filter(example -> example.value() != null && example.value().length < 700)
            .toList();

    @Test
    void every_record_gets_an_answer_that_can_be_addressed() {
        int readable = 0;
        int accepted = 0;
        for (int i = 0; i < RECORDS; i++) {
            ConsumerRecord<byte[], byte[]> record = damagedRecord();
            Decoded decoded = decoder.decode(record);
            assertAddressable(decoded.envelope());
            if (decoded instanceof Decoded.Addition command) {
                readable++;
                accepted += rules.check(command.content()) instanceof Checked.Addition acceptable
                        ? acceptable(acceptable.contact(), decoded.envelope())
                        : 0;
            } else if (decoded instanceof Decoded.Unreadable unreadable) {
                assertTrue(unreadable.code().isDeadLettered());
            }
            assertEquals(decoded, decoder.decode(record), "read again, the same record means the same");
        }
        assertTrue(readable > RECORDS / 20, "too few are readable: " + readable);
        assertTrue(RECORDS - readable > RECORDS / 20, "too few are unreadable: " + readable);
        assertTrue(accepted > 100, "too few are accepted: " + accepted);
    }

    private static void assertAddressable(Envelope envelope) {
        assertTrue(Identifiers.isRequestId(envelope.requestId()));
        String directoryId = envelope.directoryId();
        assertTrue(directoryId == null || Identifiers.isDirectoryId(directoryId));
    }

    private static int acceptable(Contact contact, Envelope envelope) {
        assertEquals(envelope.requestId(), contact.requestId());
        assertEquals(envelope.directoryId(), contact.directoryId());
        assertFalse(contact.messageTypes().isEmpty());
        assertTrue(UTF_8.newEncoder().canEncode(contact.name() + contact.emailAddress()));
        return 1;
    }

    private ConsumerRecord<byte[], byte[]> damagedRecord() {
        AcceptanceCase example = cases.get(random.nextInt(cases.size()));
        byte[] value = example.value();
        for (int i = random.nextInt(4); value != null && i > 0; i--) {
            value = damaged(value);
        }
        byte[] key = example.key() != null && random.nextInt(10) == 0 ? damaged(example.key()) : example.key();
        return CommandRecords.of(key, value, example.headers());
    }

    private byte[] damaged(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + random.nextInt(6));
        return switch (random.nextInt(5)) {
            case 0 -> splice(bytes, at, to, new byte[0]);
            case 1 -> splice(bytes, at, to, new byte[] {(byte) random.nextInt(256)});
            case 2 -> splice(bytes, at, at, PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8));
            case 3 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, bytes.length));
            default -> random.nextInt(20) == 0 ? Arrays.copyOf(bytes, at) : bytes;
        };
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] replacement) {
        byte[] spliced = new byte[from + replacement.length + bytes.length - to];
        System.arraycopy(bytes, 0, spliced, 0, from);
        System.arraycopy(replacement, 0, spliced, from, replacement.length);
        System.arraycopy(bytes, to, spliced, from + replacement.length, bytes.length - to);
        return spliced;
    }
}
