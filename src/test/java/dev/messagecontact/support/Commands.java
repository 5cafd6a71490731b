package dev.messagecontact.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.workshop.testkit.SampleCommands;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Good commands for a stage. */
public final class Commands {

    private Commands() {}

    /** Adds a contact with a phone. */
    public static ProducerRecord<byte[], byte[]> adding(
            TestStage stage, String directoryId, String requestId, String name) {
        String value = """
                {"RequestId":"%s","ResourceDirectoryId":"%s","Name":"%s","EmailAddress":"%s@example.com",\
                "PhoneNumber":"86-13900001234","Title":"CEO","MessageTypes":["ServiceMessage"]}""".formatted(requestId, directoryId, name, name);
        return new ProducerRecord<>(stage.commands(), directoryId.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    /** A number in letters, because a name has no digits. */
    public static String letters(int number) {
        return SampleCommands.letters(number);
    }
}
