package dev.messagecontact.registration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.messagecontact.command.Origin;
import dev.messagecontact.identity.DerivedIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Draws records of both topics, good and bad, about the same few directories, requests and contacts. */
final class RandomCommands {

    private final Random random;
    private final int partitions;

    /** @param partitions of each topic; whatever a record is about, it may stand in any */
    RandomCommands(Random random, int partitions) {
        this.random = random;
        this.partitions = partitions;
    }

    /** Where a record stands, and when it came there, in milliseconds since 1970 UTC. */
    record Place(Origin origin, int partition, long offset, long time) {}

    /** One record. */
    record Command(Place at, String key, String value, List<Header> headers) {

        Origin origin() {
            return at.origin;
        }

        ConsumerRecord<byte[], byte[]> record() {
            return new ConsumerRecord<>(
                    at.origin.name(),
                    at.partition,
                    at.offset,
                    at.time,
                    TimestampType.LOG_APPEND_TIME,
                    0,
                    0,
                    key == null ? null : key.getBytes(UTF_8),
                    value == null ? null : value.getBytes(UTF_8),
                    new RecordHeaders(headers),
                    Optional.empty());
        }
    }

    /** So many records, in the order in which they came. */
    List<Command> stream(int length) {
        List<Command> stream = new ArrayList<>();
        Map<Map.Entry<Origin, Integer>, Long> offsets = new HashMap<>();
        for (int i = 0; i < length; i++) {
            Origin origin = random.nextInt(4) == 0 ? Origin.SENDERS : Origin.UPSTREAM;
            int partition = random.nextInt(partitions);
            long offset = offsets.merge(Map.entry(origin, partition), 1L, Long::sum) - 1;
            Place at = new Place(origin, partition, offset, Requests.FIRST_TIMESTAMP + i * 300L);
            stream.add(origin == Origin.SENDERS ? confirming(at) : upstream(at));
        }
        return stream;
    }

    private Command confirming(Place at) {
        String directoryId = directory();
        String contactId = contactOf(directoryId);
        String channel = random.nextBoolean() ? "email" : "sms";
        String target = channel.equals("email") ? address() : "86-13900001234";
        String verificationId = random.nextBoolean()
                ? DerivedIds.verificationId(contactId, channel, target)
                : DerivedIds.verificationId(contactId, channel, target, requestId());
        String value = """
                {"RequestId":"%s","ContactId":"%s","VerificationId":"%s"%s}""".formatted(requestId(), contactId, verificationId, extra());
        return new Command(at, directoryId, damaged(value), headers(""));
    }

    private Command upstream(Place at) {
        String directoryId = directory();
        String ids = (random.nextInt(10) == 0 ? "" : "\"RequestId\":\"" + requestId() + "\",")
                + (random.nextInt(10) == 0 ? "" : "\"ResourceDirectoryId\":\"" + directoryId + "\",");
        String action = pick(
                "AddMessageContact",
                "AddMessageContact",
                "AddMessageContact",
                "DeleteMessageContact",
                "SendEmailVerificationForMessageContact",
                "SendPhoneVerificationForMessageContact");
        String asked = random.nextInt(60) == 0 ? "RenameMessageContact" : action;
        String value;
        if (action.startsWith("Add")) {
            String phone = pick(
                    "\"86-13900001234\"",
                    "\"86-13900001234\"",
                    "\"86-13900001234\"",
                    "\"86-13900001234\"",
                    "\"39-3312345678\"",
                    "\"1-2015550123\"",
                    "null",
                    "7");
            value = """
                    {%s"Action":"%s","Name":"tom%c","EmailAddress":"%s","PhoneNumber":%s,"Title":"CEO","MessageTypes":["ServiceMessage"]%s}\
                    """.formatted(ids, asked, (char) ('a' + random.nextInt(6)), address(), phone, extra());
        } else {
            value = """
                    {%s"Action":"%s","ContactId":"%s"%s%s}\
                    """.formatted(
                            ids,
                            asked,
                            contactOf(directoryId),
                            random.nextInt(4) == 0 ? ",\"EmailAddress\":\"" + address() + "\"" : "",
                            extra());
        }
        String key = random.nextInt(12) == 0 ? null : random.nextInt(12) == 0 ? directory() : directoryId;
        return new Command(at, key, damaged(value), headers(requestId()));
    }

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    private String directory() {
        return "rd-" + random.nextInt(3);
    }

    private String requestId() {
        return "r-" + random.nextInt(12);
    }

    private String contactOf(String directoryId) {
        return DerivedIds.contactId(directoryId, requestId());
    }

    private String address() {
        return pick(
                "a@example.com",
                "a@example.com",
                "a@example.com",
                "a@example.com",
                "A@Example.com",
                "someone.with.a.long.name@example.com",
                "a@b..com");
    }

    /** Fields that nobody knows: large or deep ones too. */
    private String extra() {
        return switch (random.nextInt(30)) {
            case 0 -> ",\"Note\":\"" + "x".repeat(500) + "\"";
            case 1 -> ",\"Deep\":[[[[[[[[1e999]]]]]]]]";
            case 2 -> ",\"Note\":-0";
            default -> "";
        };
    }

    private String damaged(String value) {
        return switch (random.nextInt(80)) {
            case 0 -> null;
            case 1 -> "\uFEFF" + value;
            case 2 -> value + "{}";
            case 3 -> value.replaceFirst("\\{", "{\"Note\":1,\"Note\":2,");
            case 4 -> value.replaceFirst("\\{", "{\"Note\":\"\\\\ud83d\",");
            case 5 -> "[" + value + "]";
            case 6 -> value.replaceFirst("\"Name\":\"[a-z]*\"", "\"Name\":7");
            case 7 -> value.replaceFirst("\"(Name|ContactId)\":\"[^\"]*\"", "\"$1\":null");
            case 8 -> "{\"specversion\":\"1.0\",\"id\":\"" + requestId() + "\",\"data\":" + value + "}";
            default -> value;
        };
    }

    private List<Header> headers(String requestId) {
        List<Header> headers = new ArrayList<>();
        if (random.nextInt(8) == 0 && !requestId.isEmpty()) {
            headers.add(new RecordHeader("ce_id", requestId.getBytes(UTF_8)));
        }
        if (random.nextInt(15) == 0) {
            headers.add(new RecordHeader("content-type", "application/cloudevents+json".getBytes(UTF_8)));
        }
        if (random.nextInt(15) == 0) {
            headers.add(new RecordHeader("correlationId", null));
        }
        return headers;
    }
}
