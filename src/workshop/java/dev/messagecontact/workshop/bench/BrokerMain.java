package dev.messagecontact.workshop.bench;

import dev.messagecontact.workshop.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.OutputStream;

/** The broker in a process of its own: prints its address, and ends when standard input does. */
final class BrokerMain {

    private BrokerMain() {}

    public static void main(String[] arguments) throws IOException {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            System.out.println(kafka.bootstrapServers());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
