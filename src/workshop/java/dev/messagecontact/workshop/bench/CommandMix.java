package dev.messagecontact.workshop.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Commands as a busy day brings them, drawn from a seed: 5 of 100 with a wrong field, 2 of 100 sent again, half of them
 * with a phone, spread over the directories. Not thread-safe.
 */
final class CommandMix {

    private static final int WRONG_IN_100 = 5;
    private static final int AGAIN_IN_100 = 2;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final String topic;
    private final int directories;
    private final SplittableRandom random;
    private ProducerRecord<byte[], byte[]> last;
    private int made;

    /** @param directories how many directories the commands are for, at least 1 */
    CommandMix(String topic, long seed, int directories) {
        this.topic = topic;
        this.directories = directories;
        this.random = new SplittableRandom(seed);
        this.last = fresh();
    }

    ProducerRecord<byte[], byte[]> next() {
        if (random.nextInt(100) >= AGAIN_IN_100) {
            last = fresh();
        }
        return last;
    }

    private ProducerRecord<byte[], byte[]> fresh() {
        int number = made++;
        String directoryId = "rd-" + random.nextInt(directories);
        String email =
                (random.nextInt(100) < WRONG_IN_100 ? "someone at example.com" : "someone" + number + "@example.com");
        String phone =
                random.nextBoolean() ? "\"PhoneNumber\":\"86-139" + (10_000_000 + number % 90_000_000) + "\"," : "";
        String value = """
                {"RequestId":"2DFCE4C9-04A9-4C83-BB14-%012d","ResourceDirectoryId":"%s","Name":"%s","EmailAddress":"%s",%s\
                "Title":"TechnicalDirector","MessageTypes":["AccountExpenses","SecurityMessage"]}""".formatted(number, directoryId, name(number), email, phone);
        return new ProducerRecord<>(topic, directoryId.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    /** A number in letters, because a name has no digits. */
    private static String name(int number) {
        StringBuilder name = new StringBuilder("tom");
        for (int rest = number; rest > 0; rest /= LETTERS.length()) {
            name.append(LETTERS.charAt(rest % LETTERS.length()));
        }
        return name.toString();
    }
}
